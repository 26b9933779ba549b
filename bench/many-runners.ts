/** Many runners on one project beside one that starts as many jobs at once. */
import { spawnSync } from 'node:child_process';
import { assertCopies, makeBenchProject } from './bench-project.ts';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { type Place, seconds } from './measure.ts';

const JOBS = 1109;
const RUNNERS = 16;

function contender(name: string, run: (place: Place) => Promise<unknown>): Contender {
  return {
    name,
    prepare: async (place) => await makeBenchProject(place, { inputs: JOBS, annex: true }),
    run: async (place) => {
      const start = performance.now();
      await run(place);
      const taken = (performance.now() - start) / 1000;
      await assertCopies(place.cwd, JOBS);
      assertRecords(place);
      return taken;
    },
  };
}

/** Ends the benchmark when a result was recorded twice. */
function assertRecords({ cwd, env }: Place): void {
  const words = ['log', '--format=%s', '--fixed-strings', '--grep=[DATALAD RUNCMD]'];
  const { stdout } = spawnSync('git', words, { cwd, env, encoding: 'utf8' });
  const records = stdout.trim().split('\n').length;
  if (records !== JOBS) throw new Error(`${cwd} has ${records} records in place of ${JOBS}.`);
}

/** What racing costs. */
export const manyRunners: Comparison = {
  id: 'runners',
  title: `Run ${JOBS.toLocaleString('en')} trivial jobs by ${RUNNERS} runners at once`,
  note: 'The same number of jobs at a time in one runner and in many that share the project; each result is annexed and recorded once.',
  contenders: [
    contender(`minipach run -j ${RUNNERS}`, (place) =>
      seconds(minipach('run', '-j', String(RUNNERS)), place),
    ),
    contender(`minipach run -j 1, ${RUNNERS} at once`, (place) =>
      Promise.all(Array.from({ length: RUNNERS }, () => seconds(minipach('run', '-j', '1'), place))),
    ),
  ],
};

/** 1,000 jobs that do next to nothing, so that what is measured is what a runner adds. */
import { assertCopies, makeBenchProject } from './bench-project.ts';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { seconds } from './measure.ts';

const JOBS = 1000;

/** Of `datalad run`, which takes a second or half a one a job, fewer tell as much. */
const RUN_ONE_BY_ONE = 20;

function contender(name: string, command: readonly string[], annex: boolean): Contender {
  return {
    name,
    prepare: async (place) => await makeBenchProject(place, { inputs: JOBS, annex }),
    run: async (place) => {
      const taken = await seconds(command, place);
      await assertCopies(place.cwd, JOBS);
      return (taken * 1000) / JOBS;
    },
  };
}

const dataladRun: Contender = {
  name: `datalad run, once a job, ${RUN_ONE_BY_ONE} jobs, annexed`,
  prepare: async (place) => await makeBenchProject(place, { inputs: RUN_ONE_BY_ONE, annex: true }),
  run: async (place) => {
    let taken = 0;
    for (let job = 0; job < RUN_ONE_BY_ONE; job++) {
      const name = `n${String(job).padStart(5, '0')}`;
      const command = `mkdir -p copies/${name} && cp -L inputs/${name} copies/${name}/copy`;
      const paths = ['--input', `inputs/${name}`, '--output', `copies/${name}`];
      const words = ['datalad', '-l', 'error', 'run', ...paths, '-m', `copies: ${name}`, command];
      taken += await seconds(words, place);
    }
    await assertCopies(place.cwd, RUN_ONE_BY_ONE);
    return (taken * 1000) / RUN_ONE_BY_ONE;
  },
};

/** Against Snakemake, on two cores, and against `datalad run`, which records one job at a time. */
export const runJobs: Comparison = {
  id: 'run',
  title: `Run ${JOBS.toLocaleString('en')} trivial jobs, two at a time`,
  note: 'Each job is one `cp`. Minipach and DataLad commit every result with a record that can be replayed; Snakemake commits nothing.',
  unit: 'ms a job',
  contenders: [
    contender('minipach run -j 2', minipach('run', '-j', '2'), false),
    contender('minipach run -j 2, annexed', minipach('run', '-j', '2'), true),
    contender('snakemake -c2', ['snakemake', '-c2', '--quiet'], false),
    dataladRun,
  ],
};

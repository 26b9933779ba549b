/** 100 jobs that do next to nothing, so that what is measured is what a runner adds. */
import { assertCopies, makeBenchProject } from './bench-project.ts';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { seconds } from './measure.ts';

const JOBS = 100;

function contender(name: string, command: readonly string[], annex: boolean): Contender {
  return {
    name,
    prepare: async (place) => await makeBenchProject(place, { inputs: JOBS, annex }),
    run: async (place) => {
      const taken = await seconds(command, place);
      await assertCopies(place.cwd, JOBS);
      return taken;
    },
  };
}

/** Against Snakemake, on two cores. */
export const runJobs: Comparison = {
  id: 'run',
  title: `Run ${JOBS} trivial jobs, two at a time`,
  note: 'Each job is one `cp`. Minipach also commits every result with a record; Snakemake commits nothing.',
  contenders: [
    contender('minipach run -j 2', minipach('run', '-j', '2'), false),
    contender('minipach run -j 2, annexed', minipach('run', '-j', '2'), true),
    contender('snakemake -c2', ['snakemake', '-c2', '--quiet'], false),
  ],
};

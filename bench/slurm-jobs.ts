/** 200 jobs that do next to nothing, in 20 tasks of a Slurm array: what Minipach adds to the array. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlurmCluster } from '../test/rigs/slurm.ts';
import { assertCopies, makeBenchProject } from './bench-project.ts';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { type Place, seconds } from './measure.ts';

const JOBS = 200;
const A_TASK = 10;
const RANGE = `0-${JOBS / A_TASK - 1}`;

/** Each on a fresh cluster of one node, whose start is not timed. */
async function onCluster(place: Place, command: readonly string[]): Promise<number> {
  const cluster = await SlurmCluster.start({ cpus: 2 });
  try {
    const taken = await seconds(command, { ...place, env: { ...place.env, ...cluster.environment } });
    return (taken * 1000) / JOBS;
  } finally {
    await cluster.stop();
  }
}

function minipachContender({ annex = false, onDisk = false }): Contender {
  const what = [annex ? ', annexed' : '', onDisk ? ", on the node's own disk" : ''].join('');
  return {
    name: `minipach run --executor slurm${what}`,
    prepare: async (place) => {
      await makeBenchProject(place, { inputs: JOBS, annex });
      await mkdir(join(place.cwd, '.minipach'));
      const scratch = onDisk ? `, scratch: ${join(place.cwd, '..', 'disk')}` : '';
      const settings = `slurm: { datums_per_task: ${A_TASK}${scratch} }\n`;
      await writeFile(join(place.cwd, '.minipach', 'config.yml'), settings);
    },
    run: async (place) => {
      const taken = await onCluster(place, minipach('run', '--executor', 'slurm'));
      await assertCopies(place.cwd, JOBS);
      return taken;
    },
  };
}

function arrayContender(name: string, line: string): Contender {
  return {
    name,
    prepare: (place) => makeBenchProject(place, { inputs: JOBS, annex: false }),
    run: (place) =>
      onCluster(place, [
        'sbatch',
        '--quiet',
        '--wait',
        `--array=${RANGE}`,
        '--output=/dev/null',
        '--wrap',
        line,
      ]),
  };
}

/** Beside arrays that do nothing, and that copy the files and record nothing. */
export const slurmJobs: Comparison = {
  id: 'slurm',
  title: `Run ${JOBS} trivial jobs on a Slurm cluster, in ${JOBS / A_TASK} tasks`,
  note: 'A cluster of one node with two processors, on the machine itself. Minipach commits every result with a record that can be replayed. `sbatch --wait` asks rarely whether an array has ended.',
  unit: 'ms a job',
  contenders: [
    minipachContender({}),
    minipachContender({ annex: true }),
    minipachContender({ onDisk: true }),
    arrayContender('an array of `true`', 'true'),
    arrayContender(
      'an array that copies the files',
      `for i in $(seq 0 ${A_TASK - 1}); do n=$(printf 'n%05d' $((SLURM_ARRAY_TASK_ID * ${A_TASK} + i))); mkdir -p copies/$n; cp inputs/$n copies/$n/copy; done`,
    ),
  ],
};

/** `minipach slurm-task FOLDER`: what a task of a Slurm array runs on its node. Nobody types it. */
import { openProject } from '../project/open.ts';
import { runTask } from '../run/slurm/task.ts';
import { spawnerProgram } from './spawner-program.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { complainOf, EXIT, say } from './terminal.ts';

/** Runs the command and returns its exit code. */
export async function slurmTaskCommand(directory: string, folder: string): Promise<number> {
  const opened = await openProject(directory);
  if (!opened.ok) {
    complainOf(opened.problem.message);
    return EXIT.environment;
  }
  const number = (name: string): number | undefined => {
    const { [name]: text = '' } = process.env;
    return /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const stop = new AbortController();
  const release = stopOnSignals(stop);
  const { SLURM_ARRAY_JOB_ID: array = '', SLURMD_NODENAME: node = '' } = process.env;
  const task = number('SLURM_ARRAY_TASK_ID') ?? 0;
  say(`Task ${array}_${task} on ${node}, Node ${process.version}.`);
  try {
    const problem = await runTask(opened.project, {
      folder,
      task,
      start: number('SLURM_RESTART_COUNT') ?? 0,
      stop,
      spawner: spawnerProgram(),
      show: () => undefined,
    });
    if (problem === undefined) return EXIT.ok;
    complainOf(problem);
    return EXIT.environment;
  } finally {
    release();
  }
}

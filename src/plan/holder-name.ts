/** Who computes a job, for people. */
import type { Holder } from './planned.ts';
import type { SlurmTaskReport } from './report.ts';

/** A process, or a task of Slurm's, as a part of a sentence. */
export function holderName({ host, pid, task }: Pick<Holder, 'host' | 'pid' | 'task'>): string {
  return task === undefined
    ? `process ${pid} on ${host}`
    : `task ${task.task} of Slurm's array ${task.array}`;
}

/** The same with what Slurm says of the task. */
export function taskText({ id, state, reason, node, elapsed }: SlurmTaskReport): string {
  if (state === 'PENDING') return `Slurm's task ${id}, which waits (${reason})`;
  const where = node === '' ? '' : ` on ${node}`;
  return `Slurm's task ${id}, ${state.toLowerCase()}${where} for ${elapsed}`;
}

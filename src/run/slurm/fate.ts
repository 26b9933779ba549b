/** What becomes of the jobs of a task that Slurm has ended, by what Slurm says of it. */
import { CANNOT_BEGIN } from '../../plan/slurm-script.ts';
import type { TaskState } from './commands.ts';
import { timeOverText } from './task.ts';

/** What becomes of a job that its task has not finished. */
export type Fate =
  /** It would only be so again. */
  | { readonly fate: 'failed'; readonly reason: string }
  /** It stays pending, for whoever runs it next. */
  | { readonly fate: 'stopped'; readonly message: string }
  /** Nothing is known against it: it goes to Slurm once more. */
  | { readonly fate: 'again'; readonly message: string };

/** A task that has ended. */
export interface EndedTask {
  /** What Slurm says; `undefined` where it knows it no more. */
  readonly told: TaskState | undefined;
  readonly array: string;
  /** What its script or Minipach ended with, where that was asked. */
  readonly exit: number | undefined;
  /** Where its own words are. */
  readonly log: string;
}

/** Whether the exit code must be known to tell. */
export function needsExitCode(told: TaskState | undefined): boolean {
  return told?.state === 'FAILED';
}

/** Why no task can begin on a node, in a sentence; nothing where it could. */
export function cannotBegin(
  { told, exit, log }: EndedTask,
  node: string,
  program: string,
): string | undefined {
  const name = told?.node || 'A node';
  const mend = 'install Minipach and Node where nodes and this machine have them at the same path';
  switch (exit) {
    case CANNOT_BEGIN.noNode:
      return `${name} cannot run ${node}: ${mend}. Its own words are in ${log}.`;
    case CANNOT_BEGIN.noProgram:
      return `${name} does not have ${program}: ${mend}.`;
    case CANNOT_BEGIN.noProject:
      return `${name} does not have this project: put it on a file system that nodes and this machine share.`;
    default:
      return undefined;
  }
}

/** What becomes of the job that a task was at, and of those that it had not begun. */
export function fateOf(task: EndedTask): { readonly begun: Fate; readonly waiting: Fate } {
  const { told, array, exit, log } = task;
  const id = told?.id ?? array;
  const node = told?.node ? ` on ${told.node}` : '';
  const again = (message: string): Fate => ({ fate: 'again', message });
  const both = (fate: Fate) => ({ begun: fate, waiting: fate });
  switch (told?.state) {
    case 'TIMEOUT':
    case 'DEADLINE':
      return {
        begun: { fate: 'failed', reason: timeOverText(id, array) },
        waiting: again(`Task ${id} had no time left for all of its jobs.`),
      };
    case 'OUT_OF_MEMORY':
      return {
        begun: {
          fate: 'failed',
          reason: `Slurm has ended it because task ${id} (${array})${node} used more memory than it had asked for: raise resource_requests.memory in the spec, or slurm.memory in .minipach/config.yml.`,
        },
        waiting: again(`Task ${id} ran out of memory at one of its jobs.`),
      };
    case 'CANCELLED':
      return both({
        fate: 'stopped',
        message: `Task ${id} (${array}) was cancelled: its jobs stay pending.`,
      });
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
    case 'PREEMPTED':
    case 'REVOKED':
      return both(again(`Slurm has ended task ${id} (${array})${node}: ${told.state}.`));
    case 'FAILED': {
      const reason = `Task ${id} (${array})${node} ended with ${exit === undefined ? 'a failure' : `exit code ${exit}`} while it ran; its words are in ${log}.`;
      return { begun: { fate: 'failed', reason }, waiting: again(reason) };
    }
    default:
      return both(again(`Task ${id} (${array}) has ended, and Slurm does not say how.`));
  }
}

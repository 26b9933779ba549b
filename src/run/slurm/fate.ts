/** What becomes of the jobs of a task that Slurm has ended, by what Slurm says of it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { bytesText } from '../../plan/shown-size.ts';
import { CANNOT_BEGIN } from '../../plan/slurm-script.ts';
import type { Accounting } from './accounting.ts';
import { type ExitStatus, exitStatusOf, type TaskState } from './commands.ts';

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
  /** What it ended with, where that can tell more than its state. */
  readonly exit: ExitStatus | undefined;
  /** Bytes that it has used at most, where accounting says so. */
  readonly memory: number | undefined;
  /** Where its own words are, and the last of them. */
  readonly log: string;
  readonly words: string;
}

/** Bytes at the end of a log in which Slurm's words are looked for. */
const LAST_WORDS = 4096;

/** What a task ends with that works on its node's disk and could not hand everything back. */
const NOT_HANDED_BACK = 1;

/** What Slurm calls the signal that ended a task for whose words it could not make a file: its folder, in the project, is not there. */
const NO_OUTPUT = 53;

/** Slurm's words for a task that it has killed for its memory, where it has no state for that. */
const OUT_OF_MEMORY = /exceeded (?:job|step) memory limit|oom[-_ ]kill/i;

/** Finds out what there is to know of a task that has ended. */
export async function endedTask(
  told: TaskState | undefined,
  where: {
    readonly array: string;
    /** What Slurm calls the array, where that is known. */
    readonly id: string | undefined;
    readonly folder: string;
    readonly task: number;
    /** Where its words are on its node, where they are not in the folder. */
    readonly words: string | undefined;
  },
  accounting: Accounting,
  cwd: string,
): Promise<EndedTask> {
  const { array, id = told?.array, task } = where;
  const isPlain = told !== undefined && !/^(?:FAILED|OUT_OF_MEMORY)$/.test(told.state);
  const accounted = isPlain || id === undefined ? undefined : await accounting.of(id, task);
  const here = `${where.folder}/${task}.log`;
  const known = told ?? accounted?.told;
  const log = where.words === undefined ? here : `${where.words}/${known?.id ?? task}.log on its node`;
  const ended = { told: known, array, log, memory: accounted?.memory };
  if (known?.state !== 'FAILED') return { ...ended, exit: undefined, words: '' };
  // The controller is asked first: what it has just ended accounting may not know yet.
  const exit = (told && (await exitStatusOf(told.id, cwd))) ?? accounted?.exit;
  return { ...ended, exit, words: lastWords(here) };
}

function lastWords(log: string): string {
  try {
    const file = openSync(log, 'r');
    try {
      const bytes = Buffer.alloc(LAST_WORDS);
      const count = readSync(file, bytes, 0, LAST_WORDS, Math.max(0, fstatSync(file).size - LAST_WORDS));
      return bytes.toString('utf8', 0, count);
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Why no task can begin on a node, in sentences; nothing where it could. */
export function cannotBegin(
  { told, exit, log }: Pick<EndedTask, 'told' | 'exit'> & { readonly log: string | undefined },
  node: string,
  program: string,
): string | undefined {
  const name = told?.node || 'A node';
  const words = log === undefined ? '' : ` Its own words are in ${log}.`;
  const mend = 'install Minipach and Node where nodes and this machine have them at the same path';
  const noProject = `${name} does not have this project: put it on a file system that nodes and this machine share, or name a sibling that both reach with slurm.scratch and slurm.store in .minipach/config.yml.`;
  if (exit?.signal === NO_OUTPUT) return noProject;
  switch (exit?.code) {
    case CANNOT_BEGIN.noNode:
      return `${name} cannot run ${node}: ${mend}.${words}`;
    case CANNOT_BEGIN.noProgram:
      return `${name} does not have ${program}: ${mend}.`;
    case CANNOT_BEGIN.noProject:
      return noProject;
    case CANNOT_BEGIN.noScratch:
      return `${name} has no folder to work in: see what slurm.scratch in .minipach/config.yml is there.${words}`;
    case CANNOT_BEGIN.noClone:
      return `${name} could not clone the project: see whether slurm.store and slurm.source in .minipach/config.yml can be reached from there.${words}`;
    default:
      return undefined;
  }
}

/**
 * What becomes of the job that a task was at, and of those that it had not begun.
 * @param isScratch - Whether it worked on its node's disk: then it ends with 1 where something could not be handed back.
 */
export function fateOf(
  task: EndedTask,
  isScratch: boolean,
): { readonly begun: Fate; readonly waiting: Fate } {
  const { told, array, exit, log, words, memory } = task;
  const id = told?.id ?? array;
  const node = told?.node ? ` on ${told.node}` : '';
  const both = (fate: Fate) => ({ begun: fate, waiting: fate });
  const blame = (reason: string, message: string): ReturnType<typeof fateOf> => ({
    begun: { fate: 'failed', reason },
    waiting: { fate: 'again', message },
  });
  const peak = memory === undefined ? '' : ` (${bytesText(memory)} when it was last looked at)`;
  const settings = 'in .minipach/config.yml';
  if (told?.state === 'OUT_OF_MEMORY' || OUT_OF_MEMORY.test(words))
    return blame(
      `Slurm has ended it because task ${id} (${array})${node} used more memory than it had asked for${peak}: raise resource_requests.memory in the spec, or slurm.memory ${settings}.`,
      `Task ${id} ran out of memory at one of its jobs.`,
    );
  switch (told?.state) {
    case 'TIMEOUT':
    case 'DEADLINE':
      return blame(
        `Slurm has ended it at the time limit of task ${id} (${array})${node}, after ${told.elapsed}: raise datum_timeout in the spec, or slurm.time ${settings}.`,
        `Task ${id} had no time left for all of its jobs.`,
      );
    case 'CANCELLED':
      return both({
        fate: 'stopped',
        message: `Task ${id} (${array}) was cancelled: its jobs stay pending.`,
      });
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
    case 'PREEMPTED':
    case 'REVOKED':
      return both({ fate: 'again', message: `Slurm has ended task ${id} (${array})${node}: ${told.state}.` });
    case 'FAILED': {
      const how = exit?.signal ? `was killed by signal ${exit.signal}` : `ended with exit code ${exit?.code}`;
      const isUnsent = isScratch && exit?.code === NOT_HANDED_BACK;
      if (isUnsent) {
        const message = `Task ${id} (${array})${node} could not hand back all that it has done: its words are in ${log}.`;
        return both({ fate: 'again', message });
      }
      const reason = `Task ${id} (${array})${node} ${how} while it ran; its words are in ${log}.`;
      return blame(reason, reason);
    }
    default:
      return both({
        fate: 'again',
        message: `Task ${id} (${array}) has ended, and Slurm does not say how.`,
      });
  }
}

/** Processes at the head of groups of their own, which end with everything that they have started. */
import { type ChildProcess, spawn } from 'node:child_process';

/** How a job's process ended; `error` when it could not be started at all. */
export interface GroupEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not be started. */
  readonly error: string | undefined;
  /** Who had started it and would have told how it ended is gone, and it was ended with it. */
  readonly isLost?: true;
}

/** A job's process, and how to end it with everything it started. */
export interface GroupChild {
  /** Its id; `undefined` until it runs. */
  readonly pid: () => number | undefined;
  readonly ended: Promise<GroupEnd>;
  /** Sends a signal to the process and all its descendants in its group. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
}

/** What a job's process is given. */
export interface GroupOptions {
  readonly cwd: string;
  /** The whole environment; nothing is added. */
  readonly env: Readonly<Record<string, string>>;
  /** An open file descriptor that takes standard output and standard error. */
  readonly output: number;
  /** An open file descriptor to read standard input from; closed when absent. */
  readonly input?: number;
}

/** Groups that have been started and whose first process has not ended. */
const liveGroups = new Set<number>();
let isWatchingExit = false;

/** A runner that ends in a hurry takes its jobs with it: nobody would wait for their results. */
function endGroupsAtExit(): void {
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.on('exit', () => {
    for (const pid of liveGroups) signalGroup(pid, 'SIGKILL');
  });
}

/** Starts a process at the head of a group of its own, writing to an open file. */
export function startGroup(file: string, args: readonly string[], options: GroupOptions): GroupChild {
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: [options.input ?? 'ignore', options.output, options.output],
    });
  } catch (error) {
    // Some of what can go wrong is thrown, such as E2BIG for a command line that is too long.
    const failed = {
      code: null,
      signal: null,
      error: error instanceof Error ? error.message : String(error),
    };
    return { pid: () => undefined, ended: Promise.resolve(failed), signalGroup: () => undefined };
  }
  endGroupsAtExit();
  const { pid } = child;
  if (pid !== undefined) liveGroups.add(pid);
  const ended = new Promise<GroupEnd>((resolve) => {
    child.on('error', (error) => resolve({ code: null, signal: null, error: error.message }));
    child.on('exit', (code, signal) => {
      if (pid !== undefined) liveGroups.delete(pid);
      resolve({ code, signal, error: undefined });
    });
  });
  return { pid: () => pid, ended, signalGroup: (signal) => signalGroup(pid, signal) };
}

/** Signals a process group; one that is gone already is not an error. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: everything in the group has ended, which is what was asked for.
  }
}

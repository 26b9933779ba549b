/**
 * The processes that jobs have started, wherever they have gone since: out of their process group, into a session of
 * their own, or on without a runner that was killed. They are known by a variable that they inherit, by the folder that
 * they work in, and by who started them. What another host, a container's own manager or a queue runs for a job is out
 * of reach; so is a process without any of the three, and systems other than Linux tell nothing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isWithin } from '../plan/paths.ts';
import {
  directoryOf,
  environmentOf,
  type ProcessFacts,
  processIds,
  readProcess,
} from '../project/process-table.ts';

/** The variable that marks what a job starts: its value is the job's workspace. */
export const JOB_VARIABLE = 'MINIPACH_JOB';

/** Milliseconds that processes which outlive their job have to finish, such as a `tee` that still writes. */
const FINISHING = 1000;

/** Milliseconds after which a process that was killed is given up: it waits for a disk or a network, or is another user's. */
const DYING = 5000;

/** Milliseconds between two looks. */
const INTERVAL = 10;

/** The parent of the kernel's own threads, which have neither variables nor a directory. */
const KERNEL = 2;

/** How the processes of a finished job ended. */
export interface EndedProcesses {
  /** They did not end by themselves. */
  readonly ended: readonly ProcessFacts[];
  /** They could not be ended. */
  readonly living: readonly ProcessFacts[];
}

/** A look at the processes of this host. */
interface Look {
  readonly ours: readonly ProcessFacts[];
  /** Those that nothing ties to any job and that will not change. */
  readonly foreign: readonly number[];
}

/** Finds the processes of one runner's jobs. What a look has found to be somebody else's is not looked at again. */
export class JobProcesses {
  #foreign: ReadonlySet<number> = new Set();

  /**
   * Waits until nothing of a finished job lives, and ends what does not end by itself.
   * @param leader - The first process of the job, whose session the others are in unless they have left it.
   * @param isPatient - Whether they may finish what they are about.
   */
  async end(workspace: string, leader: number | undefined, isPatient: boolean): Promise<EndedProcesses> {
    const start = performance.now();
    const ended = new Map<number, ProcessFacts>();
    for (;;) {
      const living = this.#find(workspace, leader);
      const spent = performance.now() - start;
      if (living.length === 0 || spent > FINISHING + DYING) return { ended: [...ended.values()], living };
      if (!isPatient || spent > FINISHING) {
        for (const process of living) ended.set(process.pid, process);
        kill(living);
      }
      await delay(INTERVAL);
    }
  }

  #find(workspace: string, leader: number | undefined): readonly ProcessFacts[] {
    const present = processIds();
    const look = lookAt(
      present.filter((pid) => !this.#foreign.has(pid)),
      workspace,
      leader,
    );
    this.#foreign = new Set([...present.filter((pid) => this.#foreign.has(pid)), ...look.foreign]);
    return look.ours;
  }
}

/**
 * Ends what the jobs of a dead runner of this host have left running, before anybody else takes them on. Waits for it:
 * that is a few milliseconds, and at most some seconds.
 * @param folder - The folder of all its workspaces.
 */
export function endJobsIn(folder: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (const start = performance.now(); performance.now() - start < DYING; ) {
    const { ours } = lookAt(processIds(), folder, undefined);
    if (ours.length === 0) return;
    kill(ours);
    Atomics.wait(pause, 0, 0, INTERVAL);
  }
}

/** Tells the processes of jobs in a folder, with all that they have started, from others. */
function lookAt(pids: readonly number[], folder: string, leader: number | undefined): Look {
  const foreign = new Set<number>();
  const others: ProcessFacts[] = [];
  const ours = new Map<number, ProcessFacts>();
  /** This process, and its children: what starts the jobs is one of them. */
  const starters = new Set([process.pid]);
  for (const pid of pids) {
    const facts = readProcess(pid);
    if (facts === undefined) continue;
    const environment = environmentOf(pid);
    const mark = environment?.find((one) => one.startsWith(`${JOB_VARIABLE}=`));
    const isOurs =
      facts.session === leader ||
      liesIn(mark?.slice(JOB_VARIABLE.length + 1), folder) ||
      liesIn(directoryOf(pid), folder);
    if (isOurs) ours.set(pid, facts);
    else others.push(facts);
    // One that is just being started has no variables yet, or those of who starts it, and may turn out to be ours.
    if (facts.parent === process.pid) starters.add(pid);
    const isSettled =
      !starters.has(facts.parent) &&
      (environment === undefined || environment.length > 0 || facts.parent === KERNEL);
    if (!isOurs && mark === undefined && isSettled) foreign.add(pid);
  }
  for (let count = -1; count < ours.size; ) {
    count = ours.size;
    for (const facts of others) if (ours.has(facts.parent)) ours.set(facts.pid, facts);
  }
  // A job may have started a runner: whoever looks, and all above, are not to be ended by it.
  for (let pid = process.pid; pid > 1; pid = readProcess(pid)?.parent ?? 0) ours.delete(pid);
  return { ours: [...ours.values()], foreign: [...foreign].filter((pid) => !ours.has(pid)) };
}

function liesIn(path: string | undefined, folder: string): boolean {
  return path !== undefined && isWithin(path, folder);
}

/** They were looked up a moment ago; a pid is not used again that soon. */
function kill(processes: readonly ProcessFacts[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone by itself, or another user's: the next look tells.
    }
  }
}

/**
 * Who a runner is, and whether another one still lives. A runner writes one holder file; every claim it takes is
 * a hard link of that file, so one beat serves all of them and one mark fences them all.
 */
import { join } from 'node:path';
import { errorCode, type State } from '../state.ts';
import { type ClaimFiles, canLink, DISK, withoutLinks } from './claim-files.ts';
import { type ClaimWorld, thisMachine } from './claim-world.ts';

/** What a runner says that finds itself fenced. */
export const FENCED =
  'This runner was declared dead, by another one or by `minipach release`, and its work was given to others; nothing more was recorded.';

/** The task of a Slurm array that holds claims: queued, or at work on a node. */
export interface TaskFacts {
  /** What the cluster calls the array; no other array has it. */
  readonly array: string;
  readonly task: number;
  /** Which start of the task it is, from 0, as Slurm starts one anew whose node was lost; absent while it is queued. */
  readonly start?: number;
}

/** What a holder file says. */
export interface HolderFacts {
  readonly token: string;
  /** For people; two hosts may share a name. */
  readonly host: string;
  /** Boot id and pid namespace: only within the same two does a pid mean anything. */
  readonly place: string;
  readonly pid: number;
  /** Clock ticks after boot at which the process started: a pid that was used again has another one. */
  readonly started: string;
  readonly run: string;
  /** Absent for what has nothing to do with Slurm. */
  readonly task?: TaskFacts;
}

/** Whether claims are held by a task that has not begun: no process lives, and only Slurm can say that none will. */
export function isQueued({ task }: HolderFacts): boolean {
  return task !== undefined && task.start === undefined;
}

/** This process as a holder of claims. */
export class Holder {
  readonly facts: HolderFacts;
  /** The complete holder file, that claims are links of. */
  readonly file: string;
  /** The file that released claims are links of. */
  freeFile: string;
  /** How this holder changes claims: by hard links, or without them where the file system has none. */
  readonly files: ClaimFiles;
  /** Whether the file system has hard links. */
  readonly hasLinks: boolean;
  readonly #state: State;
  readonly #stopBeat: () => void;
  #beats = 0;
  #freeFiles = 0;

  constructor(state: State, run: string, world: ClaimWorld = thisMachine(), task?: TaskFacts) {
    const { host, place, pid, started } = world;
    const token = world.token();
    this.#state = state;
    this.facts = { token, host, place, pid, started, run, ...(task === undefined ? {} : { task }) };
    world.files.makeFolder(state.holders);
    this.file = join(state.holders, token);
    this.files = world.files;
    this.#beat();
    // Complete before anyone can see a claim on it: claims are links of this very file.
    world.files.create(this.file, JSON.stringify(this.facts));
    this.hasLinks = canLink(world.files, this.file);
    if (!this.hasLinks) this.files = withoutLinks(world.files);
    this.freeFile = this.renewFreeFile();
    this.#stopBeat = world.every(world.beat, () => this.#beat());
  }

  /**
   * Whether another runner has declared this one dead. A fenced runner must not hand over or record anything. A
   * holder whose own file is gone is fenced as well, so that what is left of a dead one can be removed, mark and all.
   */
  isFenced(): boolean {
    return this.files.has(`${this.file}.dead`) || !this.files.has(this.file);
  }

  /** A fresh file for released claims to link to; needed when the file system's limit of links is reached. */
  renewFreeFile(): string {
    this.#freeFiles += 1;
    this.freeFile = `${this.file}.free${this.#freeFiles}`;
    this.files.create(this.freeFile, JSON.stringify({ free: true }));
    return this.freeFile;
  }

  /** Ends the beat. The holder file goes last: while a claim is left, its reader must find it complete. */
  end(): void {
    this.#stopBeat();
    for (let index = 1; index <= this.#freeFiles; index += 1) this.files.remove(`${this.file}.free${index}`);
    this.files.remove(`${this.file}.beat`);
    this.files.remove(this.file);
  }

  #beat(): void {
    this.#beats += 1;
    try {
      // Fixed width, so that a reader beside the writer never sees a shorter number.
      this.files.write(
        join(this.#state.holders, `${this.facts.token}.beat`),
        String(this.#beats).padStart(12, '0'),
      );
    } catch {
      // A beat that cannot be written is what the lease is for.
    }
  }
}

/** Reads a holder's facts from its file or from a claim on it; `undefined` for a released claim or no file. */
export function readHolder(path: string, files: ClaimFiles = DISK): HolderFacts | undefined {
  const said = readClaim(path, files);
  return said === 'free' || said === 'unfinished' ? undefined : said;
}

/**
 * What a claim says. It is `unfinished` while its maker has not written into it who he is, which there is only where
 * hard links are missing; `undefined` when it is gone.
 */
export function readClaim(path: string, files: ClaimFiles): HolderFacts | 'free' | 'unfinished' | undefined {
  let text: string;
  try {
    text = files.read(path);
  } catch {
    return undefined;
  }
  try {
    const facts = JSON.parse(text) as Partial<HolderFacts>;
    return typeof facts.token === 'string' ? (facts as HolderFacts) : 'free';
  } catch {
    return 'unfinished';
  }
}

interface Look {
  readonly beat: string;
  readonly at: number;
  readonly still: number;
}

/** Watches other holders, to tell which of them are dead. */
export class Observer {
  readonly #state: State;
  readonly #world: ClaimWorld;
  readonly #looks = new Map<string, Look>();
  readonly #buried = new Set<string>();
  /** Of tasks of Slurm's, the start before which all have ended; infinite for those that have ended for good. */
  readonly #ended = new Map<string, number>();

  constructor(state: State, world: ClaimWorld = thisMachine()) {
    this.#state = state;
    this.#world = world;
  }

  /** Whether a holder is known dead: marked, ended by Slurm, gone from this host, or without a beat for the lease. */
  isDead(holder: HolderFacts): boolean {
    if (this.#world.files.has(join(this.#state.holders, `${holder.token}.dead`))) return true;
    if (holder.task !== undefined && this.#hasEnded(holder.task)) return true;
    if (isQueued(holder)) return false;
    const isAlive = this.isNear(holder) ? this.#world.isAlive(holder.pid, holder.started) : undefined;
    return isAlive === undefined
      ? this.#stoodStill(join(this.#state.holders, `${holder.token}.beat`))
      : !isAlive;
  }

  /**
   * Takes in what Slurm says: a task has ended, so that nothing of it works any more and nothing will.
   * @param before - Only its starts before this one have, and it was started anew.
   */
  noteEnded({ array, task }: Pick<TaskFacts, 'array' | 'task'>, before = Number.POSITIVE_INFINITY): void {
    this.#ended.set(`${array} ${task}`, before);
  }

  #hasEnded({ array, task, start = Number.MAX_VALUE }: TaskFacts): boolean {
    return start < (this.#ended.get(`${array} ${task}`) ?? 0);
  }

  /** Whether a holder runs in the same boot and pid namespace, so that a look at its process is proof. */
  isNear(holder: HolderFacts): boolean {
    return holder.place === this.#world.place;
  }

  /** Whether a holder of this host that is alive was stopped by a signal: it is not dead, and does nothing. */
  isStopped(holder: HolderFacts): boolean {
    return this.isNear(holder) && this.#world.isStopped(holder.pid);
  }

  /** Whether a claim that does not say whose it is has been there for the lease: its maker was killed over it. */
  isAbandoned(path: string): boolean {
    return this.#stoodStill(path);
  }

  /**
   * Fences a dead holder for good, and ends what its jobs have left running on this host. The mark comes first; it is
   * made by a link: the first breaker wins, and all see the same. Whoever breaks a claim has called this before it
   * takes the claim, so that no job runs twice at a time, not even where two breakers race.
   */
  markDead(holder: HolderFacts, breaker: Holder): void {
    const mark = join(this.#state.holders, `${holder.token}.dead`);
    try {
      breaker.files.link(breaker.file, mark);
    } catch (error) {
      // On NFS the answer to a link that was made can get lost.
      if (errorCode(error) !== 'EEXIST' && !breaker.files.has(mark)) throw error;
    }
    this.endJobsOf(holder.token);
  }

  /** Ends what the jobs of a dead runner have left running. On another host there is nothing of them to be seen. */
  endJobsOf(token: string): void {
    if (this.#buried.has(token)) return;
    this.#world.endJobs(join(this.#state.workspaces, token));
    // A runner that is dead starts nothing any more.
    this.#buried.add(token);
  }

  /** Clocks of two hosts are never compared: only our own looks are added up, each for two beats at most. */
  #stoodStill(path: string): boolean {
    const now = this.#world.now();
    const beat = this.#textOf(path);
    const last = this.#looks.get(path);
    if (last === undefined || last.beat !== beat) {
      this.#looks.set(path, { beat, at: now, still: 0 });
      return false;
    }
    // A suspended observer must not count its own sleep.
    const still = last.still + Math.min(now - last.at, 2 * this.#world.beat);
    this.#looks.set(path, { beat, at: now, still });
    return still >= this.#world.lease;
  }

  #textOf(path: string): string {
    try {
      return this.#world.files.read(path);
    } catch {
      return '';
    }
  }
}

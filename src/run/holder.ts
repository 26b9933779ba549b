/**
 * Who a runner is, and whether another one still lives. A runner writes one holder file; every claim it takes is
 * a hard link of that file, so one beat serves all of them and one mark fences them all.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readProcess } from '../project/process-table.ts';
import { endJobsIn } from './job-processes.ts';
import { errorCode, lookAt, type State } from './state.ts';

/** Milliseconds between two beats. */
export const BEAT_INTERVAL = 2000;

/** Milliseconds without a beat, as the observer itself has measured them, after which a far holder is dead. */
export const LEASE = 60_000;

/** What a runner says that finds itself fenced. */
export const FENCED =
  'This runner was declared dead, by another one or by `minipach release`, and its work was given to others; nothing more was recorded.';

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
}

/** This process as a holder of claims. */
export class Holder {
  readonly facts: HolderFacts;
  /** The complete holder file, that claims are links of. */
  readonly file: string;
  /** The file that released claims are links of. */
  freeFile: string;
  readonly #state: State;
  readonly #timer: NodeJS.Timeout;
  #beats = 0;
  #freeFiles = 0;

  constructor(state: State, run: string) {
    const token = `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`;
    this.#state = state;
    this.facts = {
      token,
      host: hostname(),
      place: placeOfThisProcess(),
      pid: process.pid,
      started: readProcess(process.pid)?.started ?? '',
      run,
    };
    mkdirSync(state.holders, { recursive: true });
    this.file = join(state.holders, token);
    this.#beat();
    // Complete before anyone can see a claim on it: claims are links of this very file.
    writeFileSync(this.file, JSON.stringify(this.facts), { flag: 'wx' });
    this.freeFile = this.renewFreeFile();
    this.#timer = setInterval(() => this.#beat(), BEAT_INTERVAL);
    this.#timer.unref();
  }

  /**
   * Whether another runner has declared this one dead. A fenced runner must not hand over or record anything. A
   * holder whose own file is gone is fenced as well, so that what is left of a dead one can be removed, mark and all.
   */
  isFenced(): boolean {
    return lookAt(`${this.file}.dead`) !== undefined || lookAt(this.file) === undefined;
  }

  /** A fresh file for released claims to link to; needed when the file system's limit of links is reached. */
  renewFreeFile(): string {
    this.#freeFiles += 1;
    this.freeFile = `${this.file}.free${this.#freeFiles}`;
    writeFileSync(this.freeFile, JSON.stringify({ free: true }), { flag: 'wx' });
    return this.freeFile;
  }

  /** Ends the beat. The holder file goes last: while a claim is left, its reader must find it complete. */
  end(): void {
    clearInterval(this.#timer);
    for (let index = 1; index <= this.#freeFiles; index += 1)
      rmSync(`${this.file}.free${index}`, { force: true });
    rmSync(`${this.file}.beat`, { force: true });
    rmSync(this.file, { force: true });
  }

  #beat(): void {
    this.#beats += 1;
    try {
      // Fixed width, so that a reader beside the writer never sees a shorter number.
      writeFileSync(
        join(this.#state.holders, `${this.facts.token}.beat`),
        String(this.#beats).padStart(12, '0'),
      );
    } catch {
      // A beat that cannot be written is what the lease is for.
    }
  }
}

/** Reads a holder's facts from its file or from a claim on it; `undefined` for a released claim or no file. */
export function readHolder(path: string): HolderFacts | undefined {
  try {
    const facts = JSON.parse(readFileSync(path, 'utf8')) as Partial<HolderFacts>;
    return typeof facts.token === 'string' ? (facts as HolderFacts) : undefined;
  } catch {
    return undefined;
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
  readonly #looks = new Map<string, Look>();
  readonly #buried = new Set<string>();

  constructor(state: State) {
    this.#state = state;
  }

  /** Whether a holder is known dead: marked, gone from this host, or without a beat for the lease. */
  isDead(holder: HolderFacts): boolean {
    if (exists(join(this.#state.holders, `${holder.token}.dead`))) return true;
    if (this.isNear(holder)) return !isProcessAlive(holder.pid, holder.started);
    return this.#stoodStill(holder.token);
  }

  /** Whether a holder runs in the same boot and pid namespace, so that a look at its process is proof. */
  isNear(holder: HolderFacts): boolean {
    return holder.place === placeOfThisProcess();
  }

  /**
   * Fences a dead holder for good, and ends what its jobs have left running on this host. The mark comes first; it is
   * made by a link: the first breaker wins, and all see the same. Whoever breaks a claim has called this before it
   * takes the claim, so that no job runs twice at a time, not even where two breakers race.
   */
  markDead(holder: HolderFacts, breaker: Holder): void {
    try {
      linkSync(breaker.file, join(this.#state.holders, `${holder.token}.dead`));
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    this.endJobsOf(holder.token);
  }

  /** Ends what the jobs of a dead runner have left running. On another host there is nothing of them to be seen. */
  endJobsOf(token: string): void {
    if (this.#buried.has(token)) return;
    endJobsIn(join(this.#state.workspaces, token));
    // A runner that is dead starts nothing any more.
    this.#buried.add(token);
  }

  /** Clocks of two hosts are never compared: only our own looks are added up, each for two beats at most. */
  #stoodStill(token: string): boolean {
    const now = performance.now();
    const beat = readBeat(join(this.#state.holders, `${token}.beat`));
    const last = this.#looks.get(token);
    if (last === undefined || last.beat !== beat) {
      this.#looks.set(token, { beat, at: now, still: 0 });
      return false;
    }
    // A suspended observer must not count its own sleep.
    const still = last.still + Math.min(now - last.at, 2 * BEAT_INTERVAL);
    this.#looks.set(token, { beat, at: now, still });
    return still >= LEASE;
  }
}

function readBeat(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

let ownPlace: string | undefined;

/** Boot id and pid namespace of this process, or the host's name where the system tells neither. */
export function placeOfThisProcess(): string {
  if (ownPlace !== undefined) return ownPlace;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    ownPlace = `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    ownPlace = hostname();
  }
  return ownPlace;
}

/** Whether a process lives that started at this time; where the time is not known, whether any with this id does. */
export function isProcessAlive(pid: number, started: string): boolean {
  if (started !== '') return readProcess(pid)?.started === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

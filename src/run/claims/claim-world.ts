/** What holders and observers know of the machine that they run on; tests put another one in its place. */
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { readProcess } from '../../project/process-table.ts';
import { endJobsIn } from '../job-processes.ts';
import { errorCode } from '../state.ts';
import { type ClaimFiles, DISK } from './claim-files.ts';

/** Milliseconds without a beat, as the observer itself has measured them, after which a far holder is dead. */
export const LEASE = leaseOf(process.env['MINIPACH_TEST_LEASE']);

/** Milliseconds between two beats. */
export const BEAT_INTERVAL = LEASE / 30;

/** Whom to be and what to see. */
export interface ClaimWorld {
  readonly files: ClaimFiles;
  /** Milliseconds between two beats, and without one until a far holder is dead. */
  readonly beat: number;
  readonly lease: number;
  /** A name that no other holder has, ever. */
  readonly token: () => string;
  /** For people. */
  readonly host: string;
  /** Boot id and pid namespace: only within the same two does a pid mean anything. */
  readonly place: string;
  readonly pid: number;
  /** When the process started, by the system's own count. */
  readonly started: string;
  /** Whether the process with this pid is there and is the one that started then; `undefined` where nobody tells us. */
  readonly isAlive: (pid: number, started: string) => boolean | undefined;
  /** Whether a process that is alive was stopped by a signal. */
  readonly isStopped: (pid: number) => boolean;
  /** Ends what jobs have left running in a folder. */
  readonly endJobs: (folder: string) => void;
  /** Milliseconds of a clock that goes on evenly, whatever day it is. */
  readonly now: () => number;
  /** Does something again and again; returns how to end that. */
  readonly every: (milliseconds: number, action: () => void) => () => void;
}

let machine: ClaimWorld | undefined;

/** This process on this machine. */
export function thisMachine(): ClaimWorld {
  machine ??= {
    files: DISK,
    beat: BEAT_INTERVAL,
    lease: LEASE,
    token: () => `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`,
    host: hostname(),
    place: placeOfThisProcess(),
    pid: process.pid,
    started: readProcess(process.pid)?.started ?? '',
    isAlive: isProcessAlive,
    isStopped: (pid) => readProcess(pid)?.isStopped === true,
    endJobs: endJobsIn,
    now: () => performance.now(),
    every: (milliseconds, action) => {
      const timer = setInterval(action, milliseconds);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
  return machine;
}

/** Tests of stopped runners cannot wait for a minute; all programs of a project must have the same lease. */
function leaseOf(text: string | undefined): number {
  const asked = Number(text);
  return Number.isFinite(asked) && asked >= 1000 ? asked : 60_000;
}

/** Boot id and pid namespace of this process, or the host's name where the system tells neither. */
function placeOfThisProcess(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function isProcessAlive(pid: number, started: string): boolean | undefined {
  const facts = started === '' ? undefined : readProcess(pid);
  if (facts !== undefined) return facts.started === started;
  try {
    process.kill(pid, 0);
    // A system without start times has no more to tell; where they are told, what is left of the process is a zombie.
    return started === '';
  } catch (error) {
    // Another user's process, and the system hides whose start it was: only its beat can tell.
    return errorCode(error) === 'EPERM' ? undefined : false;
  }
}

/** The processes of this host, as far as Linux tells of them under `/proc`; other systems tell nothing here. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One process that lives; zombies do not count. */
export interface ProcessFacts {
  readonly pid: number;
  /** The program's name, cut to 15 bytes by the system. */
  readonly name: string;
  readonly parent: number;
  /** The process that the session began with. */
  readonly session: number;
  /** Clock ticks after boot at which it started: a pid that was used again has another one. */
  readonly started: string;
  /** Whether it was stopped by a signal, and goes on when it gets another one. */
  readonly isStopped: boolean;
}

/** The ids of all processes that can be seen. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** What a process is; `undefined` when it is gone, a zombie, or cannot be told. */
export function readProcess(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and parentheses; fields are counted from its last one.
    const end = stat.lastIndexOf(')');
    const [state, parent, , session, ...others] = stat.slice(end + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return {
      pid,
      name: stat.slice(stat.indexOf('(') + 1, end),
      parent: Number(parent),
      session: Number(session),
      started: others[15] ?? '',
      isStopped: state === 'T' || state === 't',
    };
  } catch {
    return undefined;
  }
}

/** The variables that a process began with; none while it begins, `undefined` where it is another user's or gone. */
export function environmentOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return undefined;
  }
}

/** The directory that a process works in; `undefined` where it is another user's or gone. */
export function directoryOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

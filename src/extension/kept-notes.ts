/**
 * What a window notes of the calls that outlive it, so that the next one finds them: a file beside those that the call writes. It is
 * written once the process is there; a window that is killed before that loses sight of it, and the feed still shows the run.
 */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readProcess } from '../project/process-table.ts';
import { parseLine } from './line-splitter.ts';

/** A call that was begun by this window or an earlier one. */
export interface CallNote {
  readonly pid: number;
  /** What tells the process from a later one of the same id; empty where the system does not say it. */
  readonly started: string;
  /** The window that follows it and tells its end: the one that was opened last. */
  readonly window: string;
  /** What it is about, for whoever finds it. */
  readonly about: string;
}

/** This window: its extension host, and when that began. */
const THIS_WINDOW = `${process.pid}-${Date.now()}`;

/** Notes a call of this window; `base` is what its files are called. */
export async function noteCall(base: string, pid: number, about: string): Promise<void> {
  const started = readProcess(pid)?.started ?? '';
  await write(base, { pid, started, window: THIS_WINDOW, about });
}

/** Whether this window is still the one that tells of a call. */
export async function isOurs(base: string): Promise<boolean> {
  return (await read(`${base}.json`))?.window === THIS_WINDOW;
}

/**
 * Takes over what earlier windows have noted.
 * @param concerns - Whether a call is of this window, by what it is about: others have other folders open.
 */
export async function takeOver(
  directory: string,
  concerns: (about: string) => boolean,
): Promise<readonly { readonly base: string; readonly note: CallNote }[]> {
  const names = await readdir(directory).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map(async (name) => {
        const base = path.join(directory, name.slice(0, -'.json'.length));
        const note = await read(`${base}.json`);
        if (!note || note.window === THIS_WINDOW || !concerns(note.about)) return [];
        await write(base, { ...note, window: THIS_WINDOW });
        return [{ base, note }];
      }),
  );
  return found.flat();
}

/** Whether the process of a call is still there. */
export function isAlive({ pid, started }: CallNote): boolean {
  if (started !== '') return readProcess(pid)?.started === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function read(file: string): Promise<CallNote | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return parseLine<CallNote>(text);
}

/** Whole or not at all, because another window may be reading it. */
async function write(base: string, note: CallNote): Promise<void> {
  const fresh = `${base}.${process.pid}.new`;
  await writeFile(fresh, JSON.stringify(note));
  await rename(fresh, `${base}.json`).catch(() => rm(fresh, { force: true }));
}

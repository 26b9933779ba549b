/** A call of the runner that outlives the window: its events go into a file, which is followed while a window is open. */
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunEvent } from '../plan/run-event.ts';
import { followFile } from './follow-file.ts';
import { isAlive, isOurs, noteCall, takeOver } from './kept-notes.ts';
import { LineSplitter, parseLine } from './line-splitter.ts';
import type { Runner } from './runner.ts';

/** Whom to tell. */
export interface CallListener {
  readonly onEvent: (event: RunEvent) => void;
  /** A line that it says on standard error. */
  readonly onProblem?: (line: string) => void;
}

/** What to call. */
export interface DetachedCall extends CallListener {
  readonly cwd: string;
  /** With `--json`, so that there are events. */
  readonly args: readonly string[];
  /** What a window that is opened later is to know of it; without that, no later window follows it. */
  readonly about?: string;
}

/** A call that has begun. */
export interface DetachedRunner {
  /** Its exit code, once all that it said has been told; `null` where a signal ended it. */
  readonly end: Promise<number | null>;
  /** Asks it to end in good order, as Ctrl+C does. */
  readonly stop: () => void;
  /** Its end was seen by a person: no later window tells it. Until then the window may be gone, and the extension not know of it. */
  readonly forget: () => Promise<void>;
}

/** A call of an earlier window. */
export interface FoundCall {
  readonly about: string;
  /** Tells all that it has said and goes on; its end is `undefined` where a later window tells it. */
  readonly follow: (listener: CallListener) => Promise<number | null | undefined>;
  readonly forget: () => Promise<void>;
}

/** Milliseconds between two looks at a process that is not our child. */
const LOOK_AGAIN = 500;

/** Starts the runner with files of its own in the extension's `storage`; `undefined` in Restricted Mode. */
export async function startDetached(
  runner: Runner,
  storage: string,
  call: DetachedCall,
): Promise<DetachedRunner | undefined> {
  const directory = folderIn(storage);
  await mkdir(directory, { recursive: true });
  await removeOld(directory);
  count += 1;
  const base = path.join(directory, `${Date.now()}-${process.pid}-${count}`);
  // Files and not pipes: the window may close, and a runner that writes into a broken pipe would end with it.
  const stdout = openSync(`${base}.jsonl`, 'a');
  const stderr = openSync(`${base}.log`, 'a');
  const child = await runner.start(call.cwd, call.args, { stdout, stderr, detached: true });
  closeSync(stdout);
  closeSync(stderr);
  if (!child) return undefined;
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', (error) => {
      runner.output.error(error.message);
      resolve(null);
    });
  });
  if (call.about !== undefined && child.pid !== undefined) await noteCall(base, child.pid, call.about);
  const end = follow(runner, base, call, () => exit).then(async (code) => {
    if (call.about === undefined) await remove(base);
    return code;
  });
  return { end, stop: () => void child.kill('SIGTERM'), forget: () => forget(base) };
}

/** The calls that earlier windows have begun and not seen the end of; this window tells of them from now on. */
export async function findDetached(
  runner: Runner,
  storage: string,
  concerns: (about: string) => boolean,
): Promise<readonly FoundCall[]> {
  const found = await takeOver(folderIn(storage), concerns);
  return found.map(({ base, note }) => ({
    about: note.about,
    follow: async (listener) => {
      const code = await follow(runner, base, listener, async (isFinished) => {
        while (!isFinished() && isAlive(note))
          await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
        return undefined;
      });
      return (await isOurs(base)) ? code : undefined;
    },
    forget: () => forget(base),
  }));
}

/** What it said was told, and the runner keeps a journal of its own. */
async function forget(base: string): Promise<void> {
  if (await isOurs(base)) await remove(base);
}

/** Two calls of one millisecond have files of their own. */
let count = 0;

function folderIn(storage: string): string {
  return path.join(storage, 'runs');
}

/** @param exit - Waits for its end; `undefined` where nobody can tell the code, so that its last event does. */
async function follow(
  runner: Runner,
  base: string,
  { onEvent, onProblem }: CallListener,
  exit: (isFinished: () => boolean) => Promise<number | null | undefined>,
): Promise<number | null> {
  let finished: number | null = null;
  const splitter = new LineSplitter((text) => {
    const event = parseLine<RunEvent>(text);
    if (event?.event === 'run-finished') finished = event.exit;
    if (event) onEvent(event);
  });
  const events = followFile(`${base}.jsonl`, (chunk) => splitter.push(chunk));
  const lines = new LineSplitter((line) => onProblem?.(line));
  const problems = followFile(`${base}.log`, (chunk) => {
    runner.output.warn(chunk.toString('utf8').trimEnd());
    lines.push(chunk);
  });
  const code = await exit(() => finished !== null);
  // The last lines may have been written just before the end.
  await Promise.all([events.flush(), problems.flush()]);
  events.stop();
  problems.stop();
  return code === undefined ? finished : code;
}

async function remove(base: string): Promise<void> {
  // The note last: without the others it says of a call that it has ended, and never the other way round.
  for (const ending of ['jsonl', 'log', 'json']) await rm(`${base}.${ending}`, { force: true });
}

/** Removes what calls left whose window was closed; a week is longer than any of them is followed. */
async function removeOld(directory: string): Promise<void> {
  const oldest = Date.now() - 7 * 24 * 3600 * 1000;
  for (const name of await readdir(directory)) {
    const file = path.join(directory, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
    if (mtimeMs < oldest) await rm(file, { force: true });
  }
}

/** A call of the runner that outlives the window: its events go into a file, which is followed while the window is open. */
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunEvent } from '../plan/run-event.ts';
import { followFile } from './follow-file.ts';
import { LineSplitter, parseLine } from './line-splitter.ts';
import type { Runner } from './runner.ts';

/** What to call, and whom to tell. */
export interface DetachedCall {
  readonly cwd: string;
  /** With `--json`, so that there are events. */
  readonly args: readonly string[];
  readonly onEvent: (event: RunEvent) => void;
  /** A line that it says on standard error. */
  readonly onProblem?: (line: string) => void;
}

/** A call that has begun. */
export interface DetachedRunner {
  /** Its exit code, once all that it said has been told; `null` where a signal ended it. */
  readonly end: Promise<number | null>;
  /** Asks it to end in good order, as Ctrl+C does. */
  readonly stop: () => void;
}

/** Starts the runner with files of its own in the extension's `storage`; `undefined` in Restricted Mode. */
export async function startDetached(
  runner: Runner,
  storage: string,
  call: DetachedCall,
): Promise<DetachedRunner | undefined> {
  const directory = path.join(storage, 'runs');
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
  return { end: follow(runner, base, call, exit), stop: () => void child.kill('SIGTERM') };
}

/** Two calls of one millisecond have files of their own. */
let count = 0;

async function follow(
  runner: Runner,
  base: string,
  { onEvent, onProblem }: DetachedCall,
  exit: Promise<number | null>,
): Promise<number | null> {
  const splitter = new LineSplitter((text) => {
    const event = parseLine<RunEvent>(text);
    if (event) onEvent(event);
  });
  const events = followFile(`${base}.jsonl`, (chunk) => splitter.push(chunk));
  const lines = new LineSplitter((line) => onProblem?.(line));
  const problems = followFile(`${base}.log`, (chunk) => {
    runner.output.warn(chunk.toString('utf8').trimEnd());
    lines.push(chunk);
  });
  const code = await exit;
  // The last lines may have been written just before the end.
  await Promise.all([events.flush(), problems.flush()]);
  events.stop();
  problems.stop();
  // All is told, and the runner keeps a journal of its own.
  await Promise.all([`${base}.jsonl`, `${base}.log`].map((file) => rm(file, { force: true })));
  return code;
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

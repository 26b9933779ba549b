/**
 * The runner as a program of its own, for shells outside of VS Code: a small script in a directory on the PATH. Where the
 * extension lies, and VS Code's own Node, is another place after each update, so that the script is written anew then.
 */
import { lstat, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { shellQuote } from '../plan/shell.ts';
import { placeProgram } from '../project/whole-file.ts';

/** What the script starts. */
export interface LauncherTarget {
  /** A program that is, or can act as, Node. */
  readonly node: string;
  /** The bundled runner. */
  readonly script: string;
}

/** Where it may go. */
export interface LauncherPlace {
  readonly home: string;
  /** The variable of that name. */
  readonly path: string;
}

/** How it went. */
export type LauncherResult =
  | {
      readonly ok: true;
      readonly file: string;
      /** Whether the directory is on the PATH. */
      readonly isOnPath: boolean;
      /** Another program of that name which a shell finds first. */
      readonly hiddenBy: string | undefined;
    }
  | { readonly ok: false; readonly reason: 'something-else'; readonly file: string }
  | { readonly ok: false; readonly reason: 'cannot-write'; readonly file: string; readonly why: string };

/** By this line we know what we have written, and may write again. */
const MARK = '# Written by the Minipach extension of VS Code, which writes it anew when it has moved.';

/** The script. */
export function launcherText({ node, script }: LauncherTarget): string {
  return `#!/bin/sh
${MARK}
node=${shellQuote(node)}
script=${shellQuote(script)}
if [ ! -e "$script" ]; then
  echo "minipach: the extension has moved: open a project in VS Code, or run 'Minipach: Install Command Line' there again." >&2
  exit 3
fi
# After an update of VS Code its Node may have gone, and any other does.
[ -x "$node" ] || node=node
ELECTRON_RUN_AS_NODE=1 exec "$node" "$script" "$@"
`;
}

/** Writes the script into the first of a person's usual directories that is on the PATH; never over something else. */
export async function installLauncher(target: LauncherTarget, place: LauncherPlace): Promise<LauncherResult> {
  const onPath = place.path.split(path.delimiter);
  const usual = [path.join(place.home, '.local', 'bin'), path.join(place.home, 'bin')];
  const directory = usual.find((one) => onPath.includes(one)) ?? usual[0] ?? '';
  const file = path.join(directory, 'minipach');
  const standing = await standingAt(file);
  if (standing === 'other') return { ok: false, reason: 'something-else', file };
  try {
    await mkdir(directory, { recursive: true });
    if (!(await placeProgram(file, launcherText(target), standing === 'ours')))
      return { ok: false, reason: 'something-else', file };
  } catch (error) {
    return {
      ok: false,
      reason: 'cannot-write',
      file,
      why: error instanceof Error ? error.message : String(error),
    };
  }
  const isOnPath = onPath.includes(directory);
  const before = isOnPath ? onPath.slice(0, onPath.indexOf(directory)) : onPath;
  return { ok: true, file, isOnPath, hiddenBy: await firstIn(before) };
}

/** Writes a script of ours anew where what it starts has moved. Whatever else is there by now stays. */
export async function renewLauncher(file: string, target: LauncherTarget): Promise<void> {
  if ((await standingAt(file)) !== 'ours') return;
  const text = launcherText(target);
  if ((await readFile(file, 'utf8')) !== text) await placeProgram(file, text, true);
}

async function standingAt(file: string): Promise<'nothing' | 'ours' | 'other'> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) return 'nothing';
  // Nobody's link is followed: what it leads to is not ours.
  if (!found.isFile()) return 'other';
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n', 2)[1] === MARK ? 'ours' : 'other';
}

async function firstIn(directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    if (directory === '') continue;
    const file = path.join(directory, 'minipach');
    if ((await lstat(file).catch(() => undefined)) !== undefined) return file;
  }
  return undefined;
}

/**
 * Putting a hook into a repository and taking it out again. What was there before is kept beside it under another name,
 * the very file with its mode and time, and comes back by one rename.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NO_LINKS, placeProgram } from '../../project/whole-file.ts';
import { listed } from '../listed.ts';
import { errorCode, lookAt } from '../state.ts';
import { type HookName, type HookOwner, keptName, ownerOf } from './hook-script.ts';

/** What became of a hook. */
export interface HookDone {
  readonly name: HookName;
  readonly file: string;
  readonly state: 'installed' | 'unchanged' | 'removed' | 'absent';
  /** Whether there is, or was, another hook, which is called first and comes back. */
  readonly before: boolean;
}

/** Why a hook was left as it is, in a sentence. */
export interface HookRefused {
  readonly reason: 'hook-changed' | 'hook-replaced' | 'hook-appeared' | 'hook-not-writable';
  readonly message: string;
}

/** How a hook stands: whose it is, and whether another one is kept, which may be the very same file. */
interface Standing {
  readonly owner: HookOwner | 'nobody';
  readonly text: string;
  readonly kept: 'none' | 'same' | 'other';
}

/** Why a hook cannot be put in or taken out as it stands; asked of all hooks before the first is touched. */
export function refusalOf(directory: string, name: HookName): HookRefused | undefined {
  const { owner, kept } = standingOf(directory, name);
  const file = join(directory, name);
  if (owner === 'edited')
    return {
      reason: 'hook-changed',
      message: `${file} was changed since Minipach wrote it, and is left as it is: move what was added into ${keptName(name)} beside it, take it out here, and try again.`,
    };
  if (owner === 'other' && kept === 'other')
    return {
      reason: 'hook-replaced',
      message: `${file} is not Minipach's any more, and ${keptName(name)} beside it is what was there before: put what is needed of both into the first, remove the second, and try again.`,
    };
  return undefined;
}

/**
 * Puts a hook in, chained to what is there. In this order: a second name for what is there, then our script by a rename
 * over the first. Killed in between, the old hook is at work as before, and the next call goes on.
 */
export async function installHook(
  directory: string,
  name: HookName,
  text: string,
): Promise<HookDone | HookRefused> {
  const refused = refusalOf(directory, name);
  if (refused !== undefined) return refused;
  const file = join(directory, name);
  const { owner, text: old, kept } = standingOf(directory, name);
  if (owner === 'ours' && old === text) return { name, file, state: 'unchanged', before: kept !== 'none' };
  try {
    mkdirSync(directory, { recursive: true });
    let isThere = owner !== 'nobody';
    if (owner === 'other' && kept === 'none') isThere = keep(file, join(directory, keptName(name)));
    if (!(await placeProgram(file, text, isThere))) return appeared(file);
  } catch (error) {
    return unwritable(file, error);
  }
  return { name, file, state: 'installed', before: owner === 'other' || kept !== 'none' };
}

/** Takes a hook out: one step for each file, so that it is either ours or what was there before, and never none. */
export function removeHook(directory: string, name: HookName): HookDone | HookRefused {
  const refused = refusalOf(directory, name);
  if (refused !== undefined) return refused;
  const file = join(directory, name);
  const keptFile = join(directory, keptName(name));
  const { owner, kept } = standingOf(directory, name);
  const wasOurs = owner === 'ours' || kept !== 'none';
  try {
    // An installation that was killed has got no further than a second name for the old hook.
    if (kept === 'same') rmSync(keptFile);
    else if (kept === 'other') renameSync(keptFile, file);
    else if (owner === 'ours') rmSync(file);
    for (const left of halves(directory, name)) rmSync(left, { force: true });
  } catch (error) {
    return unwritable(file, error);
  }
  return { name, file, state: wasOurs ? 'removed' : 'absent', before: kept !== 'none' };
}

/** Gives a hook a second name, or where the file system has none, another one. Returns whether the first is left. */
function keep(file: string, kept: string): boolean {
  try {
    linkSync(file, kept);
    return true;
  } catch (error) {
    if (!NO_LINKS.has(errorCode(error) ?? '')) throw error;
    renameSync(file, kept);
    return false;
  }
}

function standingOf(directory: string, name: HookName): Standing {
  const file = join(directory, name);
  const found = lookAt(file);
  const keptFound = lookAt(join(directory, keptName(name)));
  const isSame = found !== undefined && keptFound?.ino === found.ino && keptFound.dev === found.dev;
  const kept = keptFound === undefined ? 'none' : isSame ? 'same' : 'other';
  if (found === undefined) return { owner: 'nobody', text: '', kept };
  // Nobody's link is followed: what it leads to is not ours.
  const text = found.isFile() ? readFileSync(file, 'utf8') : '';
  return { owner: ownerOf(text), text, kept };
}

/** What an installation that was killed has left of our script. */
function halves(directory: string, name: HookName): readonly string[] {
  const pattern = new RegExp(`^${name}\\.\\d+\\.new$`);
  return listed(directory)
    .filter((one) => pattern.test(one))
    .map((one) => join(directory, one));
}

function appeared(file: string): HookRefused {
  return { reason: 'hook-appeared', message: `Somebody has just made ${file}: try again.` };
}

function unwritable(file: string, error: unknown): HookRefused {
  if (errorCode(error) === 'EEXIST') return appeared(file);
  if (errorCode(error) === undefined) throw error;
  const problem = error instanceof Error ? error.message : String(error);
  return {
    reason: 'hook-not-writable',
    message: `${file} cannot be written (${problem}): make ${dirname(file)} writable, and try again.`,
  };
}

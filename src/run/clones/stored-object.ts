/**
 * One key in the store of a machine, laid out as in an annex, with a note of what the file was when it was verified. Clones
 * get it as a file of their own where the file system shares blocks, else by a further name, else as a copy.
 */
import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { escapeKey } from '../../project/annex.ts';
import { contentPath } from '../../project/annex-content.ts';
import type { DatasetPlace } from '../../project/repository.ts';
import { textOf } from '../../project/small-file.ts';
import { isPromised } from '../../project/verify-key.ts';
import { errorCode } from '../state.ts';

/** Whether a key is in the store, and nothing was written to it since it was verified. */
export function isIntact(folder: string, key: string): boolean {
  const path = contentPath({ commonDirectory: folder }, key);
  const facts = factsOf(path);
  return facts !== undefined && facts === textOf(noteOf(path));
}

/**
 * Reads what is in the store without a fitting note. What is right gets one; what is not goes.
 * @returns Whether the key is in the store now.
 */
export async function reviveObject(folder: string, key: string): Promise<boolean> {
  const path = contentPath({ commonDirectory: folder }, key);
  const facts = factsOf(path);
  if (facts === undefined) return false;
  if (await isPromised(key, path)) writeFileSync(noteOf(path), facts);
  else rmSync(path, { force: true });
  return isIntact(folder, key);
}

/**
 * Puts what git-annex has just verified in a clone into the store. The note comes first, and one rename makes the object
 * visible: killed in between, there is no object, and the next one writes the note anew. What cannot be kept is of no
 * consequence: whoever asks for it next fetches it.
 */
export function keepObject(folder: string, key: string, { commonDirectory }: DatasetPlace): void {
  const path = contentPath({ commonDirectory: folder }, key);
  const fresh = `${path}.new-${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    shareFile(contentPath({ commonDirectory }, key), fresh);
    writeFileSync(noteOf(path), factsOf(fresh) ?? '');
    renameSync(fresh, path);
  } catch {
    rmSync(fresh, { force: true });
  }
}

/**
 * Puts a key of the store into the annex of a clone, read-only as git-annex has it. A copy grows where git-annex keeps
 * what has not come whole, which is where it would go on.
 * @returns Whether it was there still.
 */
export function giveObject(folder: string, key: string, { commonDirectory }: DatasetPlace): boolean {
  const path = contentPath({ commonDirectory }, key);
  const coming = join(commonDirectory, 'annex', 'tmp', escapeKey(key));
  try {
    mkdirSync(dirname(coming), { recursive: true });
    mkdirSync(dirname(path), { recursive: true });
    rmSync(coming, { force: true });
    shareFile(contentPath({ commonDirectory: folder }, key), coming);
    chmodSync(coming, (statSync(coming).mode & 0o111) | 0o444);
    renameSync(coming, path);
    chmodSync(dirname(path), 0o555);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Shared blocks are a file of its own; further names are the same file; the system may refuse both. */
function shareFile(from: string, to: string): void {
  const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = constants;
  for (const share of [
    () => copyFileSync(from, to, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE),
    () => linkSync(from, to),
  ])
    try {
      share();
      return;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw error;
      rmSync(to, { force: true });
    }
  copyFileSync(from, to);
}

function noteOf(path: string): string {
  return `${path}.verified`;
}

function factsOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.size} ${found.mtimeMs} ${found.ino}`;
}

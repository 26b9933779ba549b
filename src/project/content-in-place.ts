/** Whether the content of a file in a work tree is here: seen at the file itself, whatever dataset it lies in; no process. */
import { lstat, readFile, readlink, stat } from 'node:fs/promises';
import { sizeOfKey } from '../plan/annex-key.ts';
import { keyOfPointer, POINTER_SIZES } from './annex.ts';

/** A file that git-annex keeps. */
export interface AnnexedInPlace {
  readonly key: string;
  /** 0 where the key does not say it. */
  readonly bytes: number;
  readonly isHere: boolean;
}

/**
 * Looks at a file: a locked one is a link to its content, and an unlocked one whose content is absent is a pointer.
 * @returns `undefined` for what is not annexed, or cannot be told from a file that is not: an unlocked one whose content is here.
 */
export async function annexedInPlace(path: string): Promise<AnnexedInPlace | undefined> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return described(await readlink(path), await isThere(path));
    const isSmall = found.size >= POINTER_SIZES.least && found.size <= LONGEST_POINTER;
    if (!found.isFile() || !isSmall) return undefined;
    const text = await readFile(path, 'utf8');
    return text.startsWith('/annex/') ? described(text, false) : undefined;
  } catch {
    // Gone, or not to be read by us: there is nothing to say of it.
    return undefined;
  }
}

/** A pointer is a path with a key; git-annex reads longer ones, too, and writes none. Most files need not be opened. */
const LONGEST_POINTER = 1024;

function described(pointer: string, isHere: boolean): AnnexedInPlace | undefined {
  const key = keyOfPointer(pointer);
  return key === undefined ? undefined : { key, bytes: sizeOfKey(key), isHere };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

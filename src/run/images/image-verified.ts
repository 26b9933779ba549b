/** Which parts of an image were read and found to be what they should be, since they were last written. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../../plan/images.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { contentPath } from '../../project/annex-content.ts';
import { type DatasetPlace, placeOf } from '../../project/repository.ts';
import { hasPromisedSize } from '../../project/verify-key.ts';
import type { State } from '../state.ts';
import { digestOf } from './image-store.ts';

/** A part that is still to be read. */
export interface Unverified {
  readonly key: string;
  /** The annexed object, and the file that it is the content of. */
  readonly path: string;
  readonly file: string;
}

/** The annexed files of an image of which it is not known that they are right. */
export function unverified(
  { project, state }: { readonly project: DatasetPlace; readonly state: State },
  index: TreeIndex,
  image: Image,
): readonly Unverified[] {
  return image.files.flatMap(({ annexKey: key, dataset, path: file }) => {
    if (key === undefined) return [];
    const path = contentPath(placeOf(project, index, dataset), key);
    return isMarked(state, key, path) ? [] : [{ key, path, file }];
  });
}

/** Notes that an object was read and is right; it is read again when it has changed since. */
export function markVerified(state: State, key: string, path: string): void {
  writeFileSync(markOf(state, key), factsOf(path));
}

function isMarked(state: State, key: string, path: string): boolean {
  try {
    return hasPromisedSize(key, path) && readFileSync(markOf(state, key), 'utf8') === factsOf(path);
  } catch {
    return false;
  }
}

function markOf(state: State, key: string): string {
  return join(state.images, `${digestOf({ identity: key })}.verified`);
}

function factsOf(path: string): string {
  const { size, mtimeMs, ino } = statSync(path);
  return `${size} ${mtimeMs} ${ino}`;
}

/**
 * Whether a job has written into the annexed content that it was given by links. Nobody may write there, but whoever
 * owns the files can give himself the right; git-annex would notice at its next `fsck`, and by then others have read it.
 */
import { statSync } from 'node:fs';
import { sizeOfKey } from '../plan/annex-key.ts';
import type { TreeEntry } from '../plan/tree.ts';
import { contentPath } from '../project/annex-content.ts';
import type { DatasetPlace } from '../project/repository.ts';

/** An annexed object at one moment. */
interface Look {
  readonly size: number;
  readonly facts: string;
}

interface Seen {
  readonly path: string;
  readonly key: string;
  readonly object: string;
  readonly seen: Look | undefined;
}

/** The annexed inputs of one job, as they were before it. */
export class AnnexedInputs {
  readonly #before: readonly Seen[];

  /** @param placeOf - Where the dataset of a file is. */
  constructor(files: readonly TreeEntry[], placeOf: (file: TreeEntry) => DatasetPlace) {
    this.#before = files.flatMap((file) => {
      if (file.annexKey === undefined) return [];
      const object = contentPath(placeOf(file), file.annexKey);
      return [{ path: file.path, key: file.annexKey, object, seen: look(object) }];
    });
  }

  /**
   * What is not the content that its key promises, as far as its size tells: an unlocked file that shares its content
   * with the annex (`annex.thin`) was edited, or a disk was full.
   */
  spoilt(): string | undefined {
    const found = this.#before.find(({ key, seen }) => {
      const promised = sizeOfKey(key);
      return promised > 0 && seen !== undefined && seen.size !== promised;
    });
    if (found === undefined) return undefined;
    return `The annexed content of ${found.path} is ${found.seen?.size} bytes, and was ${sizeOfKey(found.key)} when it was added, so that it was changed or is damaged: commit the change, or get the file again with \`git annex fsck\` and \`git annex get\`.`;
  }

  /** What a job has changed, in a sentence about it; `undefined` when all is as it was. */
  problem(): string | undefined {
    const changed = this.#before.find(({ object, seen }) => {
      const now = look(object);
      // What somebody has dropped meanwhile is no fault of the job.
      return now !== undefined && (now.size !== seen?.size || now.facts !== seen.facts);
    });
    if (changed === undefined) return undefined;
    return `It has changed the annexed content of ${changed.path}, which other jobs and clones read: check it with \`git annex fsck\`, get it again with \`git annex get\`, and let the command work on a copy.`;
  }
}

/** Size, time and right to write. */
function look(object: string): Look | undefined {
  const found = statSync(object, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return { size: found.size, facts: `${found.mtimeMs} ${found.mode & 0o222}` };
}

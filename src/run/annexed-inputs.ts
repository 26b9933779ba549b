/**
 * Whether a job has written into the annexed content that it was given by links. Nobody may write there, but whoever
 * owns the files can give himself the right; git-annex would notice at its next `fsck`, and by then others have read it.
 */
import { statSync } from 'node:fs';
import type { TreeEntry } from '../plan/tree.ts';
import { contentPath } from '../project/annex-content.ts';
import type { DatasetPlace } from '../project/repository.ts';

/** The annexed inputs of one job, as they were before it. */
export class AnnexedInputs {
  readonly #before: readonly {
    readonly path: string;
    readonly object: string;
    readonly seen: string | undefined;
  }[];

  /** @param placeOf - Where the dataset of a file is. */
  constructor(files: readonly TreeEntry[], placeOf: (file: TreeEntry) => DatasetPlace) {
    this.#before = files.flatMap((file) => {
      if (file.annexKey === undefined) return [];
      const object = contentPath(placeOf(file), file.annexKey);
      return [{ path: file.path, object, seen: look(object) }];
    });
  }

  /** What a job has changed, in a sentence about it; `undefined` when all is as it was. */
  problem(): string | undefined {
    // What somebody has dropped meanwhile is no fault of the job.
    const changed = this.#before.find(({ object, seen }) => ![seen, undefined].includes(look(object)));
    if (changed === undefined) return undefined;
    return `It has changed the annexed content of ${changed.path}, which other jobs and clones read: check it with \`git annex fsck\`, get it again with \`git annex get\`, and let the command work on a copy.`;
  }
}

/** Size, time and right to write. */
function look(object: string): string | undefined {
  const found = statSync(object, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.size} ${found.mtimeMs} ${found.mode & 0o222}`;
}

/** Links into the annex of a subdataset that a job has copied: their content is to be the result's own. */
import { constants, copyFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { keyOfPointer, objectPath } from '../project/annex.ts';
import { isPresent } from '../project/annex-content.ts';
import { type DatasetPlace, placeOf } from '../project/repository.ts';
import type { LeftFile } from './result-files.ts';

/**
 * `cp -r` of an input keeps links as they are. One into the project's annex stays a link, because the content is where
 * the result is recorded; one into a subdataset's would be recorded without content, so that content takes its place.
 * It is copied (shared, where the file system can): two annexes must never own one file.
 * @param needed - The files that the job was given.
 * @param left - The files that it left.
 */
export function takeOutOfAnnexes(
  project: DatasetPlace,
  index: Pick<TreeIndex, 'subdataset'>,
  needed: readonly TreeEntry[],
  left: readonly LeftFile[],
): void {
  const datasets = new Map<string, string>();
  for (const { annexKey, dataset } of needed)
    if (annexKey !== undefined && dataset !== undefined) datasets.set(annexKey, dataset);
  if (datasets.size === 0) return;
  for (const { path, type } of left) {
    if (type !== 'symlink') continue;
    const key = keyOfPointer(readlinkSync(path));
    const dataset = key === undefined ? undefined : datasets.get(key);
    if (key === undefined || dataset === undefined || isPresent(project, key)) continue;
    const { commonDirectory } = placeOf(project, index, dataset);
    rmSync(path);
    copyFileSync(
      join(commonDirectory, 'annex', 'objects', objectPath(key)),
      path,
      constants.COPYFILE_FICLONE,
    );
  }
}

/** Links into the annex of a subdataset that a job has copied: their content is to be the result's own. */
import { constants, copyFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { joinPaths } from '../plan/paths.ts';
import type { TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { keyOfPointer, objectPath } from '../project/annex.ts';
import { isPresent } from '../project/annex-content.ts';
import { type DatasetPlace, placeOf } from '../project/repository.ts';
import type { LeftFile } from './result-files.ts';

/**
 * `cp -r` of an input keeps links as they are. One into the annex of the dataset that the result is recorded in stays a
 * link, because the content is there; one into another dataset's would be recorded without content, so that content
 * takes its place. It is copied (shared, where the file system can): two annexes must never own one file.
 * @param needed - The files that the job was given.
 * @param left - The files that it left.
 * @param output - The output directory, relative to the project's root.
 */
export function takeOutOfAnnexes(
  project: DatasetPlace,
  index: Pick<TreeIndex, 'subdataset' | 'datasetOf'>,
  needed: readonly TreeEntry[],
  left: readonly LeftFile[],
  output: string,
): void {
  const datasets = new Map<string, string>();
  for (const { annexKey, dataset = '' } of needed)
    if (annexKey !== undefined) datasets.set(annexKey, dataset);
  const places = new Map<string, DatasetPlace>();
  const at = (dataset: string): DatasetPlace => {
    const place = places.get(dataset) ?? placeOf(project, index, dataset === '' ? undefined : dataset);
    places.set(dataset, place);
    return place;
  };
  for (const { name, path, type } of left) {
    if (type !== 'symlink') continue;
    const key = keyOfPointer(readlinkSync(path));
    const dataset = key === undefined ? undefined : datasets.get(key);
    const own = index.datasetOf(joinPaths(output, name));
    if (key === undefined || dataset === undefined || dataset === own || isPresent(at(own), key)) continue;
    rmSync(path);
    copyFileSync(
      join(at(dataset).commonDirectory, 'annex', 'objects', objectPath(key)),
      path,
      constants.COPYFILE_FICLONE,
    );
  }
}

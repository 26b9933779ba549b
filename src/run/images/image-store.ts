/**
 * Where the one copy of an image is that all jobs use in place: the annexed object itself, or, of what git keeps, a
 * checkout of its own under `images/`, made once.
 */
import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../../plan/images.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { contentPath } from '../../project/annex-content.ts';
import { type DatasetPlace, placeOf } from '../../project/repository.ts';
import type { State } from '../state.ts';
import { linkOrCopy, type Workspaces } from '../workspace.ts';
import { ownFiles } from './container-line.ts';

/** Where an image is, whether it is there or not; `undefined` for one that a container engine keeps. */
export function imageTarget(
  project: DatasetPlace,
  state: Pick<State, 'images'>,
  index: TreeIndex,
  image: Image,
): string | undefined {
  if (image.place === undefined) return undefined;
  const [only, ...more] = ownFiles(image);
  if (only?.annexKey !== undefined && more.length === 0 && only.path === image.place)
    return contentPath(placeOf(project, index, only.dataset), only.annexKey);
  return join(state.images, digestOf(image));
}

/** Whether jobs can use an image: what it takes has been fetched before. */
export function isStored(target: string | undefined): boolean {
  return target === undefined || existsSync(target);
}

/** What an image is called in claims and folders. */
export function digestOf({ identity }: Pick<Image, 'identity'>): string {
  return createHash('sha256').update(`image ${identity}`).digest('hex');
}

/**
 * Checks out an image that git keeps, as a file or as a directory. It becomes visible by one rename: killed before it,
 * there is no image.
 * @returns What went wrong, in a sentence.
 */
export async function storeImage(
  project: DatasetPlace,
  workspaces: Workspaces,
  index: TreeIndex,
  image: Image,
  target: string,
): Promise<string | undefined> {
  const { place = '' } = image;
  const files = ownFiles(image);
  const made = await workspaces.make({
    files,
    index,
    empty: [],
    output: '',
    workingDir: '',
    scratch: false,
  });
  try {
    if (made.problem !== undefined) return made.problem;
    for (const { path, annexKey, dataset } of files) {
      if (annexKey === undefined) continue;
      // In a container a link would lead nowhere.
      rmSync(join(made.root, path));
      linkOrCopy(contentPath(placeOf(project, index, dataset), annexKey), join(made.root, path));
    }
    renameSync(join(made.root, place), target);
    return undefined;
  } catch (error) {
    return `The image ${place} cannot be checked out: ${(error as Error).message}.`;
  } finally {
    workspaces.discard(made.root);
  }
}

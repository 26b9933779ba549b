/** Making images ready without running anything: what `run` does before the first job of a pipeline. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { IMAGES_LOCK, readImagesLock } from '../../plan/image-facts.ts';
import type { PlannedImage } from '../../plan/planned.ts';
import type { RunEventBody } from '../../plan/run-event.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import type { CatFile } from '../../project/cat-file.ts';
import type { Project } from '../../project/open.ts';
import { releaseClaim, takeClaim } from '../claims/claim.ts';
import { untilTidied } from '../claims/claim-tidying.ts';
import { Holder, type Observer } from '../claims/holder.ts';
import { leaveTrash } from '../housekeeping/trash.ts';
import { prepareState, type State } from '../state.ts';
import { Workspaces } from '../workspace.ts';
import { findDigest } from './engine-images.ts';
import { cannotRun, type ImageMeans, prepareImage } from './image-prepare.ts';

/** The claim of whoever writes the file of digests, and milliseconds between two looks at it. */
const LOCK_CLAIM = 'images-lock';
const INTERVAL = 100;

/** What prefetching takes. */
export interface PrefetchMeans {
  readonly project: Project;
  readonly state: State;
  readonly observer: Observer;
  readonly objects: CatFile;
  readonly index: TreeIndex;
  readonly emit: (event: RunEventBody) => void;
  readonly signal: AbortSignal;
}

/** What came of it, in sentences. */
export interface Prefetched {
  readonly problems: readonly string[];
  /** Docker references that have a digest now, which is to be committed. */
  readonly pinned: readonly string[];
}

/** Makes images ready, one after the other. What is ready already costs a look. */
export async function prefetchImages(
  means: PrefetchMeans,
  images: readonly PlannedImage[],
): Promise<Prefetched> {
  const { project, state, observer, objects, index, signal } = means;
  const unwritable = prepareState(state);
  if (unwritable !== undefined) return { problems: [unwritable.message], pinned: [] };
  const holder = new Holder(state, '');
  const workspaces = new Workspaces(project, state, holder.facts.token, objects);
  const problems: string[] = [];
  const pinned: string[] = [];
  try {
    await untilTidied(state, observer);
    for (const { name, resolution } of images) {
      if (signal.aborted) break;
      if ('image' in resolution) {
        const problem = await prepareImage(
          { ...means, holder, workspaces },
          { name, resolution, index },
          signal,
        );
        if (problem !== undefined) problems.push(problem);
      } else if (resolution.kind === 'unknown' && resolution.docker) {
        const problem = await pin({ ...means, holder, workspaces }, name, signal);
        if (problem === undefined) pinned.push(name);
        else problems.push(problem);
      } else problems.push(resolution.kind === 'wrong' ? resolution.message : resolution.reason);
    }
    return { problems, pinned };
  } finally {
    workspaces.end(observer);
    holder.end();
    leaveTrash(state, observer);
  }
}

/** Asks the registry what a reference stands for, and writes its digest down. Returns why it could not. */
async function pin(means: ImageMeans, name: string, signal: AbortSignal): Promise<string | undefined> {
  const unfit = cannotRun({
    name,
    resolution: { kind: 'docker', image: { identity: '', key: '', extra: [], files: [] } },
  });
  if (unfit !== undefined) return unfit;
  const { project, state, holder, observer } = means;
  const found = await findDigest(name, project.root, signal);
  if ('problem' in found) return found.problem;
  for (;;) {
    const taken = takeClaim(state.fetching, LOCK_CLAIM, holder, observer);
    if (taken.ok) {
      try {
        return writeDigest(project.root, name, found.digest);
      } finally {
        releaseClaim(taken.claim, holder);
      }
    }
    await delay(INTERVAL);
  }
}

/** Adds a digest to those that are there; the file is replaced by one rename, and never half. */
function writeDigest(root: string, name: string, digest: string): string | undefined {
  const path = join(root, IMAGES_LOCK);
  let text: string | undefined;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    text = undefined;
  }
  const known = text === undefined ? new Map<string, string>() : readImagesLock(text);
  if (known === undefined)
    return `${IMAGES_LOCK} cannot be read, so that nothing was added to it; mend it or remove it.`;
  const all = [...new Map([...known, [name, digest]])].sort(([a], [b]) => (a < b ? -1 : 1));
  const images = Object.fromEntries(all.map(([reference, one]) => [reference, { digest: one }]));
  mkdirSync(dirname(path), { recursive: true });
  // Where a dataset annexes everything, git would keep no more than a link to it, which a plan does not follow.
  const attributes = join(dirname(path), '.gitattributes');
  if (!existsSync(attributes)) writeFileSync(attributes, '* annex.largefiles=nothing\n');
  writeFileSync(`${path}.new`, `${JSON.stringify({ version: 1, images }, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
  return undefined;
}

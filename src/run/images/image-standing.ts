/** How images stand: here or not, verified, and who is making one ready, wherever that was started. Takes no lock. */
import { sizeOfKey } from '../../plan/annex-key.ts';
import type { ImageStanding } from '../../plan/feed-line.ts';
import type { PlannedImage } from '../../plan/planned.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { absentContent } from '../../project/annex-content.ts';
import type { DatasetPlace } from '../../project/repository.ts';
import { heldClaims } from '../claims/claim.ts';
import type { HolderFacts, Observer } from '../claims/holder.ts';
import type { State } from '../state.ts';
import { fetchProgress } from './image-fetch.ts';
import { digestOf } from './image-store.ts';
import { unverified } from './image-verified.ts';

/** What looking takes. */
export interface StandingMeans {
  readonly project: DatasetPlace;
  readonly state: State;
  readonly observer: Observer;
}

/** Looks at images, each by a few looks at its files. */
export function imageStandings(
  means: StandingMeans,
  index: TreeIndex,
  images: Iterable<PlannedImage>,
): readonly ImageStanding[] {
  const held = heldClaims(means.state.fetching);
  return [...images].map((image) => standingOf(means, index, image, held));
}

function standingOf(
  means: StandingMeans,
  index: TreeIndex,
  { name, resolution }: PlannedImage,
  held: ReadonlyMap<string, HolderFacts>,
): ImageStanding {
  if (!('image' in resolution)) return { name, state: 'unknown', bytesToFetch: 0, fetching: null };
  const { image } = resolution;
  const holder = held.get(digestOf(image));
  const isHeld = holder !== undefined && !means.observer.isDead(holder);
  const by = isHeld ? { host: holder.host, pid: holder.pid, run: holder.run } : null;
  if (resolution.kind === 'docker') {
    const fetching = by === null ? null : { bytes: 0, total: 0, by };
    return { name, state: 'unknown', bytesToFetch: 0, fetching };
  }
  const absent = absentContent(means.project, index, image.files);
  const bytesToFetch = absent.flatMap(({ keys }) => keys).reduce((sum, key) => sum + sizeOfKey(key), 0);
  const isAbsent = absent.length > 0;
  return {
    name,
    state: isAbsent ? 'absent' : 'present',
    bytesToFetch,
    ...(isAbsent || unverified(means, index, image).length > 0 ? {} : { verified: true as const }),
    fetching: by === null ? null : { ...fetchProgress(absent), by },
  };
}

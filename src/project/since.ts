/** Finding the commit that brought what there is now: for all changes at once, not one process a path. */
import type { Change } from '../plan/change.ts';
import { isWithin } from '../plan/paths.ts';
import type { WhyChange } from '../plan/report.ts';
import type { TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import type { SpecPath } from '../spec/places.ts';
import { valueAt } from '../spec/spec-values.ts';
import { keyOfPointer } from './annex.ts';
import type { CatFile } from './cat-file.ts';
import { parseFound } from './found-spec.ts';
import { type Moves, readMoves } from './moves.ts';
import type { Project } from './open.ts';
import { readTouches, type Touch } from './touches.ts';

/** A stretch of history, and what is at its end. */
export interface Stretch {
  readonly project: Project;
  readonly objects: CatFile;
  /** The commit that results were made for. */
  readonly from: string;
  readonly index: TreeIndex;
  /** Where the pipeline's spec was and is. */
  readonly specPaths: readonly string[];
}

/** The changes with the commits that made them, in their order. */
export async function findSince(stretch: Stretch, changes: readonly Change[]): Promise<WhyChange[]> {
  const { project, index, from } = stretch;
  const paths = new Set<string>();
  for (const { trace } of changes) {
    if (trace.in === 'file') paths.add(placeInProject(index, trace.path));
    if (trace.in === 'spec') for (const path of stretch.specPaths) paths.add(path);
  }
  const touches = new Map<string, Touch[]>();
  for (const touch of await readTouches(project.root, from, index.tree.commit, [...paths]))
    touches.set(touch.path, [...(touches.get(touch.path) ?? []), touch]);
  const specTouches = stretch.specPaths.flatMap((path) => touches.get(path) ?? []);
  const moves = await movesOf(index, changes, touches);
  const fields = new Map<string, Promise<string | null>>();
  const found: WhyChange[] = [];
  for (const { trace, ...change } of changes) {
    let since: string | null = null;
    if (trace.in === 'spec') {
      const id = trace.field.join('.');
      const known = fields.get(id) ?? sinceField(stretch, specTouches, trace.field);
      fields.set(id, known);
      since = await known;
    } else if (trace.in === 'file') {
      const place = placeInProject(index, trace.path);
      const all = touches.get(place) ?? [];
      const left = place === trace.path ? await leftBy(stretch, all, trace.entry) : moves.get(trace.path);
      since = left === undefined ? (all[0]?.commit ?? null) : lastStretch(all, left, trace.entry?.blob);
    }
    found.push({ ...change, since });
  }
  return found;
}

/** A path, or the outermost subdataset that it lies in: that is what the project's own commits change. */
function placeInProject(index: TreeIndex, path: string): string {
  const around = index.subdatasets.filter((subdataset) => isWithin(path, subdataset.path));
  return around.sort((a, b) => a.path.length - b.path.length)[0]?.path ?? path;
}

/**
 * The oldest of the newest touches that all leave what there is now. After a merge several do: the change itself, and
 * the commits that merged it.
 */
function lastStretch(
  touches: readonly Touch[],
  left: readonly (string | undefined)[],
  now: string | undefined,
): string | null {
  const other = left.findIndex((id) => id !== now);
  const same = other < 0 ? touches : touches.slice(0, other);
  return same.at(-1)?.commit ?? null;
}

/** What touches left at a path; of annexed content, each form of what is there now counts as that. */
async function leftBy(
  { objects }: Stretch,
  touches: readonly Touch[],
  now: TreeEntry | undefined,
): Promise<Moves> {
  const ids = touches.map(({ left }) => left);
  if (now?.annexKey === undefined) return ids;
  return await Promise.all(
    ids.map(async (id) => {
      if (id === undefined || id === now.blob) return id;
      const text = (await objects.read(id))?.content.toString('utf8') ?? '';
      return keyOfPointer(text) === now.annexKey ? now.blob : id;
    }),
  );
}

/** The commit that gave a field of the spec its present value. */
async function sinceField(
  { objects, index, specPaths, from }: Stretch,
  touches: readonly Touch[],
  field: SpecPath,
): Promise<string | null> {
  const valueIn = async (blob: string | undefined): Promise<string | undefined> => {
    if (blob === undefined) return undefined;
    const text = (await objects.read(blob))?.content.toString('utf8') ?? '';
    return JSON.stringify(valueAt(parseFound(specPaths.at(-1) ?? '', text).parsed.value, field)) ?? '';
  };
  const now = await valueIn(index.file(specPaths.at(-1) ?? '')?.blob);
  let since: string | null = null;
  for (const touch of touches) {
    // A spec that moved is gone from one place in the commit that put it in the other.
    if (touch.left === undefined) continue;
    if ((await valueIn(touch.left)) !== now) return since;
    since = touch.commit;
  }
  // What stands in the field follows from something else where no commit has changed it.
  const first = await valueIn(`${from}:${specPaths[0] ?? ''}`);
  return first === now ? null : since;
}

/** What the commits that moved subdatasets have brought to every changed file in them. */
async function movesOf(
  index: TreeIndex,
  changes: readonly Change[],
  touches: ReadonlyMap<string, readonly Touch[]>,
): Promise<ReadonlyMap<string, Moves>> {
  const byDataset = new Map<string, Set<string>>();
  for (const { trace } of changes) {
    const dataset = trace.in === 'file' ? index.subdatasetAround(trace.path)?.path : undefined;
    if (trace.in !== 'file' || dataset === undefined || dataset === trace.path) continue;
    byDataset.set(dataset, (byDataset.get(dataset) ?? new Set()).add(trace.path));
  }
  const found = new Map<string, Moves>();
  for (const [dataset, paths] of byDataset) {
    const place = placeInProject(index, dataset);
    const all = touches.get(place) ?? [];
    // A single move has brought it all.
    if (all.length < 2) continue;
    const moved = all.map(({ left }) => left);
    for (const [path, moves] of await readMoves(index, place, moved, dataset, [...paths]))
      found.set(path, moves);
  }
  return found;
}

/** Finding the commit that brought what there is now: for all changes at once, not one process a path. */
import type { Change } from '../plan/change.ts';
import { isWithin } from '../plan/paths.ts';
import type { WhyChange } from '../plan/report.ts';
import type { TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import type { SpecPath } from '../spec/places.ts';
import { valueAt } from '../spec/spec-values.ts';
import type { CatFile } from './cat-file.ts';
import type { Project } from './open.ts';
import { gitIn } from './repository.ts';
import { parseFound } from './survey.ts';
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
      since =
        place === trace.path
          ? lastStretch(all, ({ left }) => left === trace.entry?.blob)
          : await sinceInside(stretch, all, place, trace.path, trace.entry);
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
function lastStretch(touches: readonly Touch[], isSame: (touch: Touch) => boolean): string | null {
  const other = touches.findIndex((touch) => !isSame(touch));
  const same = other < 0 ? touches : touches.slice(0, other);
  return same.at(-1)?.commit ?? null;
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

/** The commit of the project that moved a subdataset to where a file in it is as it is now. */
async function sinceInside(
  { index }: Stretch,
  touches: readonly Touch[],
  place: string,
  path: string,
  entry: TreeEntry | undefined,
): Promise<string | null> {
  const [newest] = touches;
  const directory = index.subdataset(place)?.gitDirectory;
  const isNested = entry?.dataset !== undefined && entry.dataset !== place;
  if (newest === undefined || touches.length === 1 || directory === undefined || isNested)
    return newest?.commit ?? null;
  const within = path.slice(place.length + 1);
  // The format of questions has no quoting.
  if (within.includes('\n')) return newest.commit;
  const result = await gitIn(directory)(['cat-file', '--batch-check=%(objectname)'], {
    input: touches.map(({ left = '' }) => `${left}:${within}\n`).join(''),
  });
  const ids = result.stdout.toString('utf8').split('\n');
  const left = new Map(touches.map((touch, at) => [touch, /^\w+$/.exec(ids[at] ?? '')?.[0]]));
  return lastStretch(touches, (touch) => left.get(touch) === entry?.blob) ?? newest.commit;
}

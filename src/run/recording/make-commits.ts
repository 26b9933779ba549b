/** From changes to commits: one in each dataset that a change has files in, and one in every dataset around it. */
import { isWithin, parentPath } from '../../plan/paths.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { importCommits, type NewCommit, type NewFile } from './fast-import.ts';
import type { RecordDataset } from './record-datasets.ts';

/** A dataset to make commits in. */
export interface CommitPlace {
  readonly dataset: RecordDataset;
  /** The commit to build on. */
  readonly base: string;
}

/** What is changed in one dataset, with paths in it. */
type Part = Pick<NewCommit, 'files' | 'removed'>;

/** The subdatasets that a change needs a commit in: those of its files, and those around them. */
export function datasetsOf(commit: NewCommit, index: TreeIndex): readonly string[] {
  if (index.subdatasets.length === 0) return [];
  const found = new Set<string>();
  for (const path of [...commit.files.map((file) => file.path), ...commit.removed])
    for (let dataset = index.datasetOf(path); dataset !== ''; dataset = index.datasetOf(parentPath(dataset)))
      found.add(dataset);
  return [...found];
}

/**
 * Makes the commits on a private ref in each dataset; nothing else changes.
 * @param places - Those of inner datasets before those around them; the project's is the last one.
 * @returns for each place the commits in the order of the changes, where they needed one.
 */
export async function makeCommits(
  changes: readonly NewCommit[],
  places: readonly CommitPlace[],
  index: TreeIndex,
  ref: string,
): Promise<ReadonlyMap<CommitPlace, readonly (string | undefined)[]>> {
  const parts = changes.map((commit) => partsOf(commit, index));
  const made = new Map<CommitPlace, readonly (string | undefined)[]>();
  for (const place of places) {
    const { path, repository, identity } = place.dataset;
    const inside = [...made].filter(([{ dataset }]) => index.datasetOf(parentPath(dataset.path)) === path);
    const commits: NewCommit[] = [];
    const positions: number[] = [];
    changes.forEach(({ message }, position) => {
      const own = parts[position]?.get(path);
      const links = inside.flatMap(([{ dataset }, ids]): NewFile[] => {
        const blob = ids[position];
        return blob === undefined ? [] : [{ path: within(dataset.path, path), mode: '160000', blob }];
      });
      // The project's history is what is read back: it has a commit of every result, be it an empty one.
      if (own === undefined && links.length === 0 && path !== '') return;
      commits.push({ message, removed: own?.removed ?? [], files: [...(own?.files ?? []), ...links] });
      positions.push(position);
    });
    const importing = { root: repository.root, ref, base: place.base, identity: now(identity) };
    const ids = commits.length === 0 ? [] : await importCommits(importing, commits);
    const byChange: (string | undefined)[] = changes.map(() => undefined);
    for (const [at, position] of positions.entries()) byChange[position] = ids[at];
    made.set(place, byChange);
  }
  return made;
}

/** Splits a commit by the datasets that its paths belong to. */
function partsOf({ files, removed }: NewCommit, index: TreeIndex): ReadonlyMap<string, Part> {
  if (index.subdatasets.length === 0) return new Map([['', { files, removed }]]);
  const parts = new Map<string, { files: NewFile[]; removed: string[] }>();
  const partOf = (path: string): { files: NewFile[]; removed: string[]; cut: string } => {
    const dataset = index.datasetOf(path);
    const part = parts.get(dataset) ?? { files: [], removed: [] };
    parts.set(dataset, part);
    return { ...part, cut: dataset };
  };
  for (const file of files) {
    const part = partOf(file.path);
    part.files.push({ ...file, path: within(file.path, part.cut) });
  }
  for (const path of removed) {
    const part = partOf(path);
    part.removed.push(within(path, part.cut));
  }
  return parts;
}

function within(path: string, dataset: string): string {
  return dataset === '' || !isWithin(path, dataset) ? path : path.slice(dataset.length + 1);
}

function now(identity: string): string {
  return identity.replace(/ \d+ (\S+)$/, ` ${Math.floor(Date.now() / 1000)} $1`);
}

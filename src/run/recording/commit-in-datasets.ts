/** Committing in every dataset that changes concern, in one step or not at all. */
import type { TreeIndex } from '../../plan/tree-index.ts';
import { git } from '../../project/git.ts';
import type { NewCommit } from './fast-import.ts';
import { type CommitPlace, datasetsOf, makeCommits } from './make-commits.ts';
import type { EnteredDataset, RecordDatasets } from './record-datasets.ts';
import { type ForwardResult, stepForward } from './step-forward.ts';

/** How committing ended. */
export type CommitResult =
  | Exclude<ForwardResult, { readonly outcome: 'moved' }>
  /** With the project's commit of each change. */
  | { readonly outcome: 'moved'; readonly commits: readonly string[] }
  /** Nothing was done: in a subdataset of some changes, by their position, nothing can be committed now, in a sentence. */
  | { readonly outcome: 'refused'; readonly refused: ReadonlyMap<number, string> };

/** What the commits are made on. */
export interface CommitBase {
  /** The project's commit, which its branch names. */
  readonly tip: string;
  readonly branch: string;
  readonly index: TreeIndex;
  /** The private ref to use in each dataset. */
  readonly ref: string;
}

/**
 * Makes a commit of each change, in the project and in the subdatasets that it concerns; the index lock of the project
 * must be held. The order: locks of the subdatasets → all commits on private refs → all work trees → all branches, the
 * project's last.
 * @param changes - With paths from the project's root.
 */
export async function commitInDatasets(
  datasets: RecordDatasets,
  changes: readonly NewCommit[],
  { tip, branch, index, ref }: CommitBase,
): Promise<CommitResult> {
  const concerned = changes.map((change) => datasetsOf(change, index));
  const { entered, problems } = await datasets.enter([...new Set(concerned.flat())], tip, index);
  /** The datasets in which a private ref may keep commits that no branch names. */
  let left: readonly CommitPlace[] = [];
  try {
    const refused = new Map<number, string>();
    for (const [position, paths] of concerned.entries()) {
      const message = paths.map((path) => problems.get(path)).find((problem) => problem !== undefined);
      if (message !== undefined) refused.set(position, message);
    }
    if (refused.size > 0) return { outcome: 'refused', refused };
    const inner = [...entered.values()].sort((a, b) => b.dataset.path.length - a.dataset.path.length);
    const own = { dataset: datasets.own, base: tip, branch };
    const places: readonly (CommitPlace & Pick<EnteredDataset, 'branch'>)[] = [...inner, own];
    left = places;
    const made = await makeCommits(changes, places, index, ref);
    const steps = places.map((place) => {
      const { path, repository, folder } = place.dataset;
      const next = made.get(place)?.findLast((id) => id !== undefined) ?? place.base;
      return { path, repository, folder, branch: place.branch, old: place.base, next, ref };
    });
    const step = await stepForward(datasets.own.folder, steps);
    if (step.outcome !== 'moved') return step;
    // Each branch has moved in one transaction with the end of its private ref.
    left = [];
    return { outcome: 'moved', commits: (made.get(own) ?? []).map((id) => id ?? '') };
  } finally {
    for (const { dataset } of left) await git(dataset.repository.root, ['update-ref', '-d', ref]);
    datasets.leave(entered);
  }
}

/** Removing what nobody needs: orphaned results by a commit, and what earlier runs have left in the shared state. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { datumName } from '../../plan/shown-name.ts';
import type { CatFile } from '../../project/cat-file.ts';
import { git, gitLine } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { readTip } from '../../project/refs.ts';
import { unmergedProblem } from '../../project/unmerged.ts';
import { freeDeadClaims, idleClaims, removeClaims } from '../claims/claim-tidying.ts';
import { Holder } from '../claims/holder.ts';
import { type Planning, planCommit } from '../planner.ts';
import { type RecoveryMeans, underRecordLock } from '../recording/recover.ts';
import { prepareState, type State } from '../state.ts';
import { bytesOf, findDuplicates, foresee, type KeptOrphan } from './orphans.ts';
import { findPastResults, type PastResults } from './past-results.ts';
import { removeOrphans } from './remove-orphans.ts';
import { emptyTrash, removeTree } from './trash.ts';
import { findWaste, silentHolders, type Waste, type WasteKind, type WasteMeans } from './waste.ts';

/** What would go, or has gone. */
export interface Findings {
  /** Orphaned results: `pipeline/datum`. */
  readonly orphans: { readonly names: readonly string[]; readonly bytes: number; readonly annexed: boolean };
  /** Orphaned results that stay. */
  readonly kept: readonly KeptOrphan[];
  readonly waste: readonly Waste[];
  /** Files of claims that nobody holds. They can go when no runner is left. */
  readonly claims: { readonly count: number; readonly removable: boolean };
  /** Results that are equal to another one. Nothing is done about them. */
  readonly duplicates: { readonly count: number; readonly bytes: number };
  /** What history holds besides. Nothing is done about it. */
  readonly past: PastResults;
  /** The commits that removed orphans. */
  readonly commits: readonly string[];
  /** What could not be done, in sentences. */
  readonly problems: readonly string[];
}

/** What it takes. */
export interface GcMeans extends Omit<WasteMeans, 'planning'> {
  readonly objects: CatFile;
}

/** Looks for everything and changes nothing. */
export async function findAll(means: GcMeans, planning: Planning): Promise<Findings> {
  const { project, state, observer } = means;
  const { orphans, kept } = await foresee(project.root, planning);
  const files = orphans.flatMap((orphan) => orphan.files);
  const equal = findDuplicates(planning);
  const [waste, bytes, equalBytes, past] = await Promise.all([
    findWaste({ ...means, planning }),
    bytesOf(project.root, files),
    bytesOf(project.root, equal.files),
    findPastResults(project.root, planning),
  ]);
  return {
    orphans: {
      names: orphans.map(({ pipeline, datum }) => datumName(pipeline, datum)),
      bytes,
      annexed: files.some(({ annexKey }) => annexKey !== undefined),
    },
    kept,
    waste,
    claims: idleClaims(state, observer),
    duplicates: { count: equal.count, bytes: equalBytes },
    past,
    commits: [],
    problems: [],
  };
}

/** What recorders look at, and what must be gone before claims can go. */
const NEEDS_LOCK: ReadonlySet<WasteKind> = new Set(['results', 'refs', 'holders']);

/** Removes it, beside runs that go on: what they hold is theirs, and recording waits meanwhile. */
export async function removeAll(means: GcMeans): Promise<Findings | string> {
  const { project, state, observer } = means;
  const unmerged = await unmergedProblem(project.root);
  if (unmerged !== undefined) return `Nothing was removed. ${unmerged}`;
  const unwritable = prepareState(state);
  if (unwritable !== undefined) return unwritable.message;
  const self = new Holder(state, '');
  try {
    const done = await underRecordLock({ project, state, holder: self, observer }, (forwarding) =>
      removeUnderLock(means, forwarding),
    );
    if (done === undefined)
      return 'Another process is recording results just now, and nothing was removed: try again.';
    // The rest concerns nobody who lives, and can take long: others record meanwhile.
    for (const waste of done.waste) if (!NEEDS_LOCK.has(waste.kind)) await removeWaste(project, state, waste);
    emptyTrash(state);
    return done;
  } finally {
    self.end();
  }
}

async function removeUnderLock(means: GcMeans, forwarding: RecoveryMeans): Promise<Findings> {
  const { project, state, observer, objects } = means;
  const { holder } = forwarding;
  // By the mark all know it, and one that wakes up after all knows why it may do nothing.
  for (const silent of silentHolders(means)) observer.markDead(silent, holder);
  const tip = project.branch === undefined ? undefined : await readTip(project, project.branch);
  const plan = (commit: string): Promise<Planning> => planCommit(project, state, observer, objects, commit);
  const planning = await plan(tip ?? project.head);
  // Before anything is removed, so that it can be told what was.
  const found = await findAll({ ...means, self: holder.facts.token }, planning);
  const gone = await removeResults(means, forwarding, plan, found);
  freeDeadClaims(state, holder, observer);
  for (const waste of found.waste) if (NEEDS_LOCK.has(waste.kind)) await removeWaste(project, state, waste);
  const removable = removeClaims(state, holder, observer);
  return { ...found, ...gone, claims: { ...found.claims, removable } };
}

type Gone = Pick<Findings, 'orphans' | 'kept' | 'commits' | 'problems'>;

async function removeResults(
  { project }: GcMeans,
  forwarding: RecoveryMeans,
  plan: (commit: string) => Promise<Planning>,
  found: Findings,
): Promise<Gone> {
  const { kept } = found;
  const none = { names: [], bytes: 0, annexed: false };
  if (found.orphans.names.length === 0) return { orphans: none, kept, commits: [], problems: [] };
  const { branch } = project;
  const identity = await gitLine(project.root, ['var', 'GIT_COMMITTER_IDENT']);
  if (branch === undefined || identity === undefined) {
    const why = branch === undefined ? 'HEAD is detached' : 'git does not know who you are';
    const problem = `Orphaned results were not removed, because ${why}: see \`minipach doctor\`.`;
    return { orphans: none, kept, commits: [], problems: [problem] };
  }
  const removal = await removeOrphans({ ...forwarding, branch, identity, plan });
  const files = removal.removed.flatMap((orphan) => orphan.files);
  return {
    orphans: {
      names: removal.removed.map(({ pipeline, datum }) => datumName(pipeline, datum)),
      bytes: await bytesOf(project.root, files),
      annexed: files.some(({ annexKey }) => annexKey !== undefined),
    },
    kept: removal.kept,
    commits: removal.commits,
    problems: removal.problem === undefined ? [] : [removal.problem],
  };
}

async function removeWaste(project: Project, state: State, { kind, paths }: Waste): Promise<void> {
  if (kind === 'refs') {
    const input = paths.map((ref) => `delete ${ref}\n`).join('');
    await git(project.root, ['update-ref', '--stdin'], { input });
    return;
  }
  for (const [position, path] of paths.entries()) {
    // The beat goes on in between, or others would take this process for dead.
    await setImmediate();
    // A result or an image is whole or gone: whoever comes after a kill half way must not find a part of it.
    if (kind === 'results' || kind === 'images')
      renameSync(path, join(state.trash, `gc-${process.pid}-${position}`));
    else if (kind === 'holders') rmSync(path, { force: true });
    else removeTree(path);
  }
}

/**
 * Results that git has put together out of two recorded ones, as when two clones each compute a sum anew and one pulls
 * from the other. No job has left such files and nobody has edited them, so that they may be computed again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MixedResults } from '../plan/facts.ts';
import type { History } from '../plan/history.ts';
import type { Plan } from '../plan/planned.ts';
import type { ResultRecord } from '../plan/record.ts';
import { isIntact, outputDigest, ownedEntries, ownedFiles } from '../plan/result.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import type { GitRunner } from './blobs.ts';
import { git, gitLine } from './git.ts';
import type { Project } from './open.ts';
import { readFiles } from './tree.ts';

/** So many results are looked at; each costs a `git log`, and what is not looked at counts as edited. */
const MOST = 50;

/** Trees by commit, or of a merge made again by its commit; `undefined` where there is none. */
type Trees = Map<string, Promise<TreeIndex | undefined>>;

/**
 * Finds those among the modified results of a plan of which it is certain: made again, the merge that changed them last
 * gives the same files, and each of its sides holds a recorded result as its job has left it.
 */
export async function findMixed(
  project: Pick<Project, 'root' | 'commonDirectory'>,
  { plan, index, history }: { readonly plan: Plan; readonly index: TreeIndex; readonly history: History },
): Promise<MixedResults> {
  const mixed = new Map<ResultRecord, readonly [string, string]>();
  const trees: Trees = new Map();
  const wanted = plan.pipelines.flatMap(({ source, datums }) =>
    datums.flatMap(({ datum, output, state, record }) => {
      // Of what lies in a subdataset the project's merges know the commit only.
      if (state !== 'modified' || record === undefined || index.datasetOf(output) !== '') return [];
      const records = history.ofDatum(source.directory, datum);
      return records.includes(record) && records.length > 1 ? [{ record, records }] : [];
    }),
  );
  if (wanted.length === 0) return mixed;
  const { root } = project;
  // Most histories have no merge, and then there is nothing to look for.
  if ((await gitLine(root, ['rev-list', '--merges', '-1', plan.head, '--'])) === undefined) return mixed;
  for (const { record, records } of wanted.slice(0, MOST)) {
    const paths = record.files ?? [record.path];
    const found = await gitLine(root, [
      ...['--literal-pathspecs', 'log', '--no-show-signature', '--no-decorate', '-1'],
      ...['--format=%H %P', plan.head, '--', ...paths],
    ]);
    const [merge = '', ours, theirs, more] = found?.split(' ') ?? [];
    if (ours === undefined || theirs === undefined || more !== undefined) continue;
    const sides = await Promise.all(
      [ours, theirs].map(async (side) => {
        const then = await once(trees, side, () => readIndex(runner(root), side));
        return records.find(
          (one) => then !== undefined && ownedEntries(then, one).length > 0 && isIntact(then, one),
        );
      }),
    );
    const [one, other] = sides;
    if (one === undefined || other === undefined) continue;
    const again = await once(trees, merge, () => mergeAgain(project, ours, theirs));
    const isSame = [record, one, other].every(
      (each) =>
        again !== undefined &&
        outputDigest(ownedFiles(again, each)) === outputDigest(ownedFiles(index, each)),
    );
    if (isSame) mixed.set(record, [one.commit, other.commit]);
  }
  return mixed;
}

/** What git makes of two commits by itself, without conflicts; nothing is left in the project. */
async function mergeAgain(
  { root, commonDirectory }: Pick<Project, 'root' | 'commonDirectory'>,
  ours: string,
  theirs: string,
): Promise<TreeIndex | undefined> {
  const objects = mkdtempSync(join(tmpdir(), 'minipach-merge-'));
  try {
    // Planning only reads: what the merge stores goes into a folder that is removed.
    const run = runner(root, {
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(join(commonDirectory, 'objects')),
    });
    const merged = await run(['merge-tree', '--write-tree', '--name-only', ours, theirs]);
    const [tree = ''] = merged.stdout.toString('utf8').split('\n');
    return merged.ok ? await readIndex(run, tree) : undefined;
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

function runner(root: string, env: Readonly<Record<string, string>> = {}): GitRunner {
  return (args, options) => git(root, args, { ...options, env });
}

async function readIndex(run: GitRunner, commit: string): Promise<TreeIndex | undefined> {
  const files = await readFiles(run, commit);
  return 'failed' in files ? undefined : new TreeIndex({ commit, ...files });
}

function once(
  trees: Trees,
  id: string,
  make: () => Promise<TreeIndex | undefined>,
): Promise<TreeIndex | undefined> {
  const known = trees.get(id) ?? make();
  trees.set(id, known);
  return known;
}

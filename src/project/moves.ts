/** What moves of a subdataset have brought to paths in it, at any depth: the project's own commits name only its commit. */
import { isWithin } from '../plan/paths.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { inParallel } from './in-parallel.ts';
import { gitIn } from './repository.ts';

/** Git's ids, one for each move; `undefined` where nothing was there, or where that is not known here. */
export type Moves = readonly (string | undefined)[];

/**
 * What was at paths of one dataset after each move.
 * @param place - The outermost subdataset around it.
 * @param moved - The commits of `place`.
 * @param dataset - The innermost subdataset around all of the paths.
 * @returns nothing for paths of which it cannot be found out.
 */
export async function readMoves(
  index: TreeIndex,
  place: string,
  moved: Moves,
  dataset: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Moves>> {
  const chain = index.subdatasets.filter(({ path }) => isWithin(path, place) && isWithin(dataset, path));
  let commits = moved;
  for (const [depth, { path, gitDirectory }] of chain.entries()) {
    if (gitDirectory === undefined) return new Map();
    const inner = chain[depth + 1]?.path;
    if (inner === undefined) return await idsOfFiles(gitDirectory, commits, path, paths);
    commits = await commitsOf(gitDirectory, commits, inner.slice(path.length + 1));
  }
  return new Map();
}

/** The commits of a subdataset that commits of the dataset around it record; one short process for each of these. */
async function commitsOf(gitDirectory: string, commits: Moves, path: string): Promise<Moves> {
  const found = new Map<string, string | undefined>();
  const wanted = new Set(commits.filter((commit) => commit !== undefined));
  await inParallel([...wanted], async (commit) => {
    const result = await gitIn(gitDirectory)(['rev-parse', '-q', '--verify', `${commit}:${path}`]);
    found.set(commit, result.ok ? result.stdout.toString('utf8').trim() : undefined);
  });
  return commits.map((commit) => (commit === undefined ? undefined : found.get(commit)));
}

/** The blobs of files in commits, from one process. */
async function idsOfFiles(
  gitDirectory: string,
  commits: Moves,
  dataset: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Moves>> {
  // The format of questions has no quoting.
  const asked = paths.filter((path) => !path.includes('\n'));
  const questions = asked.flatMap((path) =>
    commits.map((commit = '') => `${commit}:${path.slice(dataset.length + 1)}\n`),
  );
  const result = await gitIn(gitDirectory)(['cat-file', '--batch-check=%(objectname)'], {
    input: questions.join(''),
  });
  const ids = result.stdout.toString('utf8').split('\n');
  return new Map(
    asked.map((path, position) => {
      const from = position * commits.length;
      return [path, commits.map((_, at) => /^[0-9a-f]{40,64}$/.exec(ids[from + at] ?? '')?.[0])];
    }),
  );
}

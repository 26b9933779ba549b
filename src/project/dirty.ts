/** What the user has changed and not committed yet, among the files that planning would read. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATASET_CONFIG, IMAGES_LOCK } from '../plan/image-facts.ts';
import type { PipelineSource } from '../plan/order.ts';
import { isWithin, joinPaths } from '../plan/paths.ts';
import type { Subdataset } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { leavesOf } from '../spec/model.ts';
import { isSpecPath } from '../spec/spec-path.ts';
import { readSpec } from './found-spec.ts';
import { git } from './git.ts';
import { inParallel } from './in-parallel.ts';
import { keptIndex } from './kept-index.ts';
import { textOf } from './small-file.ts';
import { holdsSpecs } from './spec-search.ts';
import { headOf } from './standing.ts';

/**
 * Changed and untracked files, relative to the project's root, that are specs, or that committed or changed specs
 * name as input, code or image. Planning reads committed files only, so these are named, not used. A subdataset is named
 * itself where a commit in it is not the one that is recorded.
 */
export async function unsavedPaths(
  root: string,
  pipelines: readonly PipelineSource[],
  subdatasets: readonly Subdataset[],
  changes: Promise<WorkTreeChanges> = workTreeChanges(root),
): Promise<string[]> {
  const read = subdatasets.filter(
    ({ path, state }) => state === 'read' && existsSync(join(root, path, '.git')),
  );
  const unread = subdatasets.filter(({ state }) => state === 'unread');
  const [{ changed }, inside, added] = await Promise.all([
    changes,
    inParallel(read, (subdataset) => changesIn(root, subdataset)),
    withNewSpecs(root, unread),
  ]);
  const all = [...changed, ...inside.flatMap(({ paths }) => paths)];
  const specs = all.filter(isSpecPath);
  const unsaved = specs.flatMap((path) => {
    const text = textOf(join(root, path));
    // A file that somebody has just made, or deleted, is no pipeline; one that was committed is named below.
    return text.trim() === '' ? [] : (readSpec(path, text) ?? []);
  });
  const named = [...pipelines, ...unsaved.flatMap((found) => found.source ?? [])];
  const relevant = new Set(unsaved.map((found) => found.specPath));
  for (const path of all) if (named.some((pipeline) => concerns(pipeline, path))) relevant.add(path);
  for (const { moved } of inside) if (moved !== undefined) relevant.add(moved);
  for (const path of added) relevant.add(path);
  return [...relevant].sort();
}

/** What is to be committed in one dataset. */
export interface SavingStep {
  /** The dataset's path; empty for the project itself. */
  readonly dataset: string;
  /** Paths in it, of files and of subdatasets that have a commit to be recorded. */
  readonly within: readonly string[];
}

/** How changed paths are saved: in the innermost datasets first, then each new commit in the dataset around it. */
export function savingSteps(
  paths: readonly string[],
  subdatasets: readonly Pick<Subdataset, 'path'>[],
): readonly SavingStep[] {
  const innermost = subdatasets.map(({ path }) => path).sort((a, b) => b.length - a.length);
  const waiting = new Set(paths);
  return [...innermost, ''].flatMap((dataset): SavingStep[] => {
    const inside = [...waiting].filter((path) => path !== dataset && isWithin(path, dataset));
    if (inside.length === 0) return [];
    for (const path of inside) waiting.delete(path);
    if (dataset !== '') waiting.add(dataset);
    const cut = dataset === '' ? 0 : dataset.length + 1;
    return [{ dataset, within: inside.map((path) => path.slice(cut)) }];
  });
}

function concerns({ spec, directory, specPath }: PipelineSource, path: string): boolean {
  if (path === specPath || leavesOf(spec.input).some(({ repo }) => isWithin(path, repo))) return true;
  const { cmd, errCmd, code, image } = spec.transform;
  // What an image's name stands for, or the image itself where its path is written.
  if (image !== undefined && (path === DATASET_CONFIG || path === IMAGES_LOCK || isWithin(path, image)))
    return true;
  const words = [cmd, errCmd ?? []].flatMap((one) =>
    typeof one === 'string' ? one.split(/\s+/) : one.flat(),
  );
  if (words.includes(path)) return true;
  // A changed file in a folder that `code` names is likely to be meant by it; which files it is, planning decides.
  return code.some((pattern) => isWithin(path, pattern.replace(/\/?[^/]*[*?[({].*$/, '') || directory));
}

const STATUS = ['-z', '--untracked-files=all', '--ignore-submodules=all', '--no-renames'];

/** What is changed in the work tree of a project, its subdatasets apart. */
export interface WorkTreeChanges {
  /** Every changed and untracked file. */
  readonly changed: readonly string[];
  /** Those of them that a merge has left in conflict. */
  readonly unmerged: readonly string[];
}

/** What git says of a file that is in conflict: who has changed, added or deleted it. */
const UNMERGED = /^(?:DD|AA|U.|.U) /;

/** Looks through the whole work tree, which is not quick. */
export async function workTreeChanges(root: string): Promise<WorkTreeChanges> {
  const asked = ['status', '--porcelain=v1', ...STATUS];
  const kept = keptIndex(root);
  const found = kept && (await git(root, [...kept.config, ...asked], { large: true, env: kept.env }));
  const result = found && kept.wasThere() ? found : await git(root, asked, { large: true });
  const text = result.ok ? result.stdout.toString('utf8') : '';
  const lines = text.split('\0').filter((line) => line.length > 3);
  const pathsOf = (some: readonly string[]): string[] => some.map((line) => line.slice(3));
  return { changed: pathsOf(lines), unmerged: pathsOf(lines.filter((line) => UNMERGED.test(line))) };
}

/** Which of these paths are changed in the work tree and not committed, in subdatasets as well. */
export async function changedAmong(
  root: string,
  index: Pick<TreeIndex, 'datasetOf'>,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const asked = new Set(paths);
  const datasets = [...new Set(paths.map((path) => index.datasetOf(path)))];
  const found = await inParallel(datasets, async (dataset) => {
    const { changed } = await workTreeChanges(join(root, dataset));
    return changed.map((path) => joinPaths(dataset, path)).filter((path) => asked.has(path));
  });
  return new Set(found.flat());
}

/** Subdatasets without a spec in their recorded commit, where one has come with a commit that is not recorded yet. */
async function withNewSpecs(root: string, unread: readonly Subdataset[]): Promise<string[]> {
  const moved = unread.flatMap(({ path, commit }) => {
    const head = headOf(root, path);
    return head === undefined || head === commit ? [] : [{ path, commit, head }];
  });
  const found = await inParallel(moved, async ({ path, commit, head }) => {
    const workTree = join(root, path);
    const holds = await holdsSpecs((args, options) => git(workTree, args, options), head);
    return holds === true && !(await isAncestor(workTree, head, commit)) ? [path] : [];
  });
  return found.flat();
}

/** After `git pull` in the superdataset it is the work tree that is behind, and nothing is to be saved. */
async function isAncestor(workTree: string, ancestor: string, commit: string): Promise<boolean> {
  return (await git(workTree, ['merge-base', '--is-ancestor', ancestor, commit])).ok;
}

/** What has changed in the work tree of a subdataset, and the subdataset itself where it has a newer commit. */
async function changesIn(
  root: string,
  { path, commit }: Subdataset,
): Promise<{ readonly paths: readonly string[]; readonly moved: string | undefined }> {
  const workTree = join(root, path);
  const result = await git(workTree, ['status', '--porcelain=v2', '--branch', ...STATUS]);
  const lines = result.ok ? result.stdout.toString('utf8').split('\0') : [];
  // The path follows on the fields that a kind of line has.
  const fields: Readonly<Record<string, number>> = { '?': 1, '1': 8, u: 10 };
  const paths = lines.flatMap((line) => {
    const skipped = fields[line[0] ?? ''];
    return skipped === undefined ? [] : [`${path}/${line.split(' ').slice(skipped).join(' ')}`];
  });
  const head = lines.find((line) => line.startsWith('# branch.oid '))?.slice('# branch.oid '.length);
  if (head === undefined || head === commit) return { paths, moved: undefined };
  return { paths, moved: (await isAncestor(workTree, head, commit)) ? undefined : path };
}

/** Where the repository of a dataset is, the project's own or a subdataset's, and asking git about it. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TreeIndex } from '../plan/tree-index.ts';
import type { GitRunner } from './blobs.ts';
import { git } from './git.ts';
import type { Project } from './open.ts';
import { textOf } from './small-file.ts';

/** The work tree of a dataset, and the directory of its objects and its annex. */
export type DatasetPlace = Pick<Project, 'root' | 'commonDirectory'>;

/**
 * Where a dataset of the project is.
 * @param dataset - The path of a subdataset whose files are in the tree; `undefined` for the project itself.
 */
export function placeOf(
  project: DatasetPlace,
  index: Pick<TreeIndex, 'subdataset'>,
  dataset: string | undefined,
): DatasetPlace {
  if (dataset === undefined) return project;
  const root = join(project.root, dataset);
  return { root, commonDirectory: index.subdataset(dataset)?.gitDirectory ?? join(root, '.git') };
}

/**
 * What makes git read a repository by its git directory alone. The work tree that its configuration names need not be
 * there, and without one named here git would insist on it.
 */
export function repositoryOptions(gitDirectory: string): readonly string[] {
  return [`--git-dir=${gitDirectory}`, `--work-tree=${gitDirectory}`];
}

/** Runs git for a repository that is known by its git directory. */
export function gitIn(gitDirectory: string): GitRunner {
  return (args, options) => git(gitDirectory, [...repositoryOptions(gitDirectory), ...args], options);
}

/**
 * The git directory of a subdataset: what `.git` in its work tree is or names, else the one that git keeps in its
 * superdataset. Of a linked work tree it is the shared one.
 * @param kept - Places in the superdataset where git would keep it.
 * @returns `undefined` where it is not installed.
 */
export function findGitDirectory(workTree: string, kept: readonly string[]): string | undefined {
  const places = [inWorkTree(join(workTree, '.git'), workTree), ...kept];
  const found = places.find((place) => place !== undefined && existsSync(join(place, 'HEAD')));
  return found === undefined ? undefined : sharedBy(found);
}

/** The git directory of a work tree and the one that it shares with other work trees; `undefined` where there is none. */
export function checkedOutAt(
  workTree: string,
): Pick<Project, 'gitDirectory' | 'commonDirectory'> | undefined {
  const gitDirectory = inWorkTree(join(workTree, '.git'), workTree);
  if (gitDirectory === undefined || !existsSync(join(gitDirectory, 'HEAD'))) return undefined;
  return { gitDirectory, commonDirectory: sharedBy(gitDirectory) };
}

function sharedBy(gitDirectory: string): string {
  const common = textOf(join(gitDirectory, 'commondir')).trim();
  return common === '' ? gitDirectory : resolve(gitDirectory, common);
}

function inWorkTree(dotGit: string, workTree: string): string | undefined {
  if (statSync(dotGit, { throwIfNoEntry: false })?.isDirectory()) return dotGit;
  const named = /^gitdir: (.+?)\n?$/.exec(textOf(dotGit))?.[1];
  return named === undefined ? undefined : resolve(workTree, named);
}

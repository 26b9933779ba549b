/** Whether results can be committed in a subdataset now: what its HEAD is on, and what else is going on in it. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parentPath } from '../plan/paths.ts';
import { shownWord } from '../plan/shown-name.ts';
import type { Subdataset } from '../plan/tree.ts';
import { git, gitLine } from './git.ts';
import type { Project } from './open.ts';
import { readTip } from './refs.ts';
import { checkedOutAt } from './repository.ts';
import { textOf } from './small-file.ts';

/** The branch that results are committed on, or why there is none, in a sentence that says what to type. */
export type Standing =
  | { readonly ok: true; readonly branch: string }
  | {
      readonly ok: false;
      readonly message: string;
      /** Whether its branch is elsewhere than recorded, as it is for a moment while a result is recorded. */
      readonly isMoved?: boolean;
    };

/** What git leaves in its directory while it is in the middle of something. */
const UNFINISHED: readonly (readonly [file: string, what: string])[] = [
  ['MERGE_HEAD', 'merge'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
  ['sequencer', 'series of picks'],
];

/** What git is in the middle of in a work tree, in a word; `undefined` when there is nothing. */
export function unfinishedIn(gitDirectory: string): string | undefined {
  return UNFINISHED.find(([file]) => existsSync(join(gitDirectory, file)))?.[1];
}

/**
 * Looks at a subdataset; without a process in the usual case.
 * @param subdataset - With the commit that the dataset around it has recorded.
 * @param isDataset - Whether the project is one of DataLad's.
 */
export async function standingOf(
  project: Pick<Project, 'root' | 'commonDirectory'>,
  subdataset: Pick<Subdataset, 'path' | 'commit' | 'remedy'>,
  isDataset: boolean,
): Promise<Standing> {
  const { path, commit, remedy } = subdataset;
  const workTree = join(project.root, path);
  const places = checkedOutAt(workTree);
  const at = `the subdataset ${path}`;
  if (places === undefined)
    return no(`Its result belongs into ${at}, which is not checked out: run \`${remedy}\`.`);
  const { gitDirectory, commonDirectory } = places;
  const { dev } = statSync(project.commonDirectory);
  if ([gitDirectory, commonDirectory].some((directory) => statSync(directory).dev !== dev))
    return no(
      `Its result belongs into ${at}, which is on another file system than the project, where it cannot be moved in one step: install it below the project.`,
    );
  if (!isWritable(gitDirectory) || !isWritable(commonDirectory))
    return no(
      `Its result belongs into ${at}, in whose repository ${gitDirectory} you may not write: change its permissions.`,
    );
  if (isAnnexedElsewhere(commonDirectory))
    return no(
      `Its result belongs into ${at}, which keeps content with git-annex, and that has not been set up here, so that all would go into git: run \`git -C ${shownWord(path)} annex init\`.`,
    );
  const unfinished = unfinishedIn(gitDirectory);
  if (unfinished !== undefined)
    return no(
      `Its result belongs into ${at}, which is in the middle of a ${unfinished}: finish or abort it; \`git -C ${shownWord(path)} status\` says how.`,
    );
  const head = textOf(join(gitDirectory, 'HEAD')).trim();
  const branch = /^ref: (refs\/heads\/.+)$/.exec(head)?.[1];
  if (branch === undefined) return no(await whyDetached(workTree, { path, commit }));
  const short = branch.replace('refs/heads/', '');
  if (short.startsWith('adjusted/'))
    return no(
      `Its result belongs into ${at}, which is on git-annex's adjusted branch ${short}: go to the branch itself, with \`git -C ${shownWord(path)} switch ${shownWord(plainName(short))}\`.`,
    );
  const tip = await readTip({ root: workTree, commonDirectory }, branch);
  if (tip === commit) return { ok: true, branch };
  const message = await whyElsewhere(project.root, { path, commit, short, tip, isDataset });
  return { ok: false, message, isMoved: true };
}

/** The commit that is checked out in a subdataset, where that can be told without a process: after a commit it can. */
export function headOf(root: string, path: string): string | undefined {
  const places = checkedOutAt(join(root, path));
  if (places === undefined) return undefined;
  const head = textOf(join(places.gitDirectory, 'HEAD')).trim();
  const branch = /^ref: (.+)$/.exec(head)?.[1];
  const commit = branch === undefined ? head : textOf(join(places.commonDirectory, branch)).trim();
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
}

/** What changes with where a subdataset's HEAD is: a reader that has seen it knows whether to look again. */
export function standingMark(root: string, path: string): string {
  const places = checkedOutAt(join(root, path));
  if (places === undefined) return '';
  const head = textOf(join(places.gitDirectory, 'HEAD')).trim();
  const branch = head.replace(/^ref: /, '');
  const unfinished = UNFINISHED.filter(([file]) => existsSync(join(places.gitDirectory, file)));
  return [head, textOf(join(places.commonDirectory, branch)).trim(), ...unfinished.flat()].join(' ');
}

/** Whether a clone knows of an annex and has none itself. */
function isAnnexedElsewhere(commonDirectory: string): boolean {
  if (existsSync(join(commonDirectory, 'annex'))) return false;
  const isLoose = (remote: string): boolean => existsSync(join(commonDirectory, 'refs', remote, 'git-annex'));
  return (
    isLoose('heads') ||
    isLoose('remotes/origin') ||
    / refs\/(?:heads|remotes\/[^/]+)\/git-annex$/m.test(textOf(join(commonDirectory, 'packed-refs')))
  );
}

/** A submodule is usually checked out at its commit and on no branch; which branch is meant, only its user knows. */
async function whyDetached(
  workTree: string,
  { path, commit }: Pick<Subdataset, 'path' | 'commit'>,
): Promise<string> {
  const what = `Its result belongs into the subdataset ${path}, which is on no branch (a detached HEAD), so that a commit there could get lost`;
  const head = await gitLine(workTree, ['rev-parse', '-q', '--verify', 'HEAD^{commit}']);
  const format = ['--format=%(refname:short)', `--points-at=${head ?? commit}`];
  const listed = await git(workTree, ['for-each-ref', ...format, 'refs/heads']);
  const branches = listed.stdout
    .toString('utf8')
    .split('\n')
    .filter((name) => name !== '' && !name.startsWith('adjusted/') && name !== 'git-annex');
  const [only] = branches;
  const quoted = shownWord(path);
  if (branches.length === 1 && only !== undefined)
    return `${what}: go to its branch with \`git -C ${quoted} switch ${shownWord(only)}\`.`;
  if (branches.length > 1)
    return `${what}: go to one of its branches, such as with \`git -C ${quoted} switch ${shownWord(only ?? '')}\`; ${branches.join(', ')} are at its commit.`;
  return `${what}: go to a branch that has its commit, or make one with \`git -C ${quoted} switch -c work\`.`;
}

/** The recorded commit and the branch are not the same. */
async function whyElsewhere(
  root: string,
  facts: {
    readonly path: string;
    readonly commit: string;
    readonly short: string;
    readonly tip: string | undefined;
    readonly isDataset: boolean;
  },
): Promise<string> {
  const { path, commit, short, tip = 'HEAD', isDataset } = facts;
  const quoted = shownWord(path);
  const workTree = join(root, path);
  const recorded = commit.slice(0, 8);
  const what = `Its result belongs into the subdataset ${path}, whose branch ${short}`;
  const isAhead = (await git(workTree, ['merge-base', '--is-ancestor', commit, tip])).ok;
  if (isAhead) {
    const save = isDataset ? `datalad save -d . ${quoted}` : commitIn(root, path);
    return `${what} has commits that are not recorded in the dataset around it: record them with \`${save}\`.`;
  }
  if ((await git(workTree, ['merge-base', '--is-ancestor', tip, commit])).ok)
    return `${what} is behind the recorded commit ${recorded}: bring it there with \`git -C ${quoted} merge --ff-only ${recorded}\`.`;
  return `${what} does not have the recorded commit ${recorded}: merge it with \`git -C ${quoted} merge ${recorded}\`, and save the project.`;
}

/** Git adds a subdataset in the dataset around it only. */
function commitIn(root: string, path: string): string {
  let around = parentPath(path);
  while (around !== '' && !existsSync(join(root, around, '.git'))) around = parentPath(around);
  const where = around === '' ? 'git' : `git -C ${shownWord(around)}`;
  const within = shownWord(around === '' ? path : path.slice(around.length + 1));
  return `${where} add ${within} && ${where} commit -m ${shownWord('Record a subdataset')}`;
}

/** What an adjusted branch is made from: `adjusted/main(unlocked)` comes from `main`. */
function plainName(adjusted: string): string {
  return adjusted.replace(/^adjusted\//, '').replace(/\([^()]*\)$/, '');
}

function no(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Bringing work trees, indexes and branches forward to new commits, without touching what the user has changed: of the
 * subdatasets first and of the project last, whose branch decides. Every step may be the last one before a kill;
 * `recover.ts` tells what the next recorder does.
 */
import { copyFileSync, existsSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { joinPaths } from '../../plan/paths.ts';
import { git } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { wordsOf } from '../../project/words-of.ts';
import { changesBetween, equalFiles, inTheWay, putInIndex } from './index-changes.ts';
import { indexOf } from './index-lock.ts';
import { ofRecorder } from './recorder-processes.ts';

/** What the note of an intent is called, in the folder of a recorder. */
export const INTENT = 'intent.json';

/** What is about to happen, written before any work tree changes. */
export interface Intent {
  /** The work tree's git directory, relative to the shared one: another of the project's work trees may be looked from. */
  readonly workTree?: string;
  /** In the order of the steps: the project's own is the last one. */
  readonly steps: readonly {
    /** The dataset's path; empty for the project itself. */
    readonly path: string;
    readonly branch: string;
    readonly old: string;
    readonly new: string;
  }[];
}

/** One dataset's way forward. */
export interface Step {
  /** The dataset's path; empty for the project itself. */
  readonly path: string;
  readonly repository: Project;
  /** A folder of ours, private to this recorder and dataset. */
  readonly folder: string;
  readonly branch: string;
  readonly old: string;
  readonly next: string;
  /** The private ref that keeps the new commits until the branch names them. */
  readonly ref: string;
}

/** How moving forward ended. */
export type ForwardResult =
  | { readonly outcome: 'moved' }
  /** A branch is elsewhere by now: build on its new tip and try again. */
  | { readonly outcome: 'tip-moved' }
  /** Files of the user's are in the way; paths from the project's root. */
  | { readonly outcome: 'conflict'; readonly paths: readonly string[]; readonly message: string };

/**
 * Moves branches from `old` to `next`, work trees and indexes with them; all the index locks must be held. The order:
 * copy the indexes → write down the intent → update each work tree with its copy → move each branch and drop its
 * private ref in one transaction, the project's last → put the copies in the indexes' places. Where one work tree or
 * branch cannot follow, all go back.
 * @param folder - Of the recorder, for the note of the intent.
 * @param steps - Those of inner datasets before those around them; the project's is the last one.
 */
export async function stepForward(folder: string, steps: readonly Step[]): Promise<ForwardResult> {
  const copies = new Map(steps.map((step) => [step, copyIndex(step)]));
  const copyOf = (step: Step): string => copies.get(step) ?? '';
  const note = join(folder, INTENT);
  writeIntent(note, steps);
  const forward: Step[] = [];
  const takeBack = async (): Promise<void> => {
    for (const step of forward.reverse())
      await readTree(step.repository, copyOf(step), step.next, step.old, folder);
  };
  const moved: Step[] = [];
  try {
    for (const step of steps) {
      const conflict = await readTree(step.repository, copyOf(step), step.old, step.next, folder);
      if (conflict !== undefined) {
        await takeBack();
        const paths = conflict.paths.map((path) => joinPaths(step.path, path));
        return { outcome: 'conflict', paths, message: conflict.message };
      }
      forward.push(step);
    }
    for (const step of steps) {
      if (!(await moveBranch(step, folder))) {
        // Somebody moved the branch past the index lock. Take everything back, and build on their tip.
        for (const one of moved.reverse())
          await git(one.repository.root, ['update-ref', one.branch, one.old, one.next]);
        await takeBack();
        return { outcome: 'tip-moved' };
      }
      moved.push(step);
    }
    for (const step of steps) renameSync(copyOf(step), indexOf(step.repository));
    return { outcome: 'moved' };
  } finally {
    rmSync(note, { force: true });
  }
}

/** Which of a project's work trees this is: empty for the first one. */
export function workTreeOf({ commonDirectory, gitDirectory }: Project): string {
  return relative(commonDirectory, gitDirectory);
}

/** Whole before it has its name, or the next recorder could read half of it. */
function writeIntent(note: string, steps: readonly Step[]): void {
  const own = steps.at(-1)?.repository;
  const intent: Intent = {
    ...(own === undefined ? {} : { workTree: workTreeOf(own) }),
    steps: steps.map(({ path, branch, old, next }) => ({ path, branch, old, new: next })),
  };
  writeFileSync(`${note}.new`, JSON.stringify(intent));
  renameSync(`${note}.new`, note);
}

/**
 * Moves the branch by compare-and-swap; returns whether it was still where it should be. The private ref must be there
 * as well: whoever sees to a dead recorder takes it away first, so that one that wakes up moves no branch any more.
 */
async function moveBranch({ repository, branch, old, next, ref }: Step, folder: string): Promise<boolean> {
  const moved = await git(
    repository.root,
    ['update-ref', '--create-reflog', '-m', 'minipach: record results', '--stdin'],
    {
      env: ofRecorder(folder),
      input: `start\nupdate ${branch} ${next} ${old}\ndelete ${ref} ${next}\nprepare\ncommit\n`,
    },
  );
  return moved.ok;
}

/** Steps the work tree from one commit to another with a private index; `undefined` when all went well. */
async function readTree(
  repository: Project,
  index: string,
  from: string,
  to: string,
  folder: string,
): Promise<{ readonly paths: readonly string[]; readonly message: string } | undefined> {
  const env = { GIT_INDEX_FILE: index, ...ofRecorder(folder) };
  const changes = await changesBetween(repository, from, to);
  const paths = await inTheWay(repository, changes);
  if (paths.length > 0) return { paths, message: `${paths[0]} is in the way.` };
  // Subdatasets have a step of their own, whatever the user's configuration would have git do with them.
  const command = ['read-tree', '-m', '-u', '--no-recurse-submodules', from, to];
  const first = await git(repository.root, command, { env });
  if (first.ok) return undefined;
  // Files that a killed step has written already look like the user's. Those that equal what is to be
  // written are ours: the index learns of them, and git finds nothing left to overwrite.
  await putInIndex(repository, index, await equalFiles(repository, changes));
  const second = await git(repository.root, command, { env });
  if (second.ok) return undefined;
  const message = wordsOf(second.stderr);
  const path = /(?:file|Entry|Updating) '(.*)' /.exec(second.stderr)?.[1];
  return { paths: path === undefined ? [] : [path], message };
}

/**
 * A copy with the original's time, by which git tells which entries may be racily clean. The folder is never made
 * here: that of a recorder that was declared dead has been moved away, and everything that it still tries ends here.
 */
export function copyIndex({ repository, folder }: Pick<Step, 'repository' | 'folder'>): string {
  const copy = join(folder, 'index');
  const index = indexOf(repository);
  rmSync(copy, { force: true });
  if (!existsSync(index)) return copy;
  copyFileSync(index, copy);
  const { atime, mtime } = statSync(index);
  utimesSync(copy, atime, mtime);
  return copy;
}

/**
 * Bringing the user's work tree, index and branch forward to new commits, without touching what the user has
 * changed. Every step may be the last one before a kill; `recoverForward` tells what the next recorder does.
 */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { git } from '../project/git.ts';
import { openProject, type Project } from '../project/open.ts';
import { releaseClaim, takeClaim } from './claim.ts';
import { type Holder, type Observer, readHolder } from './holder.ts';
import { changesBetween, equalFiles, inTheWay, putInIndex } from './index-changes.ts';
import { errorCode, lookAt, type State } from './state.ts';

/** Milliseconds to wait for the user's own git command to let go of the index. */
const INDEX_PATIENCE = 60_000;

/** Where in `record/` the claims of the record lock are. */
export const LOCK_FOLDER = 'lock';

/** What the folder of a dead recorder is called while it is looked through. */
const RECOVERED = 'recovered-';

/** What is about to happen, written before the work tree changes. */
interface Intent {
  /** The work tree that is about to change; a project can have several, which share the state. */
  readonly root: string;
  readonly branch: string;
  readonly old: string;
  readonly new: string;
}

/** A recorder's means. */
export interface Forwarding {
  readonly project: Project;
  readonly state: State;
  readonly holder: Holder;
  readonly observer: Observer;
  /** `record/<token>`, private to this recorder. */
  readonly folder: string;
}

/** How moving forward ended. */
export type ForwardResult =
  | { readonly outcome: 'moved' }
  /** The branch is elsewhere by now: build on its new tip and try again. */
  | { readonly outcome: 'tip-moved' }
  /** Files of the user's are in the way. */
  | { readonly outcome: 'conflict'; readonly paths: readonly string[]; readonly message: string };

/** Another git command has held the index for too long. */
export interface IndexLocked {
  readonly outcome: 'index-locked';
  readonly message: string;
}

/** Does something while git's own lock of the index is held, so that the user's git waits and the tip stands still. */
export async function withIndexLock<T>(
  means: Forwarding,
  action: () => Promise<T>,
): Promise<T | IndexLocked> {
  const locked = await lockIndex(means);
  if (locked !== undefined) return { outcome: 'index-locked', message: locked };
  try {
    return await action();
  } finally {
    unlinkSync(lockOf(means.project));
  }
}

/**
 * Moves the branch from `old` to `next`, work tree and index with it; the index lock must be held. The order: copy
 * the index → write down the intent → update the work tree with the copy → move the branch and drop the private
 * ref in one transaction → put the copy in the index's place.
 */
export async function stepForward(
  means: Forwarding,
  branch: string,
  old: string,
  next: string,
  ref: string,
): Promise<ForwardResult> {
  const { project, folder } = means;
  const copy = copyIndex(means);
  const intent: Intent = { root: project.root, branch, old, new: next };
  const note = join(folder, 'intent.json');
  // Whole before it has its name, or the next recorder could read half of it.
  writeFileSync(`${note}.new`, JSON.stringify(intent));
  renameSync(`${note}.new`, note);
  try {
    const conflict = await readTree(project, copy, old, next);
    if (conflict !== undefined) return conflict;
    const moved = await git(
      project.root,
      ['update-ref', '--create-reflog', '-m', 'minipach: record results', '--stdin'],
      {
        input: `start\nupdate ${branch} ${next} ${old}\ndelete ${ref}\nprepare\ncommit\n`,
      },
    );
    if (!moved.ok) {
      // Somebody moved the branch past the index lock. Take the files back, and build on their tip.
      await readTree(project, copy, next, old);
      return { outcome: 'tip-moved' };
    }
    renameSync(copy, indexOf(project));
    return { outcome: 'moved' };
  } finally {
    rmSync(note, { force: true });
  }
}

/**
 * Finishes or forgets what dead recorders were about to do. Called with the record lock held. A dead
 * one's folder is moved away first, so that a late rename of its index copy finds nothing. Returns whether there was any.
 */
export async function recoverForward(means: Forwarding): Promise<boolean> {
  const { state, project, holder, observer } = means;
  let found = false;
  for (const name of readdirSync(state.record)) {
    if (name === holder.facts.token || name === LOCK_FOLDER) continue;
    // A live runner that does not hold the record lock keeps its folder for its next turn.
    const owner = readHolder(join(state.holders, name));
    if (owner !== undefined && !observer.isDead(owner)) continue;
    // Moved away under a name that recovery looks at again: killed before the end of it, the next one goes on.
    const away = join(state.record, name.startsWith(RECOVERED) ? name : `${RECOVERED}${name}`);
    try {
      renameSync(join(state.record, name), away);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') continue;
      throw error;
    }
    found = true;
    const intent = readIntent(join(away, 'intent.json'));
    await git(project.root, ['update-ref', '-d', `refs/minipach/${name.replace(RECOVERED, '')}`]);
    if (intent !== undefined) {
      const recorded = await git(project.root, ['merge-base', '--is-ancestor', intent.new, intent.branch]);
      // Recorded: the files are there, only the index may lag behind. Not recorded: the files that were written
      // equal the staged results, and the next step forward takes them over; those that were taken away come back.
      const opened = await openProject(intent.root);
      if (recorded.ok && opened.ok) await rebuildIndex({ ...means, project: opened.project }, intent);
      else await restoreFiles(means, intent);
    }
    renameSync(away, join(state.trash, `${name}-${process.hrtime.bigint()}`));
  }
  return found;
}

/**
 * Does something with the record lock held, once what dead recorders have begun is finished, and the index lock that
 * one has left is taken away, which keeps everybody's git waiting. `undefined` while somebody else records.
 */
export async function underRecordLock<T>(
  means: Omit<Forwarding, 'folder'>,
  action: (means: Forwarding) => Promise<T>,
): Promise<T | undefined> {
  const { project, state, holder, observer } = means;
  const lock = takeClaim(join(state.record, LOCK_FOLDER), 'record', holder, observer);
  if (!lock.ok) return undefined;
  const forwarding = { ...means, folder: join(state.record, holder.facts.token) };
  try {
    await recoverForward(forwarding);
    const owner = readHolder(lockOf(project));
    if (owner !== undefined && observer.isDead(owner))
      await withIndexLock(forwarding, () => Promise.resolve());
    return await action(forwarding);
  } finally {
    rmSync(forwarding.folder, { recursive: true, force: true });
    releaseClaim(lock.claim, holder);
  }
}

function readIntent(path: string): Intent | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Intent;
  } catch {
    return undefined;
  }
}

/** Tells the index of every path that a recorded step changed, unless the index knows already or the user staged it. */
async function rebuildIndex(means: Forwarding, intent: Intent): Promise<void> {
  const { project } = means;
  const result = await withIndexLock(means, async () => {
    const copy = copyIndex(means);
    const env = { GIT_INDEX_FILE: copy };
    const listed = await git(project.root, ['ls-files', '-s', '-z'], { env });
    const known = new Map<string, string>();
    for (const line of listed.stdout.toString('utf8').split('\0')) {
      const tab = line.indexOf('\t');
      known.set(line.slice(tab + 1), line.slice(0, tab).replace(/ \d$/, ''));
    }
    const changes = await changesBetween(project, intent.old, intent.new);
    const behind = changes.filter(({ path, before }) => known.get(path) === before);
    await putInIndex(project, copy, behind);
    renameSync(copy, indexOf(project));
  });
  if (result !== undefined) throw new Error(result.message);
}

/** Brings back what a step has taken away that was never recorded, and puts nothing over a file that is there. */
async function restoreFiles(means: Forwarding, intent: Intent): Promise<void> {
  const { root } = means.project;
  const changes = await changesBetween(means.project, intent.old, intent.new);
  const missing = changes.filter(({ path, before }) => before !== undefined && !lookAt(join(root, path)));
  if (missing.length === 0) return;
  const input = missing.map(({ path }) => `${path}\0`).join('');
  await git(root, ['checkout-index', '-q', '-z', '--stdin'], { input });
}

/** Steps the work tree from one commit to another with a private index; `undefined` when all went well. */
async function readTree(
  project: Project,
  index: string,
  from: string,
  to: string,
): Promise<ForwardResult | undefined> {
  const env = { GIT_INDEX_FILE: index };
  const changes = await changesBetween(project, from, to);
  const paths = await inTheWay(project, changes);
  if (paths.length > 0) return { outcome: 'conflict', paths, message: `${paths[0]} is in the way.` };
  const first = await git(project.root, ['read-tree', '-m', '-u', from, to], { env });
  if (first.ok) return undefined;
  // Files that a killed step has written already look like the user's. Those that equal what is to be
  // written are ours: the index learns of them, and git finds nothing left to overwrite.
  await putInIndex(project, index, await equalFiles(project, changes));
  const second = await git(project.root, ['read-tree', '-m', '-u', from, to], { env });
  if (second.ok) return undefined;
  const message = second.stderr.trim();
  const path = /(?:file|Entry|Updating) '(.*)' /.exec(message)?.[1];
  return { outcome: 'conflict', paths: path === undefined ? [] : [path], message };
}

function indexOf(project: Project): string {
  return join(project.gitDirectory, 'index');
}

function lockOf(project: Project): string {
  return `${indexOf(project)}.lock`;
}

/** A copy with the original's time, by which git tells which entries may be racily clean. */
function copyIndex({ project, folder }: Forwarding): string {
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, 'index');
  rmSync(copy, { force: true });
  if (!existsSync(indexOf(project))) return copy;
  copyFileSync(indexOf(project), copy);
  const { atime, mtime } = statSync(indexOf(project));
  utimesSync(copy, atime, mtime);
  return copy;
}

/**
 * Takes git's own lock of the index, as a hard link of the holder file, so that a dead runner's lock is known for
 * what it is. Returns why it could not.
 */
async function lockIndex({ project, holder, observer }: Forwarding): Promise<string | undefined> {
  const lock = lockOf(project);
  for (const start = performance.now(); ; ) {
    try {
      linkSync(holder.file, lock);
      return undefined;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const owner = readHolder(lock);
    if (owner !== undefined && observer.isDead(owner)) {
      observer.markDead(owner, holder);
      rmSync(lock, { force: true });
      continue;
    }
    if (performance.now() - start > INDEX_PATIENCE) {
      return `${lock} has been there for a minute: another git command works on the project, or one was killed. End it, or remove the file if none runs.`;
    }
    await delay(50);
  }
}

/**
 * Finishing or forgetting what dead recorders were about to do. The project's branch decides: where it has the new
 * commits, everything was done but for the indexes; where it has not, subdatasets that had gone ahead are taken back. The
 * results are staged as long as the project's branch does not name them, and so are recorded anew.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isWithin } from '../../plan/paths.ts';
import { git, gitLine } from '../../project/git.ts';
import { openProject, type Project } from '../../project/open.ts';
import { checkedOutAt } from '../../project/repository.ts';
import { noteIn, textOf } from '../../project/small-file.ts';
import { releaseClaim, takeClaim } from '../claims/claim.ts';
import { type Holder, type Observer, readHolder } from '../claims/holder.ts';
import { LOCK_FOLDER, RECORD } from '../claims/record-lock.ts';
import { errorCode, lookAt, type State } from '../state.ts';
import { changesBetween, putInIndex } from './index-changes.ts';
import { breakDeadLock, indexOf, type LockMeans, withIndexLock } from './index-lock.ts';
import { untilEnded } from './recorder-processes.ts';
import { copyIndex, INTENT, type Intent, workTreeOf } from './step-forward.ts';

/** What the list of the subdatasets that a recorder works in is called, in its folder. */
const DATASETS = 'datasets.json';

/** The subdatasets that a recorder works in, and the work tree of the project that they lie in. */
interface NotedDatasets extends Pick<Intent, 'workTree'> {
  readonly paths: readonly string[];
}

/** What it takes to tell dead recorders from others. */
export interface LookMeans {
  readonly state: State;
  readonly holder: Holder;
  readonly observer: Observer;
}

/** A recorder's means. */
export interface RecoveryMeans extends LookMeans, LockMeans {
  readonly project: Project;
}

/** Notes the subdatasets that a recorder works in, before it leaves a lock or a ref in them. */
export function noteDatasets(project: Project, folder: string, paths: readonly string[]): void {
  const note = join(folder, DATASETS);
  const noted: NotedDatasets = { workTree: workTreeOf(project), paths };
  writeFileSync(`${note}.new`, JSON.stringify(noted));
  renameSync(`${note}.new`, note);
}

/** Whether a dead recorder has left something to see to; one look a runner. */
export function hasDeadRecorder(means: LookMeans): boolean {
  return means.holder.files.list(means.state.record).some((name) => isLeft(means, name));
}

/**
 * Whether a folder of `record/` is there for us to see to. It is called after its recorder, and then after whoever has
 * taken it to see to it. A live runner that does not hold the record lock keeps its folder for its next turn.
 */
function isLeft({ state, holder, observer }: LookMeans, name: string): boolean {
  const [token, keeper] = namesOf(name);
  if (name === LOCK_FOLDER || token === holder.facts.token) return false;
  if (keeper === holder.facts.token) return true;
  const owner = readHolder(join(state.holders, keeper), holder.files);
  return owner === undefined || observer.isDead(owner);
}

function namesOf(folder: string): readonly [token: string, keeper: string] {
  const [token = '', keeper = token] = folder.split('.');
  return [token, keeper];
}

/** What dead recorders had been about to do. */
export interface Recovery {
  /** Whether any of them had begun to move branches. */
  readonly hadBegun: boolean;
  /** The paths of the datasets that they worked in; empty for the project itself. */
  readonly datasets: readonly string[];
}

/**
 * Sees to all dead recorders; called with the record lock held. A dead one's folder is moved away first: whatever it
 * still tries, should it wake up, needs a file there. So it is when whoever sees to it dies or is held up over that.
 * @param finish - Finishes or forgets what one of them had begun, from what is in its folder.
 */
export async function recoverAll<M extends LookMeans>(
  means: M,
  finish: (means: M, folder: string, token: string) => Promise<Recovery>,
): Promise<Recovery> {
  const { state, holder, observer } = means;
  const { files } = holder;
  let hadBegun = false;
  const datasets = new Set<string>();
  for (const name of files.list(state.record)) {
    if (!isLeft(means, name)) continue;
    const [token, keeper] = namesOf(name);
    const owner = readHolder(join(state.holders, keeper), files);
    // One that only stands still may wake up: by the mark it knows why its folder is gone.
    if (owner !== undefined && keeper !== holder.facts.token) observer.markDead(owner, holder);
    const taken = `${token}.${holder.facts.token}`;
    try {
      files.rename(join(state.record, name), join(state.record, taken));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') continue;
      throw error;
    }
    const found = await finish(means, join(state.record, taken), token);
    hadBegun ||= found.hadBegun;
    for (const path of found.datasets) datasets.add(path);
    files.rename(join(state.record, taken), join(state.trash, `recorder-${taken}`));
  }
  return { hadBegun, datasets: [...datasets] };
}

/**
 * Does something with the record lock held, once what dead recorders have begun is finished, and the index lock that
 * one has left is taken away, which keeps everybody's git waiting. `undefined` while somebody else records.
 */
export async function underRecordLock<T>(
  means: Omit<RecoveryMeans, 'folder'>,
  action: (means: RecoveryMeans) => Promise<T>,
): Promise<T | undefined> {
  const { project, state, holder, observer } = means;
  const recovery = { ...means, folder: join(state.record, holder.facts.token) };
  // Before the lock, and never again: with it gone, one that was declared dead can do nothing more.
  mkdirSync(recovery.folder, { recursive: true });
  const lock = takeClaim(join(state.record, LOCK_FOLDER), RECORD, holder, observer);
  if (!lock.ok) {
    rmSync(recovery.folder, { recursive: true, force: true });
    return undefined;
  }
  try {
    await recoverAll(recovery, recover);
    breakDeadLock(project, recovery);
    return await action(recovery);
  } finally {
    rmSync(recovery.folder, { recursive: true, force: true });
    releaseClaim(lock.claim, holder);
  }
}

/**
 * Finishes or forgets what one dead recorder had begun. Its private refs go first: without them it moves no branch, so
 * that what its branches hold now is how it ended.
 */
export async function recover(means: RecoveryMeans, away: string, token: string): Promise<Recovery> {
  const intent = noteIn<Intent>(join(away, INTENT));
  const noted = noteIn<NotedDatasets>(join(away, DATASETS));
  const project = await openWorkTree(means.project, intent?.workTree ?? noted?.workTree);
  const repositories = new Map<string, Project>();
  for (const path of ['', ...(noted?.paths ?? [])]) {
    const repository = path === '' ? project : project && (await openSubdataset(project, path));
    if (repository !== undefined) repositories.set(path, repository);
  }
  // Where it was killed, and not held up, git may still be at its last step.
  await untilEnded(join(means.state.record, token));
  for (const { root } of [means.project, ...repositories.values()])
    await git(root, ['update-ref', '-d', `refs/minipach/${token}`]);
  // Around before inside: whether a subdataset goes back depends on what the dataset around it names now.
  const steps = [...(intent?.steps ?? [])].reverse();
  const own = steps[0];
  const isRecorded =
    own !== undefined &&
    (await git(means.project.root, ['merge-base', '--is-ancestor', own.new, own.branch])).ok;
  for (const step of steps) {
    const repository = repositories.get(step.path);
    if (repository === undefined) continue;
    breakDeadLock(repository, means);
    // Recorded: the files are there, only the index may lag behind. Not recorded: the files that were written
    // equal the staged results, and the next step forward takes them over; those that were taken away come back.
    if (isRecorded || (step.path !== '' && (await isNamed(steps, step, repositories)))) {
      await rebuildIndex(means, repository, step);
      continue;
    }
    // Where the user has committed on top of it meanwhile, it stays, and is said to be ahead of what is recorded.
    if (step.path !== '') await git(repository.root, ['update-ref', step.branch, step.old, step.new]);
    await restoreFiles(repository, step);
  }
  for (const repository of repositories.values()) breakDeadLock(repository, means);
  return { hadBegun: intent !== undefined, datasets: [...repositories.keys()] };
}

/** Opens the work tree of the project that a dead recorder worked in; `undefined` where it is gone. */
async function openWorkTree(project: Project, workTree: string | undefined): Promise<Project | undefined> {
  if (workTree === undefined || workTree === workTreeOf(project)) return project;
  // What git keeps of each further work tree names the file `.git` in it.
  const gitDirectory = join(project.commonDirectory, workTree);
  const root = workTree === '' ? dirname(gitDirectory) : dirname(textOf(join(gitDirectory, 'gitdir')).trim());
  const opened = await openProject(root);
  if (!opened.ok || opened.project.commonDirectory !== project.commonDirectory) return undefined;
  return workTreeOf(opened.project) === workTree ? opened.project : undefined;
}

/** Opens the repository that is checked out at a subdataset's path; `undefined` where there is none. */
export async function openSubdataset(
  project: Pick<Project, 'root'>,
  path: string,
): Promise<Project | undefined> {
  const root = join(project.root, path);
  // Without a repository of its own the folder would be taken for a part of the dataset around it.
  if (checkedOutAt(root) === undefined) return undefined;
  const opened = await openProject(root);
  return opened.ok ? opened.project : undefined;
}

/** Whether the dataset around a subdataset names the commit that was made in it: the user has saved it. */
async function isNamed(
  steps: Intent['steps'],
  { path, new: made }: Intent['steps'][number],
  repositories: ReadonlyMap<string, Project>,
): Promise<boolean> {
  const around = steps
    .filter((step) => step.path !== path && isWithin(path, step.path))
    .sort((a, b) => b.path.length - a.path.length)[0];
  const repository = around && repositories.get(around.path);
  if (around === undefined || repository === undefined) return false;
  const within = around.path === '' ? path : path.slice(around.path.length + 1);
  return (
    (await gitLine(repository.root, ['rev-parse', '-q', '--verify', `${around.branch}:${within}`])) === made
  );
}

/** Tells the index of every path that a recorded step changed, unless the index knows already or the user staged it. */
async function rebuildIndex(
  means: RecoveryMeans,
  repository: Project,
  step: Intent['steps'][number],
): Promise<void> {
  const result = await withIndexLock(repository, means, async () => {
    const copy = copyIndex({ repository, folder: means.folder });
    const env = { GIT_INDEX_FILE: copy };
    const listed = await git(repository.root, ['ls-files', '-s', '-z'], { env });
    const known = new Map<string, string>();
    for (const line of listed.stdout.toString('utf8').split('\0')) {
      const tab = line.indexOf('\t');
      known.set(line.slice(tab + 1), line.slice(0, tab).replace(/ \d$/, ''));
    }
    const changes = await changesBetween(repository, step.old, step.new);
    const behind = changes.filter(({ path, before }) => known.get(path) === before);
    await putInIndex(repository, copy, behind);
    renameSync(copy, indexOf(repository));
  });
  if (result !== undefined) throw new Error(result.message);
}

/** Brings back what a step has taken away that was never recorded, and puts nothing over a file that is there. */
async function restoreFiles(repository: Project, step: Intent['steps'][number]): Promise<void> {
  const { root } = repository;
  const changes = await changesBetween(repository, step.old, step.new);
  const missing = changes.filter(({ path, before }) => before !== undefined && !lookAt(join(root, path)));
  if (missing.length === 0) return;
  const input = missing.map(({ path }) => `${path}\0`).join('');
  await git(root, ['checkout-index', '-q', '-z', '--stdin'], { input });
}

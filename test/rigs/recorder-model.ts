/**
 * One job from its claim to its record in the model. A branch is the list of what was recorded on it, an entry being the
 * job and who recorded it; so is what the index and the work tree are at.
 */
import { join } from 'node:path';
import { releaseClaim, takeClaim } from '../../src/run/claims/claim.ts';
import { computeOnce } from '../../src/run/claims/claimed-job.ts';
import { LOCK_FOLDER, RECORD } from '../../src/run/claims/record-lock.ts';
import { breakDeadLock, tryLockIndex, unlockIndex } from '../../src/run/recording/index-lock.ts';
import { hasDeadRecorder, type Recovery, recoverAll } from '../../src/run/recording/recover.ts';
import { isStaged } from '../../src/run/staging.ts';
import { errorCode, shard } from '../../src/run/state.ts';
import { begin, JOB, type ModelMachine, type ModelRunner } from './claim-model.ts';
import type { Script, Situation } from './interleavings.ts';
import { ModelFiles, type ModelOptions } from './model-files.ts';

/** A project of which nothing is recorded yet. */
export function emptyProject(
  more: Readonly<Record<string, string>> = {},
  options?: ModelOptions,
): ModelFiles {
  return ModelFiles.with({ 'git/branch': '', 'git/index': '', 'git/tree': '', ...more }, options);
}

/** The same with a result that waits. */
export function withResult(options?: ModelOptions): ModelFiles {
  return emptyProject({ [shard('results', JOB)]: 'output' }, options);
}

/** A runner that records. */
interface ModelRecorder extends ModelRunner {
  readonly folder: string;
}

/** Somebody's git works on the index; nobody waits for it in the model. */
const LOCKED = new Error('The index is locked.');

const GIT = { gitDirectory: 'git' };

/**
 * A runner that does the job, or waits for who does it, and records it, as often as it takes.
 * @param isRecorder - Whether it only records.
 */
export function runner(name: string, rounds: number, machine: ModelMachine, isRecorder = false): Script {
  return async (stage) => {
    const begun = begin(name, stage, machine);
    const { holder } = begun;
    const self = { ...begun, folder: join(begun.state.record, name) };
    stage.step('make-folder', self.folder);
    for (let round = 0; round < rounds; round += 1) {
      if (holder.isFenced()) break;
      if (!isRecorder && !(await isRecorded(self))) await compute(self);
      await flush(self);
    }
    stage.step('remove-folder', self.folder);
    holder.end();
    stage.step('remove', `proc/${name}`);
  };
}

function branch({ stage }: ModelRunner): string {
  return String(stage.step('read', 'git/branch'));
}

async function isRecorded(self: ModelRecorder): Promise<boolean> {
  return branch(self).includes(JOB);
}

async function compute(self: ModelRecorder): Promise<void> {
  const { holder, stage, state, fault } = self;
  const look = { isCurrent: async () => !(await isRecorded(self)), isWanted: () => true };
  const work = async (): Promise<void> => {
    const { token } = holder.facts;
    stage.step('create', `running/${token}`, '');
    stage.step('remove', `running/${token}`);
    stage.step('write', `executed/${token}`, '');
    if (holder.isFenced()) return;
    // By one rename, from a workspace that is nobody else's.
    stage.step('write', `workspaces/${token}/result`, 'output');
    try {
      holder.files.rename(`workspaces/${token}/result`, shard(state.results, JOB));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  };
  if (fault !== 'look-before-claim') {
    await computeOnce({ ...self, state }, JOB, look, async (claim) => {
      stage.enter(JOB);
      await work();
      stage.leave(JOB);
      return claim;
    });
    return;
  }
  if (isStaged(state, JOB, holder.files) || (await isRecorded(self))) return;
  await computeOnce(
    { ...self, state: { ...state, results: 'nowhere' } },
    JOB,
    { ...look, isCurrent: async () => true },
    async (claim) => {
      await work();
      return claim;
    },
  );
}

/** As `Recorder.flush`. */
async function flush(self: ModelRecorder): Promise<void> {
  const { state, holder, observer, stage } = self;
  if (!isStaged(state, JOB, holder.files) && !hasDeadRecorder(self)) return;
  if (holder.isFenced()) return;
  const claim = takeClaim(join(state.record, LOCK_FOLDER), RECORD, holder, observer);
  if (!claim.ok) return;
  stage.enter('record lock');
  try {
    await recoverAll(self, finish);
    if (isStaged(state, JOB, holder.files)) withIndex(self, () => record(self));
  } catch (error) {
    // A run ends over a locked index; what one finds that was declared dead is that its folder is gone.
    if (error !== LOCKED && (errorCode(error) !== 'ENOENT' || !holder.isFenced())) throw error;
  } finally {
    stage.leave('record lock');
    releaseClaim(claim.claim, holder);
  }
}

/** As `withIndexLock`, but that who finds it locked comes again later. */
function withIndex(self: ModelRecorder, action: () => void): boolean {
  const { holder, stage, fault } = self;
  for (let attempt = 0; !tryLockIndex(GIT, self); attempt += 1)
    if (attempt > 0 || !breakDeadLock(GIT, self)) return false;
  stage.enter('index lock');
  try {
    action();
  } finally {
    stage.leave('index lock');
    if (fault === 'anybodys-lock-removed') holder.files.remove('git/index.lock');
    else unlockIndex(GIT, self);
  }
  return true;
}

/** As `Recorder.#record` and `stepForward`. */
function record(self: ModelRecorder): void {
  const { holder, stage, state } = self;
  const { token } = holder.facts;
  const { folder } = self;
  const ref = `refs/${token}`;
  if (holder.isFenced()) return;
  const tip = branch(self);
  if (!tip.includes(JOB)) {
    const next = `${tip}${JOB} by ${token};`;
    stage.step('write', ref, next);
    try {
      copyIndex(self, folder);
      stage.step('write', `${folder}/intent`, JSON.stringify({ old: tip, next }));
      if (!readTree(self, folder, tip, next)) return;
      if (stage.step('move-branch', tip, next, ref) !== true) {
        readTree(self, folder, next, tip);
        return;
      }
      holder.files.rename(`${folder}/index`, 'git/index');
      holder.files.remove(`${folder}/intent`);
    } finally {
      stage.step('remove', ref);
    }
  }
  try {
    holder.files.rename(shard(state.results, JOB), `trash/${JOB} by ${token}`);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function copyIndex({ stage, fault }: ModelRunner, folder: string): void {
  if (fault === 'folder-made-again') stage.step('make-folder', folder);
  stage.step('write', `${folder}/index`, String(stage.step('read', 'git/index')));
}

/** `git read-tree -m -u`: locks the private index beside it, and refuses what is not as it should be. */
function readTree({ stage }: ModelRunner, folder: string, from: string, to: string): boolean {
  return stage.step('read-tree', `${folder}/index`, from, to) === true;
}

/** As `recover`. */
async function finish(self: ModelRecorder, folder: string, token: string): Promise<Recovery> {
  const { holder, stage, fault } = self;
  if (fault !== 'refs-kept') stage.step('remove', `refs/${token}`);
  const text =
    stage.step('has', `${folder}/intent`) === true ? String(stage.step('read', `${folder}/intent`)) : '';
  breakDeadLock(GIT, self);
  if (text !== '') {
    const { next } = JSON.parse(text) as { next: string };
    if (branch(self).startsWith(next)) {
      const done = withIndex(self, () => {
        copyIndex(self, self.folder);
        stage.step('write', `${self.folder}/index`, next);
        holder.files.rename(`${self.folder}/index`, 'git/index');
      });
      if (!done) throw LOCKED;
    }
  }
  if (fault === 'refs-kept') stage.step('remove', `refs/${token}`);
  return { hadBegun: text !== '', datasets: [''] };
}

/** What must hold at any time. */
export function wrongRecord({ shared }: Pick<Situation<ModelFiles>, 'shared'>): string | undefined {
  const records = (shared.text('git/branch') ?? '').split(';').length - 1;
  return records > 1 ? 'The result is recorded twice.' : undefined;
}

/** What must hold once everybody has ended. */
export function wrongEnd(shared: ModelFiles): string | undefined {
  const [tip = '', index, tree] = ['git/branch', 'git/index', 'git/tree'].map((path) => shared.text(path));
  if (tip.split(';').length !== 2) return `What is recorded at the end is: ${tip || 'nothing'}.`;
  if (index !== tip) return `The index is at ${index || 'nothing'} and the branch at ${tip}.`;
  // Who has written what is the same in all results of the job.
  if (tree?.replaceAll(/by \w+/g, '') !== tip.replaceAll(/by \w+/g, ''))
    return `The work tree is at ${tree || 'nothing'} and the branch at ${tip}.`;
  if (shared.text('git/index.lock') !== undefined) return 'The index stays locked.';
  if (shared.list('results').length > 0) return 'The result waits still, though it is recorded.';
  if (shared.list('refs').length > 0) return `A private ref stays: ${shared.list('refs')}.`;
  const left = shared.list('record').filter((name) => name !== LOCK_FOLDER);
  return left.length > 0 ? `The folder of a recorder stays: ${left}.` : undefined;
}

/** Somebody's git, which takes the lock of the index as git does, writes the index anew, and knows nothing of us. */
export function usersGit(): Script {
  return async ({ step, enter, leave }) => {
    try {
      step('create', 'git/index.lock', 'of git');
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return;
      throw error;
    }
    enter('index lock');
    const index = step('read', 'git/index');
    leave('index lock');
    step('fill', 'git/index.lock', String(index));
    step('rename', 'git/index.lock', 'git/index');
  };
}

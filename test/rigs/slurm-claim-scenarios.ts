/**
 * Claims that go through a queue of Slurm's, in every order of steps: a run that submits, a task that begins, one that cancels it
 * and another run. Claims and holders are the real code; Slurm, the job and its result are a few steps each.
 */
import { releaseClaim, takeClaim } from '../../src/run/claims/claim.ts';
import { Holder } from '../../src/run/claims/holder.ts';
import { queueClaims } from '../../src/run/slurm/arrays.ts';
import { shard } from '../../src/run/state.ts';
import {
  begin,
  isPrivate,
  JOB,
  type ModelRunner,
  observerOf,
  STATE,
  severalOwners,
  worldOf,
} from './claim-model.ts';
import { type Explored, explore, type Script, type Situation, type Stage } from './interleavings.ts';
import { ModelFiles } from './model-files.ts';

/** The task, and the holder that claims its job while it is queued. */
const TASK = { array: 'array', task: 0 };
const QUEUED = 'queued';

/** Where Slurm notes that it was asked, and what has become of the task. */
const ASKED = 'slurm/asked';
const STANDING = 'slurm/standing';

/** Where a result waits, where it is recorded, and where a task leaves it that has only a store. */
const RESULT = shard(STATE.results, JOB);
const RECORDED = 'recorded';
const STORE = 'store';

/** A rule that is not kept, to see that this is found. */
export type QueueFault =
  /** What is queued is taken for dead by a clock. */
  | 'clock'
  /** Slurm's word is believed before what was handed back is taken in. */
  | 'not-taken-in'
  /** Whoever has the claim does not look again. */
  | 'no-look';

/** What is gone through. */
export interface Queue {
  /** Whether the task works on its node's disk, has no claim of its own, and hands back through a store. */
  readonly isScratch: boolean;
  readonly kills?: number;
  readonly isCancelled?: boolean;
  /** How often the other run tries. */
  readonly tries: number;
  /** How often the run that submits looks what has become of it; once by default. */
  readonly looks?: number;
  readonly fault?: QueueFault;
}

/** All orders. */
export function queues(options: Queue): Promise<Explored> {
  const { kills = 0, isCancelled, isScratch, fault, tries, looks = 1 } = options;
  const machine = { isOneHost: true };
  const isRecorded = (stage: Stage): boolean => stage.step('has', RECORDED) === true;
  const isWaiting = (stage: Stage): boolean => stage.step('has', RESULT) === true;

  /** What Slurm says: whether the task has ended, or never will begin. Whether the run that asks it has gone is looked at first. */
  const hasEnded = ({ stage }: ModelRunner): boolean => {
    const isGone = stage.step('has', 'proc/run') !== true;
    if (stage.step('has', ASKED) !== true) return isGone;
    if (stage.step('has', STANDING) !== true) return false;
    return stage.step('read', STANDING) === 'cancelled' || stage.step('has', 'proc/task') !== true;
  };
  /** As `lookAtTasks` does. */
  const look = (runner: ModelRunner): boolean => {
    const isOver = hasEnded(runner);
    if (isOver && isScratch && fault !== 'not-taken-in') takeIn(runner.stage);
    if (isOver) runner.observer.noteEnded(TASK);
    return isOver;
  };
  const takeIn = (stage: Stage): void => {
    if (stage.step('has', STORE) !== true) return;
    stage.step('write', RESULT, '');
    stage.step('remove', STORE);
  };
  const record = (stage: Stage): void => {
    if (!isWaiting(stage)) return;
    stage.step('write', RECORDED, '');
    stage.step('remove', RESULT);
  };
  const compute = ({ stage, holder }: ModelRunner, name: string): void => {
    stage.enter(JOB);
    stage.step('write', `executed/${name}`, '');
    if (!holder.isFenced()) stage.step('write', RESULT, '');
    stage.leave(JOB);
  };
  const end = ({ stage, holder }: ModelRunner, name: string): void => {
    holder.end();
    stage.step('remove', `proc/${name}`);
  };

  const run: Script = async (stage) => {
    const runner = begin('run', stage, machine);
    const { holder, observer } = runner;
    const taken = takeClaim(STATE.claims, JOB, holder, observer);
    if (taken.ok && (isWaiting(stage) || isRecorded(stage))) releaseClaim(taken.claim, holder);
    else if (taken.ok) {
      queueClaims(STATE, holder, QUEUED, TASK, [taken.claim]);
      stage.step('write', ASKED, '');
      for (let attempt = 0; attempt < looks; attempt += 1) {
        if (isScratch) takeIn(stage);
        const isOver = look(runner);
        const hasCome = isWaiting(stage);
        if (!hasCome && !isOver) continue;
        const isHeir = (one: { readonly token: string }): boolean => isScratch && one.token === QUEUED;
        const back = takeClaim(STATE.claims, JOB, holder, observer, isHeir);
        record(stage);
        if (back.ok) releaseClaim(back.claim, holder);
        stage.step('remove', `holders/${QUEUED}`);
        break;
      }
    }
    end(runner, 'run');
  };

  const task: Script = async (stage) => {
    if (stage.step('has', ASKED) !== true) return;
    stage.step('create', 'proc/task', '');
    if (stage.step('has', STANDING) === true) return void stage.step('remove', 'proc/task');
    // Slurm begins what nobody has cancelled, in one step.
    try {
      stage.step('create', STANDING, 'begun');
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
      return void stage.step('remove', 'proc/task');
    }
    if (isScratch) {
      stage.enter(JOB);
      stage.step('write', 'executed/task', '');
      stage.step('write', STORE, '');
      stage.leave(JOB);
    } else workInProject(stage);
    stage.step('remove', 'proc/task');
  };
  const workInProject = (stage: Stage): void => {
    const world = worldOf('task', stage, machine);
    const holder = new Holder(STATE, 'run', world, { ...TASK, start: 0 });
    const observer = observerOf(world, undefined);
    const isCalledOff = stage.step('has', `holders/${QUEUED}`) !== true;
    const runner: ModelRunner = { state: STATE, holder, observer, stage, fault: undefined };
    const isHeir = (one: { readonly token: string }): boolean => one.token === QUEUED;
    const taken = isCalledOff ? undefined : takeClaim(STATE.claims, JOB, holder, observer, isHeir);
    if (taken?.ok === true) {
      const isDone = taken.inherited !== true && (isWaiting(stage) || isRecorded(stage));
      if (!isDone) compute(runner, 'task');
      releaseClaim(taken.claim, holder);
    }
    holder.end();
  };

  const cancel: Script = async (stage) => {
    if (stage.step('has', ASKED) !== true) return;
    if (stage.step('has', STANDING) !== true) {
      try {
        stage.step('create', STANDING, 'cancelled');
      } catch (error) {
        if ((error as { code?: string }).code !== 'EEXIST') throw error;
      }
    }
  };

  const other =
    (name: string, attempts: number, isLast: boolean): Script =>
    async (stage) => {
      const runner = begin(name, stage, machine);
      const { holder, observer } = runner;
      if (fault === 'clock') observer.isDead = ({ token }) => token === QUEUED;
      // Whoever comes when nobody is at work calls off what has not begun.
      if (isLast) await cancel(stage);
      let isThrough = false;
      for (let attempt = 0; attempt < attempts && !isThrough; attempt += 1) {
        if (fault !== 'clock') look(runner);
        const taken = takeClaim(STATE.claims, JOB, holder, observer);
        if (!taken.ok) continue;
        if (fault === 'no-look' || !(isWaiting(stage) || isRecorded(stage))) compute(runner, name);
        releaseClaim(taken.claim, holder);
        isThrough = true;
      }
      if (isLast && !isThrough) throw new Error('Nobody can ever claim the job again.');
      if (isLast) record(stage);
      end(runner, name);
    };

  return explore({
    start: ModelFiles.with({}),
    scripts: {
      run,
      task,
      ...(isCancelled === true ? { cancel } : {}),
      ...(tries > 0 ? { other: other('other', tries, false) } : {}),
    },
    isPrivate,
    kills,
    wrongIn: (situation) =>
      severalOwners(situation) ?? buriedAlive(situation) ?? (kills === 0 ? doneTwice(situation) : undefined),
    successor: {
      comes: ({ actors }) => actors.every(({ standing }) => standing !== 'at work'),
      script: (name) => other(name, 3, true),
      wrongAfter: (shared) =>
        shared.text(RECORDED) === undefined ? 'The job has no result in the end.' : undefined,
    },
  });
}

/** Of what is queued, only Slurm says that it has ended. */
function buriedAlive({ shared, actors }: Situation<ModelFiles>): string | undefined {
  if (shared.text(`holders/${QUEUED}.dead`) === undefined) return undefined;
  const isGone = shared.text(STANDING) === 'cancelled' || shared.text('proc/task') === undefined;
  const hasBegun = shared.text(STANDING) !== undefined;
  const isGivenUp =
    shared.text(ASKED) === undefined &&
    actors.some(({ name, standing }) => name === 'run' && standing !== 'at work');
  return (hasBegun && isGone) || isGivenUp ? undefined : 'What is queued was declared dead.';
}

function doneTwice({ shared }: Situation<ModelFiles>): string | undefined {
  const executions = shared.list('executed');
  return executions.length > 1 ? `The job was run ${executions.length} times.` : undefined;
}

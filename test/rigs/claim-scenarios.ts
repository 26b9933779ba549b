/** What is gone through in every order of steps: claiming, and recording with its recovery. */
import { type Claim, type ClaimResult, releaseClaim, takeClaim } from '../../src/run/claims/claim.ts';
import type { Holder, Observer } from '../../src/run/claims/holder.ts';
import { begin, isPrivate, JOB, type ModelMachine, STATE, severalOwners } from './claim-model.ts';
import { type Explored, explore, type Script, type Situation } from './interleavings.ts';
import { ModelFiles, type ModelOptions } from './model-files.ts';
import { emptyProject, runner, usersGit, withResult, wrongEnd, wrongRecord } from './recorder-model.ts';

/** One that comes later on a host of its own looks at most so often before it gets a claim that nobody gives back. */
const PATIENCE = 4;

/** Who claims, and on what. */
export interface Claimers extends ModelMachine {
  /** How often each of them tries. */
  readonly tries: readonly number[];
  /** Whether they go on trying when they have had the claim. */
  readonly isGreedy?: boolean;
  readonly files?: ModelOptions;
  readonly kills?: number;
  readonly take?: (folder: string, key: string, self: Holder, observer: Observer) => ClaimResult;
  readonly wrongIn?: (situation: Situation<ModelFiles>) => string | undefined;
}

/** Runners that claim a job, and give back what they got. */
export function claimers(options: Claimers): Promise<Explored> {
  const { tries, isOneHost, kills = 0, take = takeClaim, wrongIn } = options;
  const scripts = Object.fromEntries(
    tries.map((attempts, at): [string, Script] => {
      const name = 'ABC'[at] ?? '';
      return [name, async (stage) => claimAgain(name, attempts, stage)];
    }),
  );
  const claimAgain = (name: string, attempts: number, stage: Parameters<Script>[0]): void => {
    const { holder, observer } = begin(name, stage, options);
    for (
      let attempt = 0, had = false;
      attempt < attempts && (!had || options.isGreedy === true);
      attempt += 1
    ) {
      const taken = take(STATE.claims, JOB, holder, observer);
      if (!taken.ok) continue;
      had = true;
      stage.enter(JOB);
      // As every runner does before it hands anything over.
      if (!holder.isFenced()) stage.step('write', `executed/${name}`, '');
      stage.leave(JOB);
      releaseClaim(taken.claim, holder);
    }
    // The files of three are left to lie: their removal is nothing that the others would look at.
    if (tries.length < 3) holder.end();
    stage.step('remove', `proc/${name}`);
  };
  return explore({
    start: ModelFiles.with({}, options.files),
    scripts,
    isPrivate,
    kills,
    wrongIn: (situation) => severalOwners(situation) ?? wrongIn?.(situation),
    successor: {
      // Whoever was not killed on one host is waited for.
      comes: ({ actors }) => isOneHost === false || actors.every(({ standing }) => standing !== 'at work'),
      script: (name) => async (stage) => {
        const { holder, observer } = begin(name, stage, { isOneHost });
        let claim: Claim | undefined;
        for (let attempt = 0; attempt < PATIENCE && claim === undefined; attempt += 1) {
          const taken = takeClaim(STATE.claims, JOB, holder, observer);
          if (taken.ok) claim = taken.claim;
        }
        if (claim === undefined) throw new Error('Nobody can ever claim the job again.');
        releaseClaim(claim, holder);
        holder.end();
      },
      wrongAfter: (shared) =>
        isOneHost && kills === 0 && shared.list('executed').length === 0
          ? 'Nobody had the claim.'
          : undefined,
    },
  });
}

/** Who computes and records, and on what. */
export interface Recorders extends ModelMachine {
  /** How many rounds of claiming and recording each of them goes through. */
  readonly rounds: readonly number[];
  /** Whether a result waits already, and is only to be recorded. */
  readonly hasResult?: boolean;
  readonly files?: ModelOptions;
  readonly kills?: number;
  readonly victims?: readonly string[];
  /** Whether somebody uses git meanwhile. */
  readonly hasUser?: boolean;
}

/** Runners that do one job and record it; one that comes after them must find nothing that it cannot go on with. */
export function recorders(options: Recorders): Promise<Explored> {
  const { rounds, isOneHost, kills = 0, victims, hasResult, hasUser, files } = options;
  const scripts = rounds.map((count, at): [string, Script] => [
    'ABC'[at] ?? '',
    runner('ABC'[at] ?? '', count, options, hasResult),
  ]);
  return explore({
    start: hasResult === true ? withResult(files) : emptyProject({}, files),
    // The last one goes first: it is found soon what comes of it when the others find it held up near its end.
    scripts: Object.fromEntries([
      ...(hasUser === true ? [['git', usersGit()] as const] : []),
      ...scripts.reverse(),
    ]),
    isPrivate,
    kills,
    ...(victims === undefined ? {} : { victims }),
    wrongIn: (situation) => {
      const running = isOneHost ? situation.shared.list('running') : [];
      if (running.length > 1) return `The job runs twice at a time: ${running.join(' and ')}.`;
      return severalOwners(situation) ?? wrongRecord(situation);
    },
    successor: {
      comes: ({ actors }) =>
        // What a killed git leaves is for its user to remove.
        actors.every(
          ({ name, standing }) =>
            standing === 'ended' || (!isOneHost && name !== 'git') || standing === 'killed',
        ),
      script: (name) => runner(name, 2 * PATIENCE, { isOneHost }),
      wrongAfter: (shared) => {
        const executions = shared.list('executed').length;
        if (isOneHost && kills === 0 && executions > 1) return `The job was run ${executions} times.`;
        return wrongEnd(shared);
      },
    },
  });
}

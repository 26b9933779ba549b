/**
 * Giving claims free by hand, where a person knows that their holder is dead and no machine can: its host is gone, and
 * the lease has not run out. It is done as a runner does it that finds a dead holder: the mark comes first.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Project } from '../../project/open.ts';
import { listed } from '../listed.ts';
import { recorderNow } from '../observe.ts';
import { underRecordLock } from '../recording/recover.ts';
import type { State } from '../state.ts';
import { heldClaims, releaseClaim, takeClaim } from './claim.ts';
import { BEAT_INTERVAL } from './claim-world.ts';
import { Holder, type HolderFacts, type Observer, readHolder } from './holder.ts';

/** How long a far holder is watched for a sign of life, in beats. */
const WATCHED_BEATS = 3;

/** Who holds claims, and what is known of it. */
export interface KnownHolder {
  readonly facts: HolderFacts;
  /** The jobs that it has claimed. */
  readonly jobs: readonly string[];
  /** What else it keeps others from, in words. */
  readonly locks: readonly string[];
  /** When it began, by the file system's clock; `undefined` where nothing of it is left but its claims. */
  readonly since: Date | undefined;
  /** When it last gave a sign of life, by the file system's clock. */
  readonly lastBeat: Date | undefined;
  /** Far holders can only be watched. */
  readonly standing: 'alive' | 'dead' | 'far';
}

/**
 * Everybody who holds a claim, dead or alive.
 * @param run - One that is told of though it holds none, unless it is dead: what it has left stays as long as it may live.
 */
export function knownHolders(state: State, observer: Observer, run?: string): KnownHolder[] {
  const byToken = new Map<string, Pick<KnownHolder, 'facts'> & { jobs: string[]; locks: string[] }>();
  const of = (facts: HolderFacts): { jobs: string[]; locks: string[] } => {
    const known = byToken.get(facts.token) ?? { facts, jobs: [], locks: [] };
    byToken.set(facts.token, known);
    return known;
  };
  for (const [job, facts] of heldClaims(state.claims)) of(facts).jobs.push(job);
  const recorder = recorderNow(state);
  if (recorder !== undefined) of(recorder).locks.push('the recording of results');
  for (const facts of heldClaims(state.fetching).values()) of(facts).locks.push('the fetching of content');
  for (const token of run === undefined ? [] : listed(state.holders)) {
    const facts = token.includes('.') ? undefined : readHolder(join(state.holders, token));
    if (facts !== undefined && facts.run === run && !observer.isDead(facts)) of(facts);
  }
  return [...byToken.values()].map(({ facts, jobs, locks }) => {
    const file = join(state.holders, facts.token);
    const near = observer.isNear(facts) ? 'alive' : 'far';
    const standing = observer.isDead(facts) ? 'dead' : near;
    return { facts, jobs, locks, since: timeOf(file), lastBeat: timeOf(`${file}.beat`), standing };
  });
}

/** Whether a far holder gives a sign of life within three beats. */
export async function beatsOn(state: State, { facts }: KnownHolder): Promise<boolean> {
  const beat = (): number | undefined => timeOf(join(state.holders, `${facts.token}.beat`))?.getTime();
  const before = beat();
  for (const start = performance.now(); performance.now() - start < WATCHED_BEATS * BEAT_INTERVAL; ) {
    await delay(BEAT_INTERVAL / 10);
    if (beat() !== before) return true;
  }
  return false;
}

/**
 * Declares a holder dead and gives everything free that it holds, a record that it has begun included. The mark fences
 * it for good: should it wake up, it hands nothing over. Killed in between, any runner goes on with the rest.
 * @returns The jobs whose claims were given free; others have been taken by somebody else in the meantime.
 */
export async function releaseHolder(
  project: Project,
  state: State,
  observer: Observer,
  { facts, jobs }: KnownHolder,
): Promise<string[]> {
  const self = new Holder(state, '');
  try {
    observer.markDead(facts, self);
    const freed = jobs.filter((job) => {
      const taken = takeClaim(state.claims, job, self, observer);
      if (taken.ok) releaseClaim(taken.claim, self);
      return taken.ok;
    });
    await underRecordLock({ project, state, holder: self, observer }, () => Promise.resolve());
    return freed;
  } finally {
    self.end();
  }
}

function timeOf(path: string): Date | undefined {
  try {
    return statSync(path).mtime;
  } catch {
    return undefined;
  }
}

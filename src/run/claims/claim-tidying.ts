/**
 * Removing claims, which are never removed one by one: while anybody can hold one, its highest generation must stay.
 * Only when no runner is left can they go, all at once by one rename. A runner makes itself known first and looks
 * for the sign then; who tidies puts the sign up first and looks for runners then: one of them sees the other.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listed } from '../listed.ts';
import type { State } from '../state.ts';
import { heldClaims, releaseClaim, takeClaim } from './claim.ts';
import { type Holder, type HolderFacts, type Observer, readHolder } from './holder.ts';
import { LOCK_FOLDER } from './record-lock.ts';

/** The claim that is the sign; it lies with the record lock, outside of what is removed. */
const SIGN = 'tidying';

/** Gives free what dead runners have claimed, so that nobody needs their files any more. Returns the jobs. */
export function freeDeadClaims(state: State, self: Holder, observer: Observer): string[] {
  return [...heldClaims(state.claims)].flatMap(([job, holder]) => {
    const taken = observer.isDead(holder) ? takeClaim(state.claims, job, self, observer) : undefined;
    if (taken?.ok !== true) return [];
    releaseClaim(taken.claim, self);
    return [job];
  });
}

/** Claims that nobody holds, and whether they could go now: not while anybody is there who could know of one. */
export function idleClaims(state: State, observer: Observer): { count: number; removable: boolean } {
  const files = listed(state.claims).reduce((sum, name) => sum + listed(join(state.claims, name)).length, 0);
  const held = [...heldClaims(state.claims).values()].filter((holder) => !observer.isDead(holder)).length;
  const isLive = (token: string): boolean => {
    const facts = readHolder(join(state.holders, token));
    return facts !== undefined && !observer.isDead(facts);
  };
  return { count: files - held, removable: !runners(state).some(isLive) };
}

/**
 * Removes all claims, unless there is a runner, known to be dead or not: the files of dead ones go first. The record
 * lock must be held, so that two do not tidy at once.
 * @returns Whether they are gone.
 */
export function removeClaims(state: State, self: Holder, observer: Observer): boolean {
  return underSign(
    state,
    self,
    observer,
    () => true,
    () => {
      // One rename, not a removal that could be stopped half way and go on when runners have come.
      renameSync(state.claims, join(state.trash, `claims-${self.facts.token}`));
      mkdirSync(state.claims, { recursive: true });
    },
  );
}

/**
 * Does what can be done while nobody else is there: puts the sign up, at which all who come wait, and looks for runners then.
 * @param counts - Whether somebody who is there keeps it from being done, known to be dead or not.
 * @returns Whether it was done.
 */
export function underSign(
  state: State,
  self: Holder,
  observer: Observer,
  counts: (other: HolderFacts | undefined) => boolean,
  work: () => void,
): boolean {
  const sign = takeClaim(join(state.record, LOCK_FOLDER), SIGN, self, observer);
  if (!sign.ok) return false;
  try {
    const others = runners(state).filter((token) => token !== self.facts.token);
    const isInUse = others.some((token) => counts(readHolder(join(state.holders, token))));
    if (isInUse || self.isFenced()) return false;
    work();
    return true;
  } finally {
    releaseClaim(sign.claim, self);
  }
}

/** Waits until nobody removes claims. To be called by a runner that has its holder file and no claim yet. */
export async function untilTidied(state: State, observer: Observer): Promise<void> {
  const isTidying = (): boolean => {
    const holder = heldClaims(join(state.record, LOCK_FOLDER)).get(SIGN);
    return holder !== undefined && !observer.isDead(holder);
  };
  while (isTidying()) await delay(20);
}

function runners(state: State): string[] {
  return listed(state.holders).filter((name) => !name.includes('.'));
}

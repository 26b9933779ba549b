import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { releaseClaim, takeClaim } from '../../src/run/claims/claim.ts';
import { freeDeadClaims, removeClaims, untilTidied } from '../../src/run/claims/claim-tidying.ts';
import { Holder, Observer } from '../../src/run/claims/holder.ts';
import { LOCK_FOLDER } from '../../src/run/claims/record-lock.ts';
import { prepareState, type State, stateOf } from '../../src/run/state.ts';

const KEY = 'ab'.repeat(32);

describe('removing claims', () => {
  let folder: string;
  let state: State;
  let observer: Observer;
  let self: Holder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minipach-claims-'));
    state = stateOf({ commonDirectory: folder });
    assert.equal(prepareState(state), undefined);
    observer = new Observer(state);
    self = new Holder(state, '');
  });
  afterEach(() => {
    self.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const leaveClaim = (holder: Holder): void => {
    const taken = takeClaim(state.claims, KEY, holder, observer);
    assert.ok(taken.ok);
    releaseClaim(taken.claim, holder);
  };
  const generations = (): string[] => readdirSync(join(state.claims, 'ab'));

  it('is done when nobody could know of one', () => {
    leaveClaim(self);
    assert.ok(removeClaims(state, self, observer));
    assert.deepEqual(readdirSync(state.claims), []);
    leaveClaim(self);
    assert.deepEqual(generations(), [`${KEY}.2`], 'generations begin anew');
  });

  it('is not done beside a runner, be it marked as dead: it may wake up between its look and its link', () => {
    leaveClaim(self);
    const other = new Holder(state, 'run');
    assert.ok(!removeClaims(state, self, observer));
    observer.markDead(other.facts, self);
    assert.ok(!removeClaims(state, self, observer));
    other.end();
    assert.ok(removeClaims(state, self, observer));
  });

  it('is not done by one that was declared dead itself', () => {
    leaveClaim(self);
    observer.markDead(self.facts, self);
    assert.ok(!removeClaims(state, self, observer));
    assert.deepEqual(generations(), [`${KEY}.2`]);
  });

  it('is waited for by a runner that begins', async () => {
    const sign = takeClaim(join(state.record, LOCK_FOLDER), 'tidying', self, observer);
    assert.ok(sign.ok);
    let isOver = false;
    const waiting = untilTidied(state, observer).then(() => {
      isOver = true;
    });
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    assert.ok(!isOver);
    releaseClaim(sign.claim, self);
    await waiting;
    // Nor does anybody wait for one that died over it.
    const dead = new Holder(state, '');
    assert.ok(takeClaim(join(state.record, LOCK_FOLDER), 'tidying', dead, observer).ok);
    observer.markDead(dead.facts, self);
    await untilTidied(state, observer);
    dead.end();
  });

  it('gives free what dead runners hold, with a free generation above', () => {
    const dead = new Holder(state, 'run');
    assert.ok(takeClaim(state.claims, KEY, dead, observer).ok);
    assert.deepEqual(freeDeadClaims(state, self, observer), []);
    observer.markDead(dead.facts, self);
    assert.deepEqual(freeDeadClaims(state, self, observer), [KEY]);
    assert.deepEqual(generations(), [`${KEY}.3`]);
    dead.end();
  });

  it('of files: a runner whose own file is gone is fenced, so that its mark can go as well', () => {
    const taken = takeClaim(state.claims, KEY, self, observer);
    assert.ok(taken.ok);
    assert.ok(!self.isFenced());
    for (const file of [self.file, self.freeFile]) unlinkSync(file);
    assert.ok(!existsSync(`${self.file}.dead`));
    assert.ok(self.isFenced());
    // Woken up, it has nothing to give back and nothing to take.
    releaseClaim(taken.claim, self);
    assert.ok(!takeClaim(state.claims, 'cd'.repeat(32), self, observer).ok);
  });
});

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Holder, Observer } from '../../src/run/claims/holder.ts';
import {
  breakDeadLock,
  type LockMeans,
  tryLockIndex,
  unlockIndex,
} from '../../src/run/recording/index-lock.ts';
import { prepareState, stateOf } from '../../src/run/state.ts';
import { TestProject } from '../rigs/project.ts';

describe('the lock of an index', () => {
  let project: TestProject;
  let recorders: (LockMeans & { holder: Holder })[];

  beforeEach(() => {
    project = TestProject.make();
    const state = stateOf({ commonDirectory: project.path('.git') });
    prepareState(state);
    recorders = ['first', 'second', 'third'].map((run) => {
      const holder = new Holder(state, run);
      const folder = join(state.record, holder.facts.token);
      mkdirSync(folder, { recursive: true });
      return { holder, observer: new Observer(state), folder };
    });
  });
  afterEach(() => {
    for (const { holder } of recorders) holder.end();
    project.remove();
  });

  it('of a dead recorder is left to the next one by one that was declared dead itself', () => {
    const place = { gitDirectory: project.path('.git') };
    const lock = project.path('.git', 'index.lock');
    const [first, second, third] = recorders;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.ok(tryLockIndex(place, first));
    assert.equal(breakDeadLock(place, second), false, 'it lives');
    second.observer.markDead(first.holder.facts, second.holder);
    // Whoever sees to a dead recorder moves its folder away, and the first was late as well.
    rmSync(first.folder, { recursive: true });
    rmSync(second.folder, { recursive: true });
    unlockIndex(place, first);
    assert.ok(existsSync(lock), 'it has nothing to let go with');
    assert.throws(() => breakDeadLock(place, second), { code: 'ENOENT' });
    assert.ok(existsSync(lock));
    assert.equal(breakDeadLock(place, third), true);
    assert.ok(!existsSync(lock));
  });
});

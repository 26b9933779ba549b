import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heldClaims, releaseClaim, takeClaim } from '../../src/run/claims/claim.ts';
import { DISK } from '../../src/run/claims/claim-files.ts';
import { Holder, type HolderFacts, Observer } from '../../src/run/claims/holder.ts';
import { prepareState, type State, stateOf } from '../../src/run/state.ts';

const KEY = 'ab'.repeat(32);

describe('claims', () => {
  let folder: string;
  let state: State;
  let observer: Observer;
  const holders: Holder[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minipach-claims-'));
    state = stateOf({ commonDirectory: folder });
    assert.equal(prepareState(state), undefined);
    observer = new Observer(state);
  });
  afterEach(() => {
    for (const holder of holders.splice(0)) holder.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const makeHolder = (): Holder => {
    const holder = new Holder(state, 'run');
    holders.push(holder);
    return holder;
  };
  /** A holder of which only the file is there, as other hosts see it. */
  const plant = (facts: Partial<HolderFacts>): HolderFacts => {
    const whole = { ...makeHolder().facts, token: 'planted', ...facts };
    writeFileSync(join(state.holders, whole.token), JSON.stringify(whole));
    return whole;
  };
  const claimOf = (facts: HolderFacts): void => {
    const other = { file: join(state.holders, facts.token), files: DISK } as Holder;
    assert.ok(takeClaim(state.claims, KEY, other, observer).ok);
  };

  it('are held by one, and can be taken again when released', () => {
    const [one, two] = [makeHolder(), makeHolder()];
    const first = takeClaim(state.claims, KEY, one, observer);
    assert.ok(first.ok);
    const second = takeClaim(state.claims, KEY, two, observer);
    assert.ok(!second.ok);
    assert.equal(second.holder?.token, one.facts.token);
    assert.deepEqual([...heldClaims(state.claims).keys()], [KEY]);
    releaseClaim(first.claim, one);
    assert.deepEqual([...heldClaims(state.claims).keys()], []);
    const third = takeClaim(state.claims, KEY, two, observer);
    assert.ok(third.ok);
    assert.equal(third.claim.generation, 3);
    assert.deepEqual(readdirSync(join(state.claims, 'ab')), [`${KEY}.3`], 'older generations are gone');
  });

  it('of a process that is gone are broken, and the holder is fenced', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const pid = child.pid ?? 0;
    await new Promise((resolve) => child.on('close', resolve));
    const dead = plant({ pid, started: '1' });
    claimOf(dead);
    const self = makeHolder();
    assert.ok(takeClaim(state.claims, KEY, self, observer).ok);
    assert.ok(existsSync(join(state.holders, `${dead.token}.dead`)));
  });

  it('of another process with the same pid are broken: it started at another time', () => {
    const dead = plant({ pid: process.pid, started: '1' });
    claimOf(dead);
    assert.ok(takeClaim(state.claims, KEY, makeHolder(), observer).ok);
  });

  it('of another host are not broken by its pid, however dead that looks here', () => {
    const far = plant({ pid: 1, started: '1', place: 'another host' });
    claimOf(far);
    for (let look = 0; look < 5; look += 1)
      assert.ok(!takeClaim(state.claims, KEY, makeHolder(), observer).ok);
  });

  it('stay with a live process', () => {
    const live = makeHolder();
    assert.ok(takeClaim(state.claims, KEY, live, observer).ok);
    assert.ok(!takeClaim(state.claims, KEY, makeHolder(), observer).ok);
    assert.ok(!live.isFenced());
  });

  it('of a fenced holder are not given back over those of the one that took them', () => {
    const [late, quick] = [makeHolder(), makeHolder()];
    const first = takeClaim(state.claims, KEY, late, observer);
    assert.ok(first.ok);
    observer.markDead(late.facts, quick);
    assert.ok(late.isFenced());
    assert.ok(takeClaim(state.claims, KEY, quick, observer).ok);
    releaseClaim(first.claim, late);
    assert.equal(heldClaims(state.claims).get(KEY)?.token, quick.facts.token);
  });
});

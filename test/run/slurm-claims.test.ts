import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Claim, heldClaims, passClaim, releaseClaim, takeClaim } from '../../src/run/claims/claim.ts';
import { thisMachine } from '../../src/run/claims/claim-world.ts';
import { Holder, type HolderFacts, Observer, type TaskFacts } from '../../src/run/claims/holder.ts';
import { queueClaims, queuedToken, startedToken, taskHolders } from '../../src/run/slurm/arrays.ts';
import { prepareState, type State, stateOf } from '../../src/run/state.ts';

const KEY = 'ab'.repeat(32);
const TASK = { array: 'copy.0123456789', task: 3 };

describe('claims of tasks in Slurm', () => {
  let folder: string;
  let state: State;
  const holders: Holder[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minipach-task-claims-'));
    state = stateOf({ commonDirectory: folder });
    assert.equal(prepareState(state), undefined);
  });
  afterEach(() => {
    for (const holder of holders.splice(0)) holder.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const keep = (holder: Holder): Holder => {
    holders.push(holder);
    return holder;
  };
  const submitter = (): Holder => keep(new Holder(state, 'run'));
  /** A start of the task, as another host sees it: nobody's pid is known. */
  const started = (queued: string, start: number, place = 'another host'): Holder => {
    const token = startedToken(queued, start, `${Math.random()}`.slice(2));
    const facts: TaskFacts = { ...TASK, start };
    return keep(new Holder(state, 'run', { ...thisMachine(), place, token: () => token }, facts));
  };
  const taken = (holder: Holder, observer = new Observer(state)): Claim => {
    const result = takeClaim(state.claims, KEY, holder, observer);
    if (!result.ok) throw new Error('not taken');
    return result.claim;
  };
  /** Claims the key for the task; returns the token that it is queued by. */
  const queue = (holder: Holder, claim = taken(holder)): string => {
    const token = queuedToken(holder.facts.token, TASK.array, TASK.task);
    assert.deepEqual(queueClaims(state, holder, token, TASK, [claim]), []);
    return token;
  };
  const heirOf = (token: string) => (other: HolderFacts) => other.token === token;

  it('are held while it is queued, whatever becomes of the run, until Slurm says that it has ended', () => {
    const run = submitter();
    const claim = taken(run);
    const token = queue(run, claim);
    run.end();
    const [other, observer] = [submitter(), new Observer(state)];
    assert.deepEqual(
      taskHolders(state).map((one) => one.token),
      [token],
    );
    for (let look = 0; look < 5; look += 1) {
      const result = takeClaim(state.claims, KEY, other, observer);
      assert.equal(result.ok ? '' : result.holder?.token, token);
    }
    observer.noteEnded({ ...TASK, task: 4 });
    assert.ok(!takeClaim(state.claims, KEY, other, observer).ok);
    observer.noteEnded(TASK);
    assert.ok(takeClaim(state.claims, KEY, other, observer).ok);
    const late = takeClaim(state.claims, KEY, started(token, 0), new Observer(state), heirOf(token));
    assert.ok(!late.ok, 'what was called off comes too late');
  });

  it('go to the task that begins and to nobody else, without a break', () => {
    const token = queue(submitter());
    const [first, second] = [started(token, 0), started(token, 0)];
    const observer = new Observer(state);
    const result = takeClaim(state.claims, KEY, first, observer, heirOf(token));
    assert.ok(result.ok && result.inherited === true);
    assert.ok(!takeClaim(state.claims, KEY, second, observer, heirOf(token)).ok);
    assert.equal(heldClaims(state.claims).get(KEY)?.token, first.facts.token);
    releaseClaim(result.claim, first);
    const again = takeClaim(state.claims, KEY, second, observer, heirOf(token));
    assert.ok(again.ok && again.inherited === undefined, 'it has to look whether there is a result');
  });

  it('of a start that Slurm has given up go to the next one, and that start is fenced', () => {
    const token = queue(submitter());
    const first = started(token, 0);
    assert.ok(takeClaim(state.claims, KEY, first, new Observer(state), heirOf(token)).ok);
    const observer = new Observer(state);
    observer.noteEnded(TASK, 1);
    const second = started(token, 1);
    const result = takeClaim(state.claims, KEY, second, observer, heirOf(token));
    assert.ok(result.ok && result.inherited === undefined);
    assert.ok(first.isFenced());
    assert.ok(!second.isFenced());
    // Those of the second start are its own, and nobody's by the same word.
    assert.ok(!takeClaim(state.claims, KEY, started(token, 1), observer, heirOf(token)).ok);
  });

  it('cannot be passed on by a run that was declared dead', () => {
    const run = submitter();
    const claim = taken(run);
    const [other, observer] = [submitter(), new Observer(state)];
    observer.markDead(run.facts, other);
    const theirs = taken(other, observer);
    const heir = submitter().file;
    assert.equal(passClaim(claim, run, heir), false);
    releaseClaim(theirs, other);
    const third = taken(submitter(), observer);
    assert.equal(passClaim(claim, run, heir), false, 'not even where its generation is free again');
    assert.equal(heldClaims(state.claims).get(KEY)?.token, holders.at(-1)?.facts.token);
    assert.ok(third.generation > claim.generation + 1);
  });
});

import assert from 'node:assert/strict';
import type { DatumPlace } from '../../src/run/planner.ts';
import { type Admission, Pool, type TimeOver } from '../../src/run/pool.ts';

interface Asks {
  readonly cpu?: number;
  readonly memory?: number;
  readonly parallelism?: number;
  readonly jobTimeout?: number;
}

/** Of a place, a pool reads only the pipeline's name and what its spec asks for; a real one needs a project. */
function jobs(name: string, count: number, { cpu, memory, ...rest }: Asks = {}): DatumPlace[] {
  const spec = { requests: { cpu, memory }, limits: {}, ...rest };
  const place = { pipeline: { name, source: { spec } }, datum: { job: name } };
  return Array.from({ length: count }, () => place as unknown as DatumPlace);
}

describe('a pool', () => {
  const told: TimeOver[] = [];
  let stop: AbortController;
  const poolOf = (places: number, ...waiting: DatumPlace[][]): Pool => {
    stop = new AbortController();
    const pool = new Pool({
      places,
      memory: 100,
      stop: stop.signal,
      onTimeOver: (left) => void told.push(left),
    });
    pool.refill(waiting.flat());
    return pool;
  };
  const admitAll = (pool: Pool): Admission[] => {
    const all: Admission[] = [];
    for (let next = pool.admit(); next !== undefined; next = pool.admit()) all.push(next);
    assert.equal(pool.canAdmit, false);
    return all;
  };
  const namesOf = (admitted: readonly Admission[]): string =>
    admitted.map(({ place }) => place.pipeline.name).join(' ');

  it('fills its places, upstream first, and hands out no job twice', () => {
    const pool = poolOf(3, jobs('a', 2), jobs('b', 2));
    const first = admitAll(pool);
    assert.equal(namesOf(first), 'a a b');
    assert.equal(pool.waiting, 1);
    for (const { release } of first) release();
    assert.equal(namesOf(admitAll(pool)), 'b');
    assert.equal(pool.waiting, 0);
  });

  it('goes on elsewhere where another run takes the same order, once until it is filled anew', () => {
    const numbered = (): DatumPlace[] =>
      jobs('a', 10).map((place, at) => ({ ...place, datum: { ...place.datum, datum: String(at) } }));
    const next = (pool: Pool): string | undefined => {
      const admitted = pool.admit();
      admitted?.release();
      return admitted?.place.datum.datum;
    };
    const rest = (pool: Pool): string => Array.from({ length: pool.waiting }, () => next(pool)).join('');
    const pool = poolOf(1, numbered());
    assert.equal(next(pool), '0');
    pool.scatter(0.5);
    assert.equal(next(pool), '5');
    pool.scatter(0.5);
    assert.equal(rest(pool), '67891234');
    pool.refill(numbered());
    pool.scatter(0.999);
    assert.equal(rest(pool), '9012345678');
    pool.scatter(0.5);
    assert.equal(pool.waiting, 0);
  });

  it('lets others pass a pipeline that may run no more, or that is too large for the room left', () => {
    assert.equal(namesOf(admitAll(poolOf(4, jobs('a', 3, { parallelism: 2 }), jobs('b', 9)))), 'a a b b');
    assert.equal(namesOf(admitAll(poolOf(4, jobs('a', 2, { cpu: 2.5 }), jobs('b', 9)))), 'a b');
    assert.equal(
      namesOf(admitAll(poolOf(4, jobs('a', 2, { memory: 60 }), jobs('b', 1, { memory: 40 })))),
      'a b',
    );
  });

  it('runs one that asks for more than there is alone', () => {
    for (const asks of [{ cpu: 99 }, { memory: 1000 }]) {
      const pool = poolOf(4, jobs('a', 2, asks), jobs('b', 1, { memory: 1 }));
      const [only, ...others] = admitAll(pool);
      assert.equal(only?.place.pipeline.name, 'a');
      assert.equal(others.length, 0);
    }
  });

  it('hands out nothing once it is stopped, and tells those that run', () => {
    const pool = poolOf(1, jobs('a', 2));
    const [running] = admitAll(pool);
    stop.abort();
    running?.release();
    assert.ok(running?.signal.aborted);
    assert.equal(pool.canAdmit, false);
  });

  it('ends a pipeline whose time is over, says so once, and leaves the others alone', async () => {
    const pool = poolOf(2, jobs('a', 3, { parallelism: 1, jobTimeout: 1 }), jobs('b', 1));
    const [a, b] = admitAll(pool);
    await new Promise<void>((resolve) => a?.signal.addEventListener('abort', () => resolve()));
    assert.equal(b?.signal.aborted, false);
    assert.equal(pool.waiting, 0);
    a?.release();
    pool.refill([...jobs('a', 2), ...jobs('b', 1)]);
    assert.equal(namesOf(admitAll(pool)), 'b');
    assert.deepEqual(told, [{ pipeline: 'a', limit: 1, ended: 1, waiting: 2 }]);
    pool.end();
  });
});

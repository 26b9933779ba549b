import assert from 'node:assert/strict';
import { FeedModel } from '../../src/extension/feed-model.ts';
import { change, datum, status } from './status-samples.ts';

function edges(model: FeedModel) {
  const pipeline = model.pipelines.get('edges');
  assert.ok(pipeline);
  return pipeline;
}

describe('the model of a feed', () => {
  it('is not ready before the first whole status', () => {
    const model = new FeedModel();
    assert.deepEqual(model.apply(change(datum('a', 'done'), { done: 1 })), new Set());
    assert.equal(model.ready, false);
    assert.equal(model.apply(status([], {})), 'all');
    assert.equal(model.ready, true);
  });

  it('moves a datum from one state to another and keeps names in code-point order', () => {
    const model = new FeedModel();
    model.apply(
      status([datum('b', 'pending'), datum('a', 'pending'), datum('Z', 'running')], { pending: 2 }),
    );
    assert.deepEqual(edges(model).names('pending'), ['a', 'b']);
    const what = model.apply(change(datum('a', 'running'), { pending: 1, running: 2 }));
    assert.deepEqual(what, new Set(['edges']));
    assert.deepEqual(edges(model).names('pending'), ['b']);
    assert.deepEqual(edges(model).names('running'), ['Z', 'a']);
    assert.equal(edges(model).datum('a')?.state, 'running');
  });

  it('takes the counts of the feed, which knows of datums that it did not send', () => {
    const model = new FeedModel();
    model.apply(status([datum('a', 'failed')], { failed: 1, done: 17 }));
    assert.equal(model.count(['done', 'failed']), 18);
    model.apply(change(datum('a', 'done'), { done: 18 }));
    assert.equal(model.count(['done']), 18);
    assert.equal(model.count(['failed']), 0);
  });

  it('knows a commit that changes nothing else', () => {
    const model = new FeedModel();
    model.apply(status([datum('a', 'done')], { done: 1 }));
    assert.deepEqual(model.apply({ version: 1, kind: 'head', head: 'beef' }), new Set());
    assert.equal(model.head, 'beef');
    assert.deepEqual(edges(model).names('done'), ['a']);
  });

  it('starts afresh with a whole status', () => {
    const model = new FeedModel();
    model.apply(status([datum('a', 'pending')], { pending: 1 }));
    model.apply({ ...status([], {}), pipelines: [] });
    assert.equal(model.pipelines.size, 0);
  });

  it('keeps what it knows to be done while the commit is the same, which spares asking again', () => {
    const model = new FeedModel();
    model.apply(status([datum('a', 'pending')], { pending: 1 }));
    model.apply(change(datum('a', 'done'), { done: 1 }));
    model.apply(status([], { done: 1 }));
    assert.deepEqual(edges(model).names('done'), ['a']);
    model.apply({ ...status([], { done: 1 }), head: 'another' });
    assert.deepEqual(edges(model).names('done'), []);
  });

  it('takes 20,000 changes of a pipeline of 100,000 datums in a moment', function () {
    this.timeout(20_000);
    const names = Array.from({ length: 100_000 }, (_, index) => `sub-${String(index).padStart(6, '0')}`);
    const model = new FeedModel();
    model.apply(
      status(
        names.map((name) => datum(name, 'pending')),
        { pending: names.length },
      ),
    );
    const began = performance.now();
    for (const name of names.slice(40_000, 60_000)) model.apply(change(datum(name, 'done'), { done: 1 }));
    const took = performance.now() - began;
    assert.equal(edges(model).names('pending').length, 80_000);
    assert.ok(took < 5000, `${took} ms`);
  });
});

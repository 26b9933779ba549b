import assert from 'node:assert/strict';
import { FeedModel } from '../../src/extension/feed-model.ts';
import { changedLooks, graphContent, graphOfSpecs } from '../../src/extension/graph-content.ts';
import { folderOfState, fromPage } from '../../src/extension/graph-messages.ts';
import type { PipelineReport } from '../../src/plan/report.ts';
import { change, datum, ENGLISH, status } from './status-samples.ts';

/** The samples' pipeline, and one that reads it. */
function model(): FeedModel {
  const report = status([datum('a', 'pending'), datum('b', 'failed')], { pending: 1, failed: 1, done: 2 });
  const [edges] = report.pipelines;
  assert.ok(edges);
  const montage: PipelineReport = {
    ...{ ...edges, name: 'montage', directory: 'm\non', spec: 'montage/spec.yml' },
    ...{ inputs: [{ repo: 'edges', glob: '/', within: [] }], counts: {}, datums: [] },
    waitsFor: 'Waits for all results of edges.',
  };
  const made = new FeedModel();
  made.apply({ ...report, pipelines: [edges, montage] });
  return made;
}

describe('the content of the graph', () => {
  it('tells of each box what is seen in it and around it', () => {
    const { graph, looks } = graphContent(model(), ENGLISH);
    assert.equal(graph.edges.length, 2);
    assert.deepEqual(
      Object.values(looks).map(({ state, text, spoken }) => [state, text, spoken]),
      [
        ['repo', '20 files', 'Repo images: 20 files. Read by edges'],
        [
          'failed',
          '1 failed, 1 pending, 2 done',
          'Pipeline edges: 1 failed, 1 pending, 2 done. Reads images. Read by montage',
        ],
        [
          'empty',
          'Waits for all results of edges.',
          'Pipeline montage: Waits for all results of edges. Reads edges',
        ],
      ],
    );
  });

  it('tells only of what has changed', () => {
    const told = model();
    const { graph } = graphContent(told, ENGLISH);
    const names = told.apply(change(datum('b', 'done'), { pending: 1, done: 3 }));
    assert.ok(typeof names !== 'string');
    const looks = changedLooks(names, told, graph, ENGLISH);
    assert.deepEqual(
      Object.entries(looks).map(([id, { state, text, counts }]) => [id, state, text, counts]),
      [['pipeline edges/spec.yml', 'pending', '1 pending, 3 done', { pending: 1, done: 3 }]],
    );
    assert.deepEqual(changedLooks(new Set(['unknown']), told, graph, ENGLISH), {});
  });

  it('of specs alone says nothing about datums', () => {
    const specs = [...model().pipelines.values()].map(({ report }) => report);
    const { looks } = graphOfSpecs(specs, ENGLISH);
    assert.deepEqual(
      Object.values(looks).map(({ state, text, spoken }) => [state, text, spoken]),
      [
        ['repo', '', 'Repo images. Read by edges'],
        ['empty', '', 'Pipeline edges. Reads images. Read by montage'],
        ['empty', '', 'Pipeline montage. Reads edges'],
      ],
    );
  });
});

describe('messages of the graph', () => {
  it('are nothing else than what it can be needed for', () => {
    assert.deepEqual(fromPage({ kind: 'ready', more: 1 }), { kind: 'ready' });
    assert.deepEqual(fromPage({ kind: 'act', command: 'x' }), { kind: 'act' });
    assert.deepEqual(fromPage({ kind: 'open', id: 'repo x', uri: 'file:///' }), {
      kind: 'open',
      id: 'repo x',
    });
    for (const wrong of [
      undefined,
      null,
      1,
      'ready',
      [],
      {},
      { kind: 'open' },
      { kind: 'open', id: 1 },
      { kind: 'x' },
    ])
      assert.equal(fromPage(wrong), undefined);
  });

  it('name a folder in what they leave, or nothing', () => {
    assert.equal(folderOfState({ folder: 'file:///p' }), 'file:///p');
    for (const wrong of [undefined, null, 'file:///p', {}, { folder: 1 }])
      assert.equal(folderOfState(wrong), undefined);
  });
});

import assert from 'node:assert/strict';
import { FeedModel, type PipelineModel } from '../../src/extension/feed-model.ts';
import {
  countsLabel,
  datumAppearance,
  datumNodes,
  groupAppearance,
  groupNodes,
  NodeCache,
  PAGE,
  pipelineAppearance,
  pipelineNodes,
} from '../../src/extension/pipeline-nodes.ts';
import type { DatumReport, StateCounts } from '../../src/plan/report.ts';
import { bytesText } from '../../src/plan/shown-size.ts';
import { change, datum, ENGLISH, status } from './status-samples.ts';

function modelOf(datums: readonly DatumReport[], counts: StateCounts): [FeedModel, PipelineModel] {
  const model = new FeedModel();
  model.apply(status(datums, counts));
  const pipeline = model.pipelines.get('edges');
  assert.ok(pipeline);
  return [model, pipeline];
}

describe('the lines of the Pipelines view', () => {
  it('groups datums by state, what needs a person first', () => {
    const datums = [datum('a', 'pending'), datum('b', 'failed'), datum('c', 'running')];
    const [model, pipeline] = modelOf(datums, { done: 9, pending: 1, failed: 1, running: 1 });
    const cache = new NodeCache();
    assert.deepEqual(
      pipelineNodes('f', model, cache).map((node) => node.kind === 'pipeline' && node.pipeline),
      ['edges'],
    );
    const groups = groupNodes('f', 'edges', pipeline, cache);
    assert.deepEqual(
      groups.map((node) => node.kind === 'group' && node.state),
      ['running', 'failed', 'pending', 'done'],
    );
  });

  it('gives the same object for the same line, so that the view can refresh one line', () => {
    const [model, pipeline] = modelOf([datum('a', 'pending')], { pending: 1 });
    const cache = new NodeCache();
    const [before] = datumNodes('f', 'edges', 'pending', pipeline, { count: PAGE, filter: '' }, cache);
    model.apply(change(datum('a', 'running'), { running: 1 }));
    const [after] = datumNodes('f', 'edges', 'running', pipeline, { count: PAGE, filter: '' }, cache);
    assert.equal(after, before);
  });

  it('shows a page and says how many more there are', () => {
    const datums = Array.from({ length: 450 }, (_, index) =>
      datum(String(index).padStart(3, '0'), 'pending'),
    );
    const [, pipeline] = modelOf(datums, { pending: 450 });
    const cache = new NodeCache();
    const first = datumNodes('f', 'edges', 'pending', pipeline, { count: PAGE, filter: '' }, cache);
    assert.equal(first.length, PAGE + 1);
    const more = first.at(-1);
    assert.ok(more?.kind === 'more');
    assert.equal(more.remaining, 250);
    const all = datumNodes('f', 'edges', 'pending', pipeline, { count: 3 * PAGE, filter: '' }, cache);
    assert.equal(all.length, 450);
    assert.equal(
      all.some((node) => node.kind === 'more'),
      false,
    );
  });

  it('shows of a filter what is known, in any case, and that there may be more', () => {
    const datums = ['sub-01', 'SUB-10', 'control-01', 'sub-02'].map((name) => datum(name, 'pending'));
    const [, pipeline] = modelOf(datums, { pending: 4 });
    const labels = (filter: string, count: number): unknown =>
      datumNodes('f', 'edges', 'pending', pipeline, { count, filter }, new NodeCache()).map((node) =>
        node.kind === 'datum' ? node.datum : node.kind,
      );
    assert.deepEqual(labels('sub', 200), ['SUB-10', 'sub-01', 'sub-02']);
    assert.deepEqual(labels('sub', 2), ['SUB-10', 'sub-01', 'more']);
    assert.deepEqual(labels('01', 200), ['control-01', 'sub-01']);
    assert.deepEqual(labels('nobody', 200), []);
  });

  it('tells counts in one line and takes the icon from the most pressing state', () => {
    const [, pipeline] = modelOf([datum('a', 'failed')], { done: 17, failed: 1, pending: 2 });
    assert.equal(countsLabel(pipeline, ENGLISH), '1 failed, 2 pending, 17 done');
    const look = pipelineAppearance('edges', pipeline, ENGLISH);
    assert.equal(look.icon, 'error');
    assert.equal(look.context, 'pipeline waiting failed');
    assert.equal(look.accessible, 'Pipeline edges: 1 failed, 2 pending, 17 done');
    assert.equal(groupAppearance('done', pipeline, ENGLISH).children, 'collapsed');
    assert.equal(groupAppearance('failed', pipeline, ENGLISH).children, 'expanded');
  });

  it('tells what a pipeline without datums waits for', () => {
    const report = status([], {});
    const [waiting] = report.pipelines;
    assert.ok(waiting);
    const model = new FeedModel();
    model.apply({ ...report, pipelines: [{ ...waiting, waitsFor: 'edges has not run yet.' }] });
    const pipeline = model.pipelines.get('edges');
    assert.ok(pipeline);
    assert.equal(pipelineAppearance('edges', pipeline, ENGLISH).description, 'edges has not run yet.');
    assert.deepEqual(
      groupNodes('f', 'edges', pipeline, new NodeCache()).map((node) => node.kind),
      ['waits'],
    );
  });

  it('names the whole repo where a datum has no name', () => {
    const look = datumAppearance(
      'edges',
      datum('', 'pending', { job: null, bytesToFetch: 2_500_000 }),
      ENGLISH,
    );
    assert.equal(look.label, '(whole repo)');
    assert.ok(look.tooltip?.includes('To fetch first: 2.5 MB'));
    assert.equal(look.accessible, '(whole repo), pending');
  });

  it('names bytes as disks are sold', () => {
    assert.deepEqual([0, 999, 1000, 5_000_000_000].map(bytesText), ['0 B', '999 B', '1.0 kB', '5.0 GB']);
  });
});

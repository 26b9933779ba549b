import assert from 'node:assert/strict';
import { FeedModel, type PipelineModel } from '../../src/extension/feed-model.ts';
import { lensesOf } from '../../src/extension/lenses.ts';
import type { FileDiagnostic, PipelineReport, StateCounts } from '../../src/plan/report.ts';
import { ENGLISH, status } from './status-samples.ts';

function pipelineWith(counts: StateCounts, more: Partial<PipelineReport> = {}): PipelineModel {
  const report = status([], counts);
  const [edges] = report.pipelines;
  assert.ok(edges);
  const model = new FeedModel();
  model.apply({ ...report, pipelines: [{ ...edges, ...more }] });
  const pipeline = model.pipelines.get('edges');
  assert.ok(pipeline);
  return pipeline;
}

const ERROR: FileDiagnostic = {
  file: 'edges/spec.yml',
  rule: 'missing-field',
  severity: 'error',
  message: 'There is no `input`.',
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
};

describe('the lenses of a spec', () => {
  const table: readonly [string, PipelineModel | undefined, readonly string[]][] = [
    ['that is not committed', undefined, ['$(git-commit) Commit and Run']],
    ['that is done', pipelineWith({ done: 20 }), ['Plan', '20 done']],
    [
      'of which some waits',
      pipelineWith({ done: 17, pending: 3 }),
      ['$(play) Run', 'Plan', '3 pending, 17 done'],
    ],
    [
      'that runs, and of which some failed',
      pipelineWith({ running: 2, failed: 1, stale: 4 }),
      [
        '$(play) Run',
        '$(debug-stop) Stop',
        '$(debug-rerun) Run failed',
        'Plan',
        '2 running, 1 failed, 4 stale',
      ],
    ],
    ['that waits', pipelineWith({}, { waitsFor: 'raw has not run yet.' }), ['Plan', 'raw has not run yet.']],
    ['that has no datum', pipelineWith({}), ['Plan', 'no datum']],
    ['with errors', pipelineWith({}, { diagnostics: [ERROR] }), ['Plan', 'the committed spec has errors']],
  ];
  for (const [what, pipeline, expected] of table)
    it(what, () => {
      const lenses = lensesOf('f', pipeline, ENGLISH);
      assert.deepEqual(
        lenses.map(({ title }) => title),
        expected,
      );
      for (const { target } of lenses)
        assert.deepEqual(
          target,
          pipeline && { kind: 'pipeline', id: 'f\nedges', folder: 'f', pipeline: 'edges' },
        );
    });
});

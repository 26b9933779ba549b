/** What stands above a spec: what can be run, and how its datums stand. Plain data, free of the editor. */
import type { PipelineModel } from './feed-model.ts';
import type { Localizer } from './localizer.ts';
import { countsLabel, type PipelineNode, pipelineId, WAITING_STATES } from './pipeline-nodes.ts';

/** One lens: a text, and the command that a click calls. */
export interface Lens {
  readonly title: string;
  readonly command: string;
  /** What the command is called on; absent for one that is about no pipeline. */
  readonly target?: PipelineNode;
}

/**
 * The lenses of a spec.
 * @param folder - The id of the workspace folder that it lies in.
 * @param pipeline - As the feed knows it; absent for a spec that is not committed.
 */
export function lensesOf(
  folder: string,
  pipeline: PipelineModel | undefined,
  l10n: Localizer,
): readonly Lens[] {
  if (!pipeline)
    return [{ title: `$(git-commit) ${l10n.t('Commit and Run')}`, command: 'minipach.commitAndRun' }];
  const { name, diagnostics, waitsFor } = pipeline.report;
  const target: PipelineNode = { kind: 'pipeline', id: pipelineId(folder, name), folder, pipeline: name };
  const count = (states: readonly (keyof typeof pipeline.counts)[]): number =>
    states.reduce((sum, state) => sum + (pipeline.counts[state] ?? 0), 0);
  const isBroken = diagnostics.some(({ severity }) => severity === 'error');
  const state = isBroken
    ? l10n.t('the committed spec has errors')
    : countsLabel(pipeline, l10n) || waitsFor || l10n.t('no datum');
  return [
    ...(count(WAITING_STATES) > 0
      ? [{ title: `$(play) ${l10n.t('Run')}`, command: 'minipach.run', target }]
      : []),
    ...(count(['running']) > 0
      ? [{ title: `$(debug-stop) ${l10n.t('Stop')}`, command: 'minipach.stop', target }]
      : []),
    ...(count(['failed']) > 0
      ? [{ title: `$(debug-rerun) ${l10n.t('Run failed')}`, command: 'minipach.runFailed', target }]
      : []),
    { title: l10n.t('Plan'), command: 'minipach.plan', target },
    { title: state, command: 'minipach.reveal', target },
  ];
}

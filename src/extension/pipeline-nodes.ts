/**
 * The shape of the *Pipelines* view: pipeline → states → datums, as plain data. Free of the editor, so that it is
 * tested without one; `pipelines-view.ts` turns the nodes into tree items.
 */

import { hasText } from '../plan/has-text.ts';
import type { DatumReport, DatumState } from '../plan/report.ts';
import { shownName } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import { byCodePoint, type FeedModel, type PipelineModel } from './feed-model.ts';
import { holderLines, holderText } from './holder-text.ts';
import type { Localizer } from './localizer.ts';

/** What waits or went wrong comes first: that is why a person opens the view. */
export const STATE_ORDER: readonly DatumState[] = [
  'running',
  'failed',
  'recovered',
  'pending',
  'stale',
  'blocked',
  'modified',
  'orphaned',
  'done',
];

/** A run would take these up. */
export const WAITING_STATES: readonly DatumState[] = ['pending', 'stale', 'recovered'];

/** How many datums a group shows before it asks; a list of 100,000 helps nobody. */
export const PAGE = 200;

/** One line of the view. `id` is stable over changes, so that the view keeps what is expanded and selected. */
export type PipelineNode =
  | { readonly kind: 'folder'; readonly id: string; readonly folder: string }
  | { readonly kind: 'pipeline'; readonly id: string; readonly folder: string; readonly pipeline: string }
  | { readonly kind: 'waits'; readonly id: string; readonly folder: string; readonly pipeline: string }
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly folder: string;
      readonly pipeline: string;
      readonly state: DatumState;
    }
  | {
      readonly kind: 'datum';
      readonly id: string;
      readonly folder: string;
      readonly pipeline: string;
      readonly datum: string;
    }
  | {
      readonly kind: 'more';
      readonly id: string;
      readonly folder: string;
      readonly pipeline: string;
      readonly state: DatumState;
      readonly remaining: number;
    };

/** How a node looks; icons and colours are VS Code's own names, so that they follow every theme. */
export interface Appearance {
  readonly label: string;
  readonly description?: string;
  /** Lines of plain text. */
  readonly tooltip?: readonly string[];
  readonly icon: string;
  readonly color?: string;
  /** What a screen reader says. */
  readonly accessible: string;
  /** What menus ask with `viewItem`. */
  readonly context: string;
  readonly children: 'none' | 'collapsed' | 'expanded';
}

/** Nodes are the same object for the same line: the view compares them by identity. */
export class NodeCache {
  readonly #nodes = new Map<string, PipelineNode>();

  /** The node of an id, which is made when it is new. */
  keep<Node extends PipelineNode>(node: Node): PipelineNode {
    const known = this.#nodes.get(node.id);
    // `remaining` is the one thing that changes under an id; everything else is named by it.
    if (known && (known.kind !== 'more' || node.kind !== 'more' || known.remaining === node.remaining))
      return known;
    this.#nodes.set(node.id, node);
    return node;
  }

  /** The node of an id that has been shown. */
  get(id: string): PipelineNode | undefined {
    return this.#nodes.get(id);
  }
}

/** The pipelines of a folder in order of their names. */
export function pipelineNodes(folder: string, model: FeedModel, cache: NodeCache): PipelineNode[] {
  return [...model.pipelines.keys()]
    .sort(byCodePoint)
    .map((pipeline) => cache.keep({ kind: 'pipeline', id: pipelineId(folder, pipeline), folder, pipeline }));
}

/** The groups of a pipeline: one for each state that a datum is in. */
export function groupNodes(
  folder: string,
  name: string,
  pipeline: PipelineModel,
  cache: NodeCache,
): PipelineNode[] {
  const nodes: PipelineNode[] = [];
  const id = pipelineId(folder, name);
  if (pipeline.report.waitsFor)
    nodes.push(cache.keep({ kind: 'waits', id: `${id}\nwaits`, folder, pipeline: name }));
  for (const state of STATE_ORDER) {
    if ((pipeline.counts[state] ?? 0) === 0) continue;
    nodes.push(
      cache.keep({ kind: 'group', id: groupId(folder, name, state), folder, pipeline: name, state }),
    );
  }
  return nodes;
}

/** What is shown of a group: so many datums of those whose names have a text. */
export interface Shown {
  readonly count: number;
  /** Empty where all are shown. */
  readonly filter: string;
}

/** The first datums of a group, and a line that asks for more when there are more. */
export function datumNodes(
  folder: string,
  name: string,
  state: DatumState,
  pipeline: PipelineModel,
  shown: Shown,
  cache: NodeCache,
): PipelineNode[] {
  const known = pipeline.names(state);
  const names = shown.filter === '' ? known : known.filter((datum) => hasText(datum, shown.filter));
  const nodes: PipelineNode[] = names
    .slice(0, shown.count)
    .map((datum) =>
      cache.keep({ kind: 'datum', id: datumId(folder, name, datum), folder, pipeline: name, datum }),
    );
  // Of those that a filter takes only as many are known as were asked for.
  const all = shown.filter === '' ? (pipeline.counts[state] ?? 0) : names.length;
  const remaining = all - nodes.length;
  if (remaining > 0) {
    const id = `${groupId(folder, name, state)}\nmore`;
    nodes.push(cache.keep({ kind: 'more', id, folder, pipeline: name, state, remaining }));
  }
  return nodes;
}

/** The id of a pipeline. Ids join with a newline: neither addresses of folders nor names of pipelines have one. */
export function pipelineId(folder: string, pipeline: string): string {
  return `${folder}\n${pipeline}`;
}

/** The id of a pipeline's group of one state. */
export function groupId(folder: string, pipeline: string, state: DatumState): string {
  return `${folder}\n${pipeline}\nstate:${state}`;
}

function datumId(folder: string, pipeline: string, datum: string): string {
  return `${folder}\n${pipeline}\ndatum:${datum}`;
}

const ICONS: Record<DatumState, { readonly icon: string; readonly color: string }> = {
  running: { icon: 'sync~spin', color: 'charts.blue' },
  failed: { icon: 'error', color: 'charts.red' },
  recovered: { icon: 'debug-step-over', color: 'charts.yellow' },
  pending: { icon: 'circle-outline', color: 'charts.yellow' },
  stale: { icon: 'history', color: 'problemsWarningIcon.foreground' },
  blocked: { icon: 'circle-slash', color: 'disabledForeground' },
  modified: { icon: 'edit', color: 'gitDecoration.modifiedResourceForeground' },
  orphaned: { icon: 'question', color: 'gitDecoration.untrackedResourceForeground' },
  done: { icon: 'pass', color: 'testing.iconPassed' },
};

/** The theme's colour of a state. */
export function stateColour(state: DatumState): string {
  return ICONS[state].color;
}

/** The word for a state, as a person reads it. */
export function stateLabel(state: DatumState, l10n: Localizer): string {
  switch (state) {
    case 'running':
      return l10n.t('running');
    case 'failed':
      return l10n.t('failed');
    case 'recovered':
      return l10n.t('recovered');
    case 'pending':
      return l10n.t('pending');
    case 'stale':
      return l10n.t('stale');
    case 'blocked':
      return l10n.t('blocked');
    case 'modified':
      return l10n.t('modified');
    case 'orphaned':
      return l10n.t('orphaned');
    case 'done':
      return l10n.t('done');
  }
}

/** The counts of a pipeline in one line, what waits first: `3 pending, 17 done`. */
export function countsLabel(pipeline: PipelineModel, l10n: Localizer): string {
  return STATE_ORDER.filter((state) => (pipeline.counts[state] ?? 0) > 0)
    .map((state) => `${pipeline.counts[state] ?? 0} ${stateLabel(state, l10n)}`)
    .join(', ');
}

/** How a pipeline looks: its most pressing state gives the icon. */
export function pipelineAppearance(name: string, pipeline: PipelineModel, l10n: Localizer): Appearance {
  const { report } = pipeline;
  const errors = report.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const counts = countsLabel(pipeline, l10n);
  const state = STATE_ORDER.find((candidate) => (pipeline.counts[candidate] ?? 0) > 0);
  const look = state ? ICONS[state] : { icon: 'circle-dashed', color: 'disabledForeground' };
  const description =
    errors.length > 0
      ? l10n.t('spec has errors')
      : counts || report.waitsFor || report.nothing || l10n.t('no datum');
  const tooltip = [
    name,
    report.spec,
    ...(counts ? [counts] : []),
    ...(report.waitsFor ? [report.waitsFor] : []),
    ...(report.image ? [l10n.t('image {0}: {1}', report.image.name, report.image.state)] : []),
    ...errors.map((diagnostic) => diagnostic.message),
  ];
  const running = (pipeline.counts.running ?? 0) > 0;
  const waits = WAITING_STATES.some((candidate) => (pipeline.counts[candidate] ?? 0) > 0);
  const failed = (pipeline.counts.failed ?? 0) > 0;
  return {
    label: name,
    description,
    tooltip,
    ...(errors.length > 0 ? { icon: 'warning', color: 'problemsWarningIcon.foreground' } : look),
    accessible: l10n.t('Pipeline {0}: {1}', name, description),
    context: `pipeline${running ? ' running' : ''}${waits ? ' waiting' : ''}${failed ? ' failed' : ''}`,
    children: counts || report.waitsFor ? (state === 'done' ? 'collapsed' : 'expanded') : 'none',
  };
}

/** How a group of one state looks. */
export function groupAppearance(state: DatumState, pipeline: PipelineModel, l10n: Localizer): Appearance {
  const count = pipeline.counts[state] ?? 0;
  const label = stateLabel(state, l10n);
  return {
    label,
    description: String(count),
    ...ICONS[state],
    accessible: l10n.t('{0} {1}', count, label),
    context: `group ${state}`,
    // Few lines of what needs attention are shown at once; what is done, or much, waits to be asked for.
    children: state !== 'done' && count <= 25 ? 'expanded' : 'collapsed',
  };
}

/** How a datum looks. */
export function datumAppearance(pipeline: string, datum: DatumReport, l10n: Localizer): Appearance {
  const label = shownName(datum.datum) || l10n.t('(whole repo)');
  const state = stateLabel(datum.state, l10n);
  const holder = datum.holder && holderText(datum.holder, l10n);
  const waits = datum.holder?.slurm?.state === 'PENDING';
  const description = holder ?? datum.reason ?? (datum.commit ? datum.commit.slice(0, 8) : undefined);
  return {
    label,
    ...(description === undefined ? {} : { description }),
    tooltip: [
      `${pipeline}: ${label}`,
      l10n.t('State: {0}', state),
      ...(datum.reason ? [datum.reason] : []),
      ...(datum.holder ? holderLines(datum.holder, l10n) : []),
      ...(datum.commit ? [l10n.t('Commit: {0}', datum.commit.slice(0, 12))] : []),
      ...(datum.job ? [l10n.t('Key: {0}', datum.job.slice(0, 16))] : []),
      ...(datum.bytesToFetch > 0 ? [l10n.t('To fetch first: {0}', bytesText(datum.bytesToFetch))] : []),
      l10n.t('Result: {0}', datum.output || '.'),
    ],
    ...ICONS[datum.state],
    // It has been submitted, and nothing moves yet.
    ...(waits ? { icon: 'watch' } : {}),
    accessible: [label, state, datum.holder?.slurm ? holder : undefined, datum.reason]
      .filter(Boolean)
      .join(', '),
    context: `datum ${datum.state}`,
    children: 'none',
  };
}

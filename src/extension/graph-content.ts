/** What the graph shows of a folder: boxes, lines, and words for both. Free of the editor. */
import { type Graph, type GraphNode, type GraphPipeline, graphOf, pipelineId } from '../plan/graph/graph.ts';
import { lookOf, looksOf, type NodeLook } from '../plan/graph/looks.ts';
import { shownName } from '../plan/shown-name.ts';
import type { FeedModel, PipelineModel } from './feed-model.ts';
import type { SpokenLook, SpokenLooks } from './graph-messages.ts';
import type { Localizer } from './localizer.ts';
import { pipelineAppearance } from './pipeline-nodes.ts';

/** A picture with its words. */
export interface GraphContent {
  readonly graph: Graph;
  readonly looks: SpokenLooks;
}

/** The picture of what the feed has told. */
export function graphContent(model: FeedModel, l10n: Localizer): GraphContent {
  const graph = graphOf([...model.pipelines.values()].map(({ report }) => report));
  return { graph, looks: looksIn(graph, graph.nodes, model, l10n) };
}

/** The picture of specs alone, of whose datums nothing is known. */
export function graphOfSpecs(specs: readonly GraphPipeline[], l10n: Localizer): GraphContent {
  const graph = graphOf(specs);
  const looks = graph.nodes.map((node) => {
    const spoken =
      node.kind === 'repo' ? repoWords(node, '', l10n) : l10n.t('Pipeline {0}', shownName(node.name));
    return [node.id, spokenLook(lookOf(new Map(), node), spoken, graph, node, l10n)] as const;
  });
  return { graph, looks: Object.fromEntries(looks) };
}

/** How some pipelines look now, in the picture that they are in. */
export function changedLooks(
  names: ReadonlySet<string>,
  model: FeedModel,
  graph: Graph,
  l10n: Localizer,
): SpokenLooks {
  const nodes = graph.nodes.filter(({ kind, name }) => kind === 'pipeline' && names.has(name));
  return looksIn(graph, nodes, model, l10n);
}

function looksIn(graph: Graph, nodes: readonly GraphNode[], model: FeedModel, l10n: Localizer): SpokenLooks {
  const pipelines = new Map<string, PipelineModel>();
  for (const pipeline of model.pipelines.values()) pipelines.set(pipelineId(pipeline.report), pipeline);
  const reports = [...pipelines.values()].map(({ report, counts }) => ({ ...report, counts }));
  const plain = looksOf(reports, model.datasets, { t: (message, ...args) => l10n.t(message, ...args) });
  const looks = nodes.map((node) => {
    const look = lookOf(plain, node);
    const pipeline = pipelines.get(node.id);
    if (pipeline === undefined)
      return [node.id, spokenLook(look, repoWords(node, look.text, l10n), graph, node, l10n)] as const;
    // The words of the view beside: the same pipeline, told in the same way.
    const { description: text = '', accessible } = pipelineAppearance(node.name, pipeline, l10n);
    return [node.id, spokenLook({ ...look, text }, accessible, graph, node, l10n)] as const;
  });
  return Object.fromEntries(looks);
}

function repoWords({ name }: GraphNode, text: string, l10n: Localizer): string {
  return [l10n.t('Repo {0}', shownName(name)), text].filter(Boolean).join(': ');
}

/** What is seen by lines is told by names. */
function spokenLook(
  look: NodeLook,
  spoken: string,
  { nodes, edges }: Graph,
  { id }: GraphNode,
  l10n: Localizer,
): SpokenLook {
  const named = (ids: readonly string[]): string =>
    nodes.flatMap((node) => (ids.includes(node.id) ? [shownName(node.name)] : [])).join(', ');
  const reads = named(edges.flatMap(({ from, to }) => (to === id ? [from] : [])));
  const readBy = named(edges.flatMap(({ from, to }) => (from === id ? [to] : [])));
  const sentences = [
    spoken.replace(/\.$/, ''),
    ...(reads === '' ? [] : [l10n.t('Reads {0}', reads)]),
    ...(readBy === '' ? [] : [l10n.t('Read by {0}', readBy)]),
  ];
  return { ...look, spoken: sentences.join('. ') };
}

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
  const neighbours = neighboursIn(graph);
  const looks = graph.nodes.map((node) => {
    const spoken =
      node.kind === 'repo' ? repoWords(node, '', l10n) : l10n.t('Pipeline {0}', shownName(node.name));
    return [node.id, spokenLook(lookOf(new Map(), node), spoken, neighbours(node.id), l10n)] as const;
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
  const neighbours = neighboursIn(graph);
  const pipelines = new Map<string, PipelineModel>();
  for (const pipeline of model.pipelines.values()) pipelines.set(pipelineId(pipeline.report), pipeline);
  const reports = [...pipelines.values()].map(({ report, counts }) => ({ ...report, counts }));
  const plain = looksOf(reports, model.datasets, { t: (message, ...args) => l10n.t(message, ...args) });
  const looks = nodes.map((node) => {
    const look = lookOf(plain, node);
    const pipeline = pipelines.get(node.id);
    if (pipeline === undefined)
      return [
        node.id,
        spokenLook(look, repoWords(node, look.text, l10n), neighbours(node.id), l10n),
      ] as const;
    // The words of the view beside: the same pipeline, told in the same way.
    const { description: text = '', accessible } = pipelineAppearance(node.name, pipeline, l10n);
    return [node.id, spokenLook({ ...look, text }, accessible, neighbours(node.id), l10n)] as const;
  });
  return Object.fromEntries(looks);
}

function repoWords({ name }: GraphNode, text: string, l10n: Localizer): string {
  return [l10n.t('Repo {0}', shownName(name)), text].filter(Boolean).join(': ');
}

/** What is seen by lines, told by names: for each node what it reads and who reads it. */
function neighboursIn({
  nodes,
  edges,
}: Graph): (id: string) => { readonly reads: string; readonly readBy: string } {
  const names = new Map(nodes.map(({ id, name }) => [id, shownName(name)]));
  const reads = new Map<string, Set<string>>();
  const readBy = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    reads.set(to, (reads.get(to) ?? new Set()).add(names.get(from) ?? ''));
    readBy.set(from, (readBy.get(from) ?? new Set()).add(names.get(to) ?? ''));
  }
  const told = (found: ReadonlySet<string> = new Set()): string => [...found].join(', ');
  return (id) => ({ reads: told(reads.get(id)), readBy: told(readBy.get(id)) });
}

function spokenLook(
  look: NodeLook,
  spoken: string,
  { reads, readBy }: ReturnType<ReturnType<typeof neighboursIn>>,
  l10n: Localizer,
): SpokenLook {
  const sentences = [
    spoken.replace(/\.$/, ''),
    ...(reads === '' ? [] : [l10n.t('Reads {0}', reads)]),
    ...(readBy === '' ? [] : [l10n.t('Read by {0}', readBy)]),
  ];
  return { ...look, spoken: sentences.join('. ') };
}

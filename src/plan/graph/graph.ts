/** What the picture of a project shows: its pipelines, the repos that they read, and what goes from where to where. */
import { upstreamsOf } from '../order.ts';
import type { InputReport, PipelineReport } from '../report.ts';

/** A pipeline, as far as its place in the picture goes; a spec in the work tree is enough to tell. */
export type GraphPipeline = Pick<PipelineReport, 'name' | 'directory' | 'spec' | 'inputs'>;

/** A pipeline, or a repo that is none. */
export interface GraphNode {
  /** Stays the same while the project changes: two pipelines can have one name, but not one spec. */
  readonly id: string;
  readonly kind: 'pipeline' | 'repo';
  /** The pipeline's name, or the repo's path. */
  readonly name: string;
  /** Of the spec, or of the repo; relative to the project's root. */
  readonly path: string;
}

/** An input of a pipeline: where it comes from, and which part of that it is. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** Nodes in the order of their reports, repos as they are first read; edges in the order of specs. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The graph of a project's pipelines. */
export function graphOf(pipelines: readonly GraphPipeline[]): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  for (const reader of pipelines) {
    const to = pipelineId(reader);
    for (const input of reader.inputs) {
      const sources = sourcesOf(input, pipelines);
      for (const source of sources) {
        if (source.kind === 'repo') nodes.set(source.id, source);
        edges.push({ from: source.id, to, label: labelOf(input) });
      }
    }
    nodes.set(to, pipelineNode(reader));
  }
  return { nodes: [...nodes.values()], edges };
}

/** Some pipelines, with all that they read and all that reads them, directly or through others. */
export function graphAround({ nodes, edges }: Graph, specs: ReadonlySet<string>): Graph {
  const begin = nodes.filter(({ kind, path }) => kind === 'pipeline' && specs.has(path)).map(({ id }) => id);
  const up = reached(
    begin,
    edges.map(({ from, to }) => [to, from]),
  );
  const down = reached(
    begin,
    edges.map(({ from, to }) => [from, to]),
  );
  // What else those pipelines read that come after is no part of the way.
  return {
    nodes: nodes.filter(({ id }) => up.has(id) || down.has(id)),
    edges: edges.filter(({ from, to }) => (up.has(from) && up.has(to)) || (down.has(from) && down.has(to))),
  };
}

function reached(
  begin: readonly string[],
  steps: readonly (readonly [from: string, to: string])[],
): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const [from, to] of steps) {
    const known = next.get(from);
    if (known === undefined) next.set(from, [to]);
    else known.push(to);
  }
  const seen = new Set(begin);
  for (const id of seen) for (const to of next.get(id) ?? []) seen.add(to);
  return seen;
}

/** The pipelines that an input reads from, and the repo itself where more than a pipeline's results are in it. */
function sourcesOf(input: InputReport, pipelines: readonly GraphPipeline[]): readonly GraphNode[] {
  const { repo, glob } = input;
  const upstreams = upstreamsOf({ repo, glob: glob ?? undefined }, pipelines);
  const isResult = upstreams.some(({ directory }) => directory.length <= repo.length);
  const own: GraphNode[] = isResult ? [] : [{ id: repoId(repo), kind: 'repo', name: repo, path: repo }];
  return [...own, ...upstreams.map(pipelineNode)];
}

function pipelineNode(pipeline: GraphPipeline): GraphNode {
  return { id: pipelineId(pipeline), kind: 'pipeline', name: pipeline.name, path: pipeline.spec };
}

/** The id of a pipeline's node. */
export function pipelineId({ spec }: Pick<GraphPipeline, 'spec'>): string {
  return `pipeline ${spec}`;
}

/** The id of a repo's node. */
export function repoId(path: string): string {
  return `repo ${path}`;
}

/** `/sub-(*)/t1.nii, join on $1`: the glob, and how the input is combined with others. */
function labelOf({ glob, within, key }: InputReport): string {
  const innermost = within.at(-1);
  const by = key === undefined ? '' : `${innermost === 'group' ? ' by' : ' on'} ${key}`;
  return [glob ?? '', ...(innermost === undefined ? [] : [`${innermost}${by}`])].filter(Boolean).join(', ');
}

/**
 * The first steps of a layered drawing, as K. Sugiyama, S. Tagawa and M. Toda describe it (1981): a column for each
 * node, so that what is read stands left of who reads it, and bends where an edge passes columns.
 */

/** An edge between two nodes, which are numbers from 0. */
export type NumberedEdge = readonly [from: number, to: number];

/** An edge as a way through neighbouring columns, from left to right. */
export interface Chain {
  /** The node on the left, a bend in each column between, the node on the right. */
  readonly vertices: readonly number[];
  /** It is part of a circle, and so goes from right to left. */
  readonly isReversed: boolean;
}

/** Vertices in columns. A number below that of the nodes is a node, any other a bend. */
export interface Layers {
  readonly columnOf: readonly number[];
  /** One for each edge; without vertices for one from a node to itself. */
  readonly chains: readonly Chain[];
}

/** Puts nodes into columns. */
export function inLayers(count: number, edges: readonly NumberedEdge[]): Layers {
  const reversed = closingEdges(count, edges);
  const directed = edges.map(([from, to], at): NumberedEdge => (reversed.has(at) ? [to, from] : [from, to]));
  const columnOf = columnsOf(count, directed);
  const chains = directed.map(([from, to], at): Chain => {
    if (from === to) return { vertices: [], isReversed: false };
    const vertices = [from];
    for (let column = (columnOf[from] ?? 0) + 1; column < (columnOf[to] ?? 0); column += 1) {
      vertices.push(columnOf.length);
      columnOf.push(column);
    }
    return { vertices: [...vertices, to], isReversed: reversed.has(at) };
  });
  return { columnOf, chains };
}

/** The edges that close a circle, where nodes are gone through in their order; without them there is none. */
function closingEdges(count: number, edges: readonly NumberedEdge[]): ReadonlySet<number> {
  const outgoing = edgesBy(count, edges, 0);
  const closing = new Set<number>();
  const state = new Uint8Array(count);
  const [OPEN, FINISHED] = [1, 2];
  for (let start = 0; start < count; start += 1) {
    if (state[start] !== 0) continue;
    state[start] = OPEN;
    // A stack of its own, as a chain of pipelines can be longer than the engine's is deep.
    const stack = [{ node: start, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = outgoing[top.node]?.[top.next];
      top.next += 1;
      if (edge === undefined) {
        state[top.node] = FINISHED;
        stack.pop();
        continue;
      }
      const to = edges[edge]?.[1] ?? 0;
      if (state[to] === OPEN) closing.add(edge);
      if (state[to] !== 0) continue;
      state[to] = OPEN;
      stack.push({ node: to, next: 0 });
    }
  }
  return closing;
}

/** Each node right of all that it reads; what reads nothing stands just before the first that reads it. */
function columnsOf(count: number, edges: readonly NumberedEdge[]): number[] {
  const outgoing = edgesBy(count, edges, 0);
  const columns = new Array<number>(count).fill(0);
  const missing = new Array<number>(count).fill(0);
  for (const [from, to] of edges) if (from !== to) missing[to] = (missing[to] ?? 0) + 1;
  const begin = missing.flatMap((needs, node) => (needs === 0 ? [node] : []));
  const ready = [...begin];
  for (const node of ready) {
    for (const edge of outgoing[node] ?? []) {
      const to = edges[edge]?.[1] ?? 0;
      if (to === node) continue;
      columns[to] = Math.max(columns[to] ?? 0, (columns[node] ?? 0) + 1);
      missing[to] = (missing[to] ?? 0) - 1;
      if (missing[to] === 0) ready.push(to);
    }
  }
  for (const node of begin) {
    const readers = (outgoing[node] ?? []).map((edge) => columns[edges[edge]?.[1] ?? 0] ?? 0);
    if (readers.length > 0) columns[node] = Math.max(0, Math.min(...readers) - 1);
  }
  return columns;
}

/** The numbers of the edges that begin (0) or end (1) at each node. */
function edgesBy(count: number, edges: readonly NumberedEdge[], end: 0 | 1): readonly (readonly number[])[] {
  const found = Array.from({ length: count }, (): number[] => []);
  for (const [at, edge] of edges.entries()) found[edge[end]]?.push(at);
  return found;
}

/** Nodes that are connected in any way, in the order of the first of each. */
export function connectedParts(
  count: number,
  edges: readonly NumberedEdge[],
): readonly (readonly number[])[] {
  const parent = Array.from({ length: count }, (_, node) => node);
  const rootOf = (node: number): number => {
    let root = node;
    while (parent[root] !== root) root = parent[root] = parent[parent[root] ?? 0] ?? 0;
    return root;
  };
  for (const [from, to] of edges) parent[rootOf(to)] = rootOf(from);
  const parts = new Map<number, number[]>();
  for (let node = 0; node < count; node += 1) {
    const known = parts.get(rootOf(node));
    if (known === undefined) parts.set(rootOf(node), [node]);
    else known.push(node);
  }
  return [...parts.values()];
}

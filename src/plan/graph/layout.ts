/**
 * Where everything of the picture stands: columns from left to right, each part that is connected with no other below
 * the last. Only what the graph is decides this, never the states of datums, so that nothing moves while jobs run.
 */
import { type Columns, inColumns } from './columns.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { type Joint, middlesOf } from './heights.ts';
import { type Chain, connectedParts, inLayers, type NumberedEdge } from './layers.ts';
import { fitted, guessedWidth, type TextMeasure } from './text-width.ts';

/** A node with its box. */
export interface PlacedNode {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A point of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An edge with its way. */
export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** In pairs: straight through each, curved from one to the next. The last ends at the reader. */
  readonly stretches: readonly (readonly [Point, Point])[];
  /** As far as there is room, ending before the reader; absent for an edge that has none, or goes back. */
  readonly label?: Point & { readonly text: string };
}

/** A picture without colours; nodes in the order in which one reads them, column by column. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Lengths, in the picture's units. */
const BOX = { least: 206, most: 280, height: 46, padding: 24, gap: 22 };
/** Edges that end at one node, and long ones that pass by it. */
const LANE = 18;
/** Where edges curve, and the room around their labels. */
const CURVE = 54;
/** What is straight at least where an edge begins and ends. */
const HEAD = 8;
const LABEL = { most: 230, padding: 9 };
const BETWEEN_PARTS = 34;

/** Lays a graph out. */
export function layOutGraph(graph: Graph, measure: TextMeasure = guessedWidth): Layout {
  const numberOf = new Map(graph.nodes.map(({ id }, at) => [id, at]));
  const edges = graph.edges.map(
    ({ from, to }): NumberedEdge => [numberOf.get(from) ?? 0, numberOf.get(to) ?? 0],
  );
  const parts = connectedParts(graph.nodes.length, edges);
  const partOf: number[] = [];
  for (const [part, nodes] of parts.entries()) for (const node of nodes) partOf[node] = part;
  const edgesOf = parts.map((): GraphEdge[] => []);
  for (const [at, edge] of graph.edges.entries()) edgesOf[partOf[edges[at]?.[0] ?? 0] ?? 0]?.push(edge);
  const names = graph.nodes.map(({ name }) => measure(name, 'name'));
  const width = Math.min(BOX.most, Math.max(BOX.least, ...names.map((name) => name + BOX.padding)));
  const placed: Layout[] = [];
  let top = 0;
  for (const [part, members] of parts.entries()) {
    const nodes = members.flatMap((at) => graph.nodes[at] ?? []);
    const layout = layOutPart({ nodes, edges: edgesOf[part] ?? [] }, width, top, measure);
    placed.push(layout);
    top += layout.height + BETWEEN_PARTS;
  }
  return {
    width: Math.max(0, ...placed.map((layout) => layout.width)),
    height: Math.max(0, top - BETWEEN_PARTS),
    nodes: placed.flatMap(({ nodes }) => nodes),
    edges: placed.flatMap((layout) => layout.edges),
  };
}

/** Lays a connected graph out, with boxes of one width. */
function layOutPart(graph: Graph, width: number, top: number, measure: TextMeasure): Layout {
  const count = graph.nodes.length;
  const numberOf = new Map(graph.nodes.map(({ id }, at) => [id, at]));
  const layers = inLayers(
    count,
    graph.edges.map(({ from, to }): NumberedEdge => [numberOf.get(from) ?? 0, numberOf.get(to) ?? 0]),
  );
  const { columnOf, chains } = layers;
  const columns = inColumns(layers);
  const lanes = lanesInto(columns, chains);
  const heightOf = (vertex: number): number =>
    vertex < count ? Math.max(BOX.height, (lanes.of.get(vertex)?.length ?? 0) * LANE + 8) : LANE;
  const middles = middlesOf({
    columns,
    joints: jointsOf(chains, count, lanes),
    heightOf,
    gapOf: (above, below) =>
      above < count && below < count ? BOX.gap : above < count || below < count ? 8 : 0,
  }).map((middle) => middle + top);
  const labels = graph.edges.map(({ label }, at) =>
    chains[at]?.isReversed === true || chains[at]?.vertices.length === 0
      ? ''
      : fitted(label, 'label', LABEL.most, measure),
  );
  const rooms = roomsBefore(columns, chains, labels, columnOf, measure);
  const lefts = leftsOf(rooms, width);
  const nodes = graph.nodes.map((node, at): PlacedNode => {
    const height = heightOf(at);
    return { node, x: lefts[columnOf[at] ?? 0] ?? 0, y: (middles[at] ?? 0) - height / 2, width, height };
  });
  const placeOf = (vertex: number): Point => ({
    x: lefts[columnOf[vertex] ?? 0] ?? 0,
    y: middles[vertex] ?? 0,
  });
  const edges = graph.edges.map((edge, at): PlacedEdge => {
    const chain = chains[at] ?? { vertices: [], isReversed: false };
    const label = labels[at] ?? '';
    const roomOf = (vertex: number): number => rooms[columnOf[vertex] ?? 0] ?? 0;
    const stretches = stretchesOf(chain, placeOf, roomOf, width, lanes.offsets[at] ?? 0);
    if (stretches.length === 0) return { edge, stretches: loopAt(nodes[numberOf.get(edge.to) ?? 0]) };
    const end = stretches.at(-1)?.[1];
    if (label === '' || end === undefined) return { edge, stretches };
    const x = end.x - measure(label, 'label') - LABEL.padding;
    return { edge, stretches, label: { x, y: end.y, text: label } };
  });
  const last = lefts.at(-1) ?? 0;
  const bottom = Math.max(...middles.map((middle, vertex) => middle + heightOf(vertex) / 2));
  const read = nodes.toSorted((a, b) => a.x - b.x || a.y - b.y);
  return { width: last + width, height: bottom - top, nodes: read, edges };
}

/** The edges that come into each node from the left, from top to bottom. */
interface Lanes {
  readonly of: ReadonlyMap<number, readonly number[]>;
  /** How far from the node's middle each edge comes in. */
  readonly offsets: readonly number[];
}

function lanesInto(columns: Columns, chains: readonly Chain[]): Lanes {
  const places: number[] = [];
  for (const column of columns) for (const [place, vertex] of column.entries()) places[vertex] = place;
  const into = new Map<number, number[]>();
  for (const [at, { vertices }] of chains.entries()) {
    const end = vertices.at(-1);
    if (end === undefined) continue;
    const known = into.get(end);
    if (known === undefined) into.set(end, [at]);
    else known.push(at);
  }
  const before = (edge: number): number => places[chains[edge]?.vertices.at(-2) ?? 0] ?? 0;
  const offsets: number[] = [];
  for (const edges of into.values()) {
    edges.sort((a, b) => before(a) - before(b) || a - b);
    for (const [lane, edge] of edges.entries()) offsets[edge] = (lane - (edges.length - 1) / 2) * LANE;
  }
  return { of: into, offsets };
}

function jointsOf(chains: readonly Chain[], count: number, { offsets }: Lanes): readonly Joint[] {
  return chains.flatMap(({ vertices }, edge) =>
    vertices.slice(1).map((right, at): Joint => {
      const left = vertices[at] ?? 0;
      const rightOffset = right < count ? (offsets[edge] ?? 0) : 0;
      const bends = Number(left >= count) + Number(right >= count);
      return { left, right, leftOffset: 0, rightOffset, weight: [1, 2, 8][bends] ?? 1 };
    }),
  );
}

/** Before each column, the room for the longest label of the edges that end in it; nothing curves there. */
function roomsBefore(
  columns: Columns,
  chains: readonly Chain[],
  labels: readonly string[],
  columnOf: readonly number[],
  measure: TextMeasure,
): readonly number[] {
  const rooms = columns.map(() => HEAD);
  for (const [at, label] of labels.entries()) {
    const end = columnOf[chains[at]?.vertices.at(-1) ?? 0] ?? 0;
    if (label !== '') rooms[end] = Math.max(rooms[end] ?? 0, measure(label, 'label') + 2 * LABEL.padding);
  }
  return rooms;
}

/** Where each column begins. */
function leftsOf(rooms: readonly number[], width: number): readonly number[] {
  let left = 0;
  return rooms.map((room, at) => {
    if (at > 0) left += width + HEAD + CURVE + room;
    return left;
  });
}

/** The way of an edge, from who is read to the reader. */
function stretchesOf(
  { vertices, isReversed }: Chain,
  placeOf: (vertex: number) => Point,
  roomOf: (vertex: number) => number,
  width: number,
  offset: number,
): readonly (readonly [Point, Point])[] {
  const stretches = vertices.map((vertex, at): readonly [Point, Point] => {
    const { x, y } = placeOf(vertex);
    if (at === 0)
      return [
        { x: x + width, y },
        { x: x + width + HEAD, y },
      ];
    const isEnd = at === vertices.length - 1;
    const before = x - roomOf(vertex);
    if (isEnd)
      return [
        { x: before, y: y + offset },
        { x, y: y + offset },
      ];
    return [
      { x: before, y },
      { x: x + width, y },
    ];
  });
  return isReversed ? stretches.map(([a, b]) => [b, a] as const).reverse() : stretches;
}

/** The way from a node round its top to itself. */
function loopAt(node: PlacedNode | undefined): PlacedEdge['stretches'] {
  if (node === undefined) return [];
  const { x, y, width, height } = node;
  const above = y - BOX.gap / 2 + 2;
  const right = { x: x + width, y: y + height / 2 };
  const left = { x, y: y + height / 2 };
  return [
    [right, { ...right, x: right.x + HEAD }],
    [
      { x: x + width, y: above },
      { x, y: above },
    ],
    [{ ...left, x: x - HEAD }, left],
  ];
}

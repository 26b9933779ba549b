/** The order of vertices within columns, by which few edges cross. */
import type { Layers } from './layers.ts';

/** The columns from left to right, each from top to bottom. */
export type Columns = readonly (readonly number[])[];

/** Rounds without gain after which nothing more is tried. */
const PATIENCE = 4;

/** Puts the vertices of each column in order: by the mean place of their neighbours, to and fro, the best order kept. */
export function inColumns(layers: Layers): Columns {
  const neighbours = neighboursOf(layers);
  let columns = firstOrder(layers, neighbours.right);
  let best = columns;
  let fewest = crossingsIn(columns, neighbours.right);
  for (let round = 0, idle = 0; idle < PATIENCE && fewest > 0; round += 1) {
    columns = swept(columns, neighbours, round % 2 === 0);
    const crossings = crossingsIn(columns, neighbours.right);
    idle = crossings < fewest ? 0 : idle + 1;
    if (crossings < fewest) [best, fewest] = [columns, crossings];
  }
  return best;
}

/** What a vertex is joined with in the columns beside it. */
interface Neighbours {
  readonly left: readonly (readonly number[])[];
  readonly right: readonly (readonly number[])[];
}

function neighboursOf({ columnOf, chains }: Layers): Neighbours {
  const left = columnOf.map((): number[] => []);
  const right = columnOf.map((): number[] => []);
  for (const { vertices } of chains) {
    for (const [at, vertex] of vertices.entries()) {
      const next = vertices[at + 1];
      if (next === undefined) continue;
      right[vertex]?.push(next);
      left[next]?.push(vertex);
    }
  }
  return { left, right };
}

/** As ways from the first column come by: what belongs together is near to begin with. */
function firstOrder({ columnOf }: Layers, right: Neighbours['right']): Columns {
  const columns = Array.from({ length: Math.max(...columnOf) + 1 }, (): number[] => []);
  const seen = new Set<number>();
  const begins = columnOf.map((_, vertex) => vertex).sort((a, b) => (columnOf[a] ?? 0) - (columnOf[b] ?? 0));
  for (const begin of begins) {
    const waiting = [begin];
    for (let vertex = waiting.pop(); vertex !== undefined; vertex = waiting.pop()) {
      if (seen.has(vertex)) continue;
      seen.add(vertex);
      columns[columnOf[vertex] ?? 0]?.push(vertex);
      waiting.push(...[...(right[vertex] ?? [])].reverse());
    }
  }
  return columns;
}

/** Every column anew, beside the one that was put in order before it. */
function swept(columns: Columns, { left, right }: Neighbours, isForward: boolean): Columns {
  const next = [...columns];
  const places = placesIn(columns);
  const wishes = new Float64Array(places.length);
  const order = columns.map((_, at) => at);
  const beside = isForward ? left : right;
  for (const at of isForward ? order : order.reverse()) {
    const column = [...(columns[at] ?? [])];
    for (const vertex of column)
      wishes[vertex] = meanPlace(beside[vertex] ?? [], places) ?? places[vertex] ?? 0;
    // Where backward ties are turned round, two that are equal do not keep each other from better places.
    if (!isForward) column.reverse();
    column.sort((a, b) => (wishes[a] ?? 0) - (wishes[b] ?? 0));
    next[at] = column;
    for (const [place, vertex] of column.entries()) places[vertex] = place;
  }
  return next;
}

function meanPlace(vertices: readonly number[], places: Int32Array): number | undefined {
  if (vertices.length === 0) return undefined;
  let sum = 0;
  for (const vertex of vertices) sum += places[vertex] ?? 0;
  return sum / vertices.length;
}

function placesIn(columns: Columns): Int32Array {
  const places = new Int32Array(columns.reduce((sum, { length }) => sum + length, 0));
  for (const column of columns) for (const [place, vertex] of column.entries()) places[vertex] = place;
  return places;
}

/** How many pairs of edges between neighbouring columns cross. */
export function crossingsIn(columns: Columns, right: readonly (readonly number[])[]): number {
  const places = placesIn(columns);
  let crossings = 0;
  for (const [at, column] of columns.entries()) {
    const size = columns[at + 1]?.length ?? 0;
    // A binary indexed tree of the ends seen so far (W. Barth, M. Jünger and P. Mutzel, 2002).
    const seen = new Uint32Array(size + 1);
    let total = 0;
    const ends: number[] = [];
    for (const vertex of column) {
      ends.length = 0;
      for (const one of right[vertex] ?? []) ends.push(places[one] ?? 0);
      if (ends.length > 1) ends.sort((a, b) => a - b);
      for (const end of ends) {
        let notAfter = 0;
        for (let i = end + 1; i > 0; i -= i & -i) notAfter += seen[i] ?? 0;
        crossings += total - notAfter;
      }
      for (const end of ends) {
        for (let i = end + 1; i <= size; i += i & -i) seen[i] = (seen[i] ?? 0) + 1;
        total += 1;
      }
    }
  }
  return crossings;
}

/** Where each vertex of a column stands: as straight beside its neighbours as its own column leaves room for. */
import type { Columns } from './columns.ts';

/** An edge between neighbouring columns, with how far above or below a vertex's middle it meets it. */
export interface Joint {
  readonly left: number;
  readonly right: number;
  readonly leftOffset: number;
  readonly rightOffset: number;
  /** What a slope in it costs: bends in one long edge are worse than a slope between two nodes. */
  readonly weight: number;
}

/** What heights are found for. */
export interface Stacked {
  readonly columns: Columns;
  readonly joints: readonly Joint[];
  readonly heightOf: (vertex: number) => number;
  /** The free room between two neighbours of a column. */
  readonly gapOf: (above: number, below: number) => number;
}

/** Times that all columns are gone through; more move nothing that is seen. */
const ROUNDS = 8;

/** The middle of each vertex, the topmost edge of all being at 0. */
export function middlesOf({ columns, joints, heightOf, gapOf }: Stacked): readonly number[] {
  const middles: number[] = [];
  const around: Joint[][] = [];
  for (const joint of joints) {
    for (const vertex of [joint.left, joint.right]) {
      const known = around[vertex];
      if (known === undefined) around[vertex] = [joint];
      else known.push(joint);
    }
  }
  const distances = columns.map((column) =>
    column.map((vertex, at) => {
      const above = column[at - 1];
      return above === undefined ? 0 : (heightOf(above) + heightOf(vertex)) / 2 + gapOf(above, vertex);
    }),
  );
  for (const [at, column] of columns.entries()) {
    let middle = 0;
    for (const [place, vertex] of column.entries()) {
      middle += distances[at]?.[place] ?? 0;
      middles[vertex] = middle;
    }
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = columns.map((_, at) => at);
    // First to one side, so that what is far away is felt; in the end by both neighbours at once.
    const sides = round === ROUNDS - 1 ? 'both' : round % 2 === 0 ? 'left' : 'right';
    for (const at of sides === 'right' ? order.reverse() : order) {
      const column = columns[at] ?? [];
      const wishes = column.map((vertex) => wishOf(vertex, around[vertex] ?? [], middles, sides));
      for (const [place, middle] of nearest(wishes, distances[at] ?? []).entries())
        middles[column[place] ?? 0] = middle;
    }
  }
  const top = middles.reduce(
    (least, middle, vertex) => Math.min(least, middle - heightOf(vertex) / 2),
    Infinity,
  );
  return middles.map((middle) => middle - top);
}

interface Wish {
  readonly middle: number;
  readonly weight: number;
}

/** Where a vertex would stand if it were alone. */
function wishOf(
  vertex: number,
  joints: readonly Joint[],
  middles: readonly number[],
  sides: 'left' | 'right' | 'both',
): Wish {
  let [sum, weight] = [0, 0];
  for (const { left, right, leftOffset, rightOffset, weight: own } of joints) {
    if (right === vertex && sides !== 'right') sum += own * ((middles[left] ?? 0) + leftOffset - rightOffset);
    else if (left === vertex && sides !== 'left')
      sum += own * ((middles[right] ?? 0) + rightOffset - leftOffset);
    else continue;
    weight += own;
  }
  // One that nothing is joined with on that side stays, if nobody needs its place.
  return weight === 0 ? { middle: middles[vertex] ?? 0, weight: 0.01 } : { middle: sum / weight, weight };
}

/**
 * The places that are nearest to what is wished for, by the sum of squares, and keep their distances: what would
 * overlap is moved together, block by block ("pool adjacent violators").
 */
function nearest(wishes: readonly Wish[], distances: readonly number[]): readonly number[] {
  const blocks: { middle: number; weight: number; size: number }[] = [];
  let offset = 0;
  const offsets = distances.map((distance) => {
    offset += distance;
    return offset;
  });
  for (const [at, { middle, weight }] of wishes.entries()) {
    let block = { middle: middle - (offsets[at] ?? 0), weight, size: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.middle > block.middle; last = blocks.at(-1)) {
      const sum = last.weight + block.weight;
      const mean = (last.middle * last.weight + block.middle * block.weight) / sum;
      block = { middle: mean, weight: sum, size: last.size + block.size };
      blocks.pop();
    }
    blocks.push(block);
  }
  const places = blocks.flatMap(({ middle, size }) => new Array<number>(size).fill(middle));
  return places.map((place, at) => place + (offsets[at] ?? 0));
}

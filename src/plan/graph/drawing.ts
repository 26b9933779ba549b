/** The picture as a drawing: boxes with names and counts, a bar of states in each, and lines with globs. */
import { countsInOrder } from '../state-order.ts';
import type { Layout, PlacedEdge, PlacedNode, Point } from './layout.ts';
import type { NodeLook } from './looks.ts';
import { plainText } from './plain-text.ts';
import { type Shape, shape, short } from './shape.ts';
import { fitted, type TextMeasure } from './text-width.ts';

/** The empty border of a picture. */
export const MARGIN = 20;

/** The lines, which stay as they are while jobs run. */
export function drawEdges(layout: Layout): Shape {
  return shape('g', { class: 'edges' }, layout.edges.map(edgeShape));
}

/** One box. Whoever draws it again puts it in the place of the old one. */
export function drawNode(placed: PlacedNode, look: NodeLook, measure: TextMeasure): Shape {
  const { node, x, y, width, height } = placed;
  const { state, text, counts } = look;
  const name = plainText(node.name);
  const told = plainText(text);
  const room = width - 2 * PADDING;
  const left = short(x + PADDING);
  const top = y + height / 2;
  const round = node.kind === 'repo' ? 16 : 4;
  return shape('g', { class: `node ${node.kind} is-${state}` }, [
    shape('title', {}, [[name, told].filter(Boolean).join(': ')]),
    shape('rect', {
      ...{ class: 'box', x: short(x), y: short(y), width: short(width), height: short(height) },
      rx: round,
    }),
    shape('text', { class: 'name', x: left, y: short(top - (told === '' ? -4 : 4)) }, [
      fitted(name, 'name', room, measure),
    ]),
    ...(told === ''
      ? []
      : [
          shape('text', { class: 'text', x: left, y: short(top + 12) }, [
            fitted(told, 'text', room, measure),
          ]),
        ]),
    ...bar(counts ?? {}, { x: x + 4, y: y + height - 4, width: width - 8 }),
  ]);
}

const PADDING = 12;

/** How many datums are in each state, as lengths: done from the left, what needs attention at the right end. */
function bar(
  counts: NonNullable<NodeLook['counts']>,
  { x, y, width }: Point & { readonly width: number },
): readonly Shape[] {
  const told = [...countsInOrder(counts)].reverse();
  const all = told.reduce((sum, [, count]) => sum + count, 0);
  let before = 0;
  return told.map(([state, count]) => {
    const from = x + (before / all) * width;
    before += count;
    const to = x + (before / all) * width;
    // One failure in thousands must be seen.
    const seen = Math.max(2, to - from);
    return shape('rect', {
      class: `part is-${state}`,
      x: short(Math.min(from, x + width - seen)),
      y: short(y - 1),
      width: short(seen),
      height: 3,
    });
  });
}

function edgeShape({ edge, stretches, label }: PlacedEdge): Shape {
  return shape('g', { class: 'edge' }, [
    shape('title', {}, [plainText(edge.label)]),
    shape('path', { class: 'line', d: wayOf(stretches) }),
    shape('path', { class: 'head', d: headAt(stretches.at(-1)) }),
    ...(label === undefined
      ? []
      : [
          shape('text', { class: 'label', x: short(label.x), y: short(label.y - 3) }, [
            plainText(label.text),
          ]),
        ]),
  ]);
}

/** A line that leaves each stretch, and comes to the next, in the direction that it has there. */
function wayOf(stretches: PlacedEdge['stretches']): string {
  return stretches
    .map(([from, to], at) => {
      const before = stretches[at - 1];
      if (before === undefined) return `M${place(from)}L${place(to)}`;
      const [, end] = before;
      const bend = Math.max(16, Math.abs(from.x - end.x) / 2);
      const leave = { x: end.x + bend * directionOf(before), y: end.y };
      const arrive = { x: from.x - bend * directionOf([from, to]), y: from.y };
      return `C${place(leave)} ${place(arrive)} ${place(from)}L${place(to)}`;
    })
    .join('');
}

function headAt(last: readonly [Point, Point] | undefined): string {
  if (last === undefined) return '';
  const { x, y } = last[1];
  const back = x - 7 * directionOf(last);
  return `M${place({ x, y })}L${place({ x: back, y: y - 4 })}L${place({ x: back, y: y + 4 })}Z`;
}

function directionOf([from, to]: readonly [Point, Point]): number {
  return to.x < from.x ? -1 : 1;
}

function place({ x, y }: Point): string {
  return `${short(x)} ${short(y)}`;
}

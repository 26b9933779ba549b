/** From box to box by arrow keys. Free of the editor, and of the page. */
import type { PlacedNode } from '../plan/graph/layout.ts';

/** An arrow key. */
export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** Whether a key is an arrow. */
export function isArrow(key: string): key is Arrow {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}

/**
 * The box that an arrow leads to: left to what is read and right to who reads it, where there is such; else the nearest
 * on that side.
 * @param joined - Whether a line joins two nodes, by their ids.
 */
export function nextNode(
  nodes: readonly PlacedNode[],
  from: PlacedNode,
  arrow: Arrow,
  joined: (a: string, b: string) => boolean,
): PlacedNode | undefined {
  const isAcross = arrow === 'ArrowLeft' || arrow === 'ArrowRight';
  const sign = arrow === 'ArrowRight' || arrow === 'ArrowDown' ? 1 : -1;
  const ahead = (to: PlacedNode): number => sign * (isAcross ? to.x - from.x : middle(to) - middle(from));
  const aside = (to: PlacedNode): number => Math.abs(isAcross ? middle(to) - middle(from) : to.x - from.x);
  const before = nodes.filter((node) => ahead(node) > 0);
  const joinedOnes = isAcross ? before.filter(({ node }) => joined(from.node.id, node.id)) : [];
  const candidates = joinedOnes.length > 0 ? joinedOnes : before;
  // What is far aside is worth less than what is far ahead: an arrow up stays in its column.
  const cost = (to: PlacedNode): number => ahead(to) + 3 * aside(to);
  return candidates.reduce<PlacedNode | undefined>(
    (best, node) => (best === undefined || cost(node) < cost(best) ? node : best),
    undefined,
  );
}

function middle({ y, height }: PlacedNode): number {
  return y + height / 2;
}

import assert from 'node:assert/strict';
import { type Arrow, isArrow, nextNode } from '../../src/extension/graph-steps.ts';
import { fitting, keptView, moved, showing, type View, zoomed } from '../../src/extension/graph-view.ts';
import { graphOf } from '../../src/plan/graph/graph.ts';
import { layOutGraph } from '../../src/plan/graph/layout.ts';
import { pipeline } from '../plan/graph/sample.ts';

const PAGE = { width: 800, height: 600 };

describe('the view of the graph', () => {
  it('shows all of a large picture, and a small one as it is', () => {
    assert.equal(fitting({ width: 100, height: 50 }, PAGE).scale, 1);
    const { scale, x, y } = fitting({ width: 4000, height: 50 }, PAGE);
    assert.ok(x + 4000 * scale <= PAGE.width && y + 50 * scale <= PAGE.height && scale > 0.15);
    assert.ok(fitting({ width: 0, height: 0 }, PAGE).scale === 1);
    assert.ok(fitting({ width: 1e9, height: 1 }, PAGE).scale > 0);
  });

  it('keeps the point still that it is zoomed at, within bounds', () => {
    const before: View = { x: 10, y: 20, scale: 0.5 };
    const at = ({ x, y, scale }: View): readonly number[] => [(300 - x) / scale, (200 - y) / scale];
    const after = zoomed(before, 3, 300, 200);
    assert.equal(after.scale, 1.5);
    assert.deepEqual(at(after).map(Math.round), at(before).map(Math.round));
    assert.equal(zoomed(after, 1e6, 0, 0).scale, 4);
    assert.equal(zoomed(after, 1e-6, 0, 0).scale, 0.05);
    assert.deepEqual(moved(before, 5, -5), { x: 15, y: 15, scale: 0.5 });
  });

  it('moves no further than is needed to show a box', () => {
    const view: View = { x: 0, y: 0, scale: 1 };
    assert.deepEqual(showing(view, { x: 100, y: 100, width: 200, height: 50 }, PAGE), view);
    assert.deepEqual(showing(view, { x: 700, y: 100, width: 200, height: 50 }, PAGE), { ...view, x: -124 });
    assert.deepEqual(showing(view, { x: 100, y: -80, width: 200, height: 50 }, PAGE), { ...view, y: 104 });
    // Of one that is larger than the page, the beginning.
    assert.deepEqual(showing(view, { x: 50, y: 100, width: 2000, height: 50 }, PAGE), { ...view, x: -26 });
  });

  it('is taken up only from what is one', () => {
    assert.deepEqual(keptView({ x: 1, y: 2, scale: 3, more: 4 }), { x: 1, y: 2, scale: 3 });
    assert.equal(keptView({ x: 1, y: 2, scale: 300 })?.scale, 4);
    for (const wrong of [
      undefined,
      null,
      1,
      {},
      { x: 1, y: 2 },
      { x: 1, y: Number.NaN, scale: 1 },
      { x: '1', y: 2, scale: 1 },
    ])
      assert.equal(keptView(wrong), undefined);
  });
});

describe('arrow keys in the graph', () => {
  const graph = graphOf([
    pipeline('a', ['raw']),
    pipeline('b', ['raw']),
    pipeline('c', ['a', 'late']),
    pipeline('alone', ['else']),
  ]);
  const { nodes } = layOutGraph(graph);
  const joined = (one: string, other: string): boolean =>
    graph.edges.some(({ from, to }) => (from === one && to === other) || (from === other && to === one));
  const reached = (from: string, ...arrows: Arrow[]): string | undefined => {
    const named = (name: string | undefined) => nodes.find(({ node }) => node.name === name);
    return arrows.reduce<string | undefined>((name, arrow) => {
      const node = named(name);
      return node && nextNode(nodes, node, arrow, joined)?.node.name;
    }, from);
  };
  const column = (name: string): number => nodes.find(({ node }) => node.name === name)?.x ?? -1;

  it('lead along lines, and up and down in columns', () => {
    assert.equal(reached('c', 'ArrowLeft', 'ArrowLeft'), 'raw');
    assert.equal(reached('raw', 'ArrowLeft'), undefined);
    assert.equal(column('late'), column('a'));
    const [top = '', middle = '', bottom = ''] = nodes
      .filter(({ x, node }) => x === column('a') && node.name !== 'alone')
      .map(({ node }) => node.name);
    assert.equal(reached(top, 'ArrowDown'), middle);
    assert.equal(reached(middle, 'ArrowDown'), bottom);
    assert.equal(reached(bottom, 'ArrowUp'), middle);
    assert.equal(reached('else', 'ArrowRight'), 'alone');
    for (const { node } of nodes) {
      const seen = new Set([node.name]);
      const waiting = [node.name];
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
        for (const arrow of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const) {
          const next = reached(name, arrow);
          if (next !== undefined && !seen.has(next)) waiting.push(next);
          if (next !== undefined) seen.add(next);
        }
      assert.equal(seen.size, nodes.length, `from ${node.name} every box can be reached`);
    }
  });

  it('are these four', () => {
    assert.ok(isArrow('ArrowUp'));
    assert.ok(!isArrow('Enter'));
  });
});

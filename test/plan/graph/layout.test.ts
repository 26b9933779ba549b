import assert from 'node:assert/strict';
import { crossingsIn, inColumns } from '../../../src/plan/graph/columns.ts';
import { graphOf } from '../../../src/plan/graph/graph.ts';
import { inLayers } from '../../../src/plan/graph/layers.ts';
import { type Layout, layOutGraph, type PlacedNode } from '../../../src/plan/graph/layout.ts';
import { fitted, guessedWidth } from '../../../src/plan/graph/text-width.ts';
import { type Drawn, manyPipelines, pipeline } from './sample.ts';

function laidOut(pipelines: readonly Drawn[]): Layout {
  return layOutGraph(graphOf(pipelines));
}

/** Boxes, labels and ends of lines, as what may lie on one another and what may not. */
function assertReadable({ nodes, edges, width, height }: Layout): void {
  const sorted = [...nodes].sort((a, b) => a.y - b.y);
  const overlap = (a: Omit<PlacedNode, 'node'>, b: Omit<PlacedNode, 'node'>): boolean =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height - 1e-6 && b.y < a.y + a.height - 1e-6;
  const labels = edges.flatMap(({ label }) =>
    label === undefined
      ? []
      : [{ x: label.x, y: label.y - 13, width: guessedWidth(label.text, 'label'), height: 13 }],
  );
  for (const [at, node] of sorted.entries()) {
    assert.ok(node.x >= 0 && node.y >= -1e-6 && node.x + node.width <= width + 1e-6);
    assert.ok(node.y + node.height <= height + 1e-6);
    for (const below of sorted.slice(at + 1)) {
      if (below.y > node.y + node.height) break;
      assert.ok(!overlap(node, below), `${node.node.name} lies on ${below.node.name}`);
    }
    for (const label of labels) assert.ok(!overlap(node, label), `a label lies on ${node.node.name}`);
  }
  const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
  for (const { edge, stretches } of edges) {
    const end = stretches.at(-1)?.[1];
    const reader = byId.get(edge.to);
    assert.ok(end !== undefined && reader !== undefined);
    assert.ok(end.y > reader.y && end.y < reader.y + reader.height, 'a line ends at the box of its reader');
    assert.ok(Math.min(Math.abs(end.x - reader.x), Math.abs(end.x - reader.x - reader.width)) < 1e-6);
  }
}

const at = (layout: Layout, name: string): PlacedNode => {
  const found = layout.nodes.find(({ node }) => node.name === name);
  assert.ok(found !== undefined);
  return found;
};

describe('the layout of the graph', () => {
  it('puts readers right of what they read, and what is read first just before its reader', () => {
    const layout = laidOut([
      pipeline('a', ['raw']),
      pipeline('b', ['a']),
      pipeline('c', ['b', 'late', 'raw']),
    ]);
    const columns = ['raw', 'a', 'b', 'c'].map((name) => at(layout, name).x);
    assert.deepEqual(
      columns,
      [...columns].sort((x, y) => x - y),
    );
    assert.equal(new Set(columns).size, 4);
    assert.equal(at(layout, 'late').x, at(layout, 'b').x);
    assertReadable(layout);
  });

  it('leads long lines past the boxes between', () => {
    const layout = laidOut([
      pipeline('a', ['raw']),
      pipeline('b', ['a']),
      pipeline('c', ['b']),
      pipeline('d', ['c', 'raw']),
    ]);
    const long = layout.edges.find(({ edge }) => edge.from === 'repo raw' && edge.to.includes('d/'));
    assert.equal(long?.stretches.length, 5);
    for (const [from, to] of long?.stretches.slice(1, -1) ?? []) {
      for (const { x, y, width, height } of layout.nodes) {
        if (from.x < x + width && to.x > x) assert.ok(from.y < y || from.y > y + height);
      }
    }
    assertReadable(layout);
  });

  it('gives each line into a box a lane of its own, without crossings there', () => {
    const repos = Array.from({ length: 12 }, (_, n) => `repo${(n * 5) % 12}`);
    const layout = laidOut([pipeline('all', repos)]);
    const { height } = at(layout, 'all');
    assert.ok(height > 12 * 15);
    const begins = layout.edges.map(({ stretches }) => [
      stretches[0]?.[0].y ?? 0,
      stretches.at(-1)?.[1].y ?? 0,
    ]);
    begins.sort(([a = 0], [b = 0]) => a - b);
    const ends = begins.map(([, end = 0]) => end);
    assert.deepEqual(
      ends,
      [...ends].sort((a, b) => a - b),
    );
    assertReadable(layout);
  });

  it('has few crossings: none where none is needed', () => {
    const edgesOf = (pairs: string): (readonly [number, number])[] =>
      pairs.split(' ').map((pair) => {
        const [from = 0, to = 0] = pair.split('-').map(Number);
        return [from, to];
      });
    const crossings = (count: number, pairs: string): number => {
      const layers = inLayers(count, edgesOf(pairs));
      const right = layers.columnOf.map((): number[] => []);
      for (const { vertices } of layers.chains)
        for (const [place, vertex] of vertices.entries())
          if (place > 0) right[vertices[place - 1] ?? 0]?.push(vertex);
      return crossingsIn(inColumns(layers), right);
    };
    assert.equal(crossings(6, '0-5 1-4 2-3'), 0);
    assert.equal(crossings(7, '0-3 0-4 1-4 1-5 2-5 2-6'), 0);
    // A tree whose leaves are named in the worst order.
    assert.equal(crossings(15, '0-1 0-2 1-5 1-3 2-4 2-6 5-14 3-7 4-8 6-9 5-10 3-11 4-12 6-13'), 0);
    // Each of two reads each of two, which cannot be drawn without.
    assert.equal(crossings(4, '0-2 0-3 1-2 1-3'), 1);
  });

  it('draws circles, and what reads itself', () => {
    const layout = laidOut([
      pipeline('a', ['c']),
      pipeline('b', ['a', 'raw']),
      pipeline('c', ['b', 'c']),
      pipeline('alone', ['alone']),
    ]);
    assert.equal(layout.edges.length, 6);
    assertReadable(layout);
  });

  it('sets what is not connected below the rest', () => {
    const layout = laidOut([pipeline('a', ['x']), pipeline('b', ['y']), pipeline('alone', [])]);
    assert.ok(at(layout, 'b').y > at(layout, 'a').y + at(layout, 'a').height);
    assert.ok(at(layout, 'alone').y > at(layout, 'b').y);
    assert.equal(at(layout, 'alone').x, 0);
    assertReadable(layout);
    assert.deepEqual(laidOut([]), { width: 0, height: 0, nodes: [], edges: [] });
  });

  it('of any graph can be read', () => {
    for (let seed = 0; seed < 60; seed += 1) assertReadable(laidOut(manyPipelines(5 + seed, seed)));
  });

  it('of 500 pipelines can be read', () => {
    assertReadable(laidOut(manyPipelines(500, 1)));
  });
});

describe('text that has room', () => {
  it('is cut between characters, never through one', () => {
    assert.equal(fitted('short', 'name', 1000, guessedWidth), 'short');
    for (const text of ['a longer name', '山田太郎のデータ', '😀😀😀😀😀😀😀', 'i'.repeat(100)]) {
      const cut = fitted(text, 'name', 60, guessedWidth);
      assert.ok(guessedWidth(cut, 'name') <= 60);
      assert.ok(cut.endsWith('…') && cut.length > 1 && text.startsWith(cut.slice(0, -1)));
      assert.doesNotMatch(cut, /\p{Cs}/u);
    }
    assert.equal(fitted('x', 'name', 0, guessedWidth), '…');
  });
});

import assert from 'node:assert/strict';
import { type Graph, graphAround, graphOf } from '../../../src/plan/graph/graph.ts';
import { looksOf } from '../../../src/plan/graph/looks.ts';
import { type Drawn, dataset, pipeline } from './sample.ts';

/** Edges as a table writes them. */
function told({ edges }: Graph): readonly string[] {
  const brief = (id: string): string => id.replace(/^(?:repo|pipeline) |\/spec\.yml$/g, '');
  return edges.map(({ from, to, label }) => `${brief(from)} → ${brief(to)}: ${label}`);
}

const TABLE: readonly {
  readonly what: string;
  readonly pipelines: readonly Drawn[];
  readonly edges: readonly string[];
  /** Repos that have a box of their own. */
  readonly repos: readonly string[];
}[] = [
  {
    what: 'one repo and the pipelines that come after it',
    pipelines: [
      pipeline('edges', '{ pfs: { repo: images, glob: "/*" } }'),
      pipeline('montage', '{ pfs: { repo: edges, glob: / } }'),
    ],
    edges: ['images → edges: /*', 'edges → montage: /'],
    repos: ['images'],
  },
  {
    what: 'what joins and groups go by',
    pipelines: [
      pipeline(
        'both',
        '{ join: [{ pfs: { repo: a, glob: "/(*)", join_on: $1 } }, { group: [{ pfs: { repo: b, glob: "/(*)", group_by: $1 } }] }] }',
      ),
      pipeline('all', '{ union: [{ pfs: { repo: a, glob: /x } }, { pfs: { repo: a, glob: /y } }] }'),
    ],
    edges: [
      'a → both: /(*), join on $1',
      'b → both: /(*), group by $1',
      'a → all: /x, union',
      'a → all: /y, union',
    ],
    repos: ['a', 'b'],
  },
  {
    what: 'a directory in the results of a pipeline',
    pipelines: [pipeline('a', ['data']), pipeline('b', '{ pfs: { repo: a/sub, glob: "/*" } }')],
    edges: ['data → a: /*, cross', 'a → b: /*'],
    repos: ['data'],
  },
  {
    what: 'a repo that holds pipelines, as far as the glob reaches',
    pipelines: [
      pipeline('x', ['raw'], { directory: 'derivatives/x' }),
      pipeline('y', ['raw'], { directory: 'derivatives/y' }),
      pipeline('report', '{ pfs: { repo: derivatives, glob: "/x/*" } }'),
    ],
    edges: [
      'raw → derivatives/x: /*, cross',
      'raw → derivatives/y: /*, cross',
      'derivatives → report: /x/*',
      'derivatives/x → report: /x/*',
    ],
    repos: ['raw', 'derivatives'],
  },
  {
    what: 'circles, two pipelines of one name, and specs that are not finished',
    pipelines: [
      pipeline('a', ['b']),
      pipeline('b', ['a', 'b']),
      pipeline('b', '{ pfs: { repo: c } }', { directory: 'other' }),
      pipeline('none', '{ pfs: { glob: / } }'),
    ],
    edges: ['b → a: /*, cross', 'a → b: /*, cross', 'b → b: /*, cross', 'c → other: '],
    repos: ['c'],
  },
];

describe('the graph of pipelines', () => {
  for (const { what, pipelines, edges, repos } of TABLE) {
    it(`shows ${what}`, () => {
      const graph = graphOf(pipelines);
      assert.deepEqual(told(graph), edges);
      const ids = new Set(graph.nodes.map(({ id }) => id));
      assert.equal(ids.size, graph.nodes.length);
      for (const { from, to } of graph.edges) assert.ok(ids.has(from) && ids.has(to));
      const named = (kind: string): readonly string[] =>
        graph.nodes.filter((node) => node.kind === kind).map(({ path }) => path);
      assert.deepEqual(named('repo'), repos);
      assert.deepEqual(
        named('pipeline'),
        pipelines.map(({ spec }) => spec),
      );
    });
  }

  it('around a pipeline is what it reads and what reads it, and nothing that only stands beside', () => {
    const graph = graphOf([
      pipeline('a', ['raw']),
      pipeline('b', ['a', 'other']),
      pipeline('beside', ['raw']),
      pipeline('c', ['b', 'beside', 'more']),
    ]);
    const around = graphAround(graph, new Set(['b/spec.yml']));
    assert.deepEqual(
      around.nodes.map(({ name }) => name),
      ['raw', 'a', 'other', 'b', 'c'],
    );
    assert.deepEqual(told(around), [
      'raw → a: /*, cross',
      'a → b: /*, cross',
      'other → b: /*, cross',
      'b → c: /*, cross',
    ]);
    assert.deepEqual(graphAround(graph, new Set()), { nodes: [], edges: [] });
  });

  it('tells how pipelines and repos are', () => {
    const error = { rule: 'x', severity: 'error', message: '', file: '' } as const;
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const looks = looksOf(
      [
        pipeline('some', [], { counts: { done: 17, pending: 3, failed: 1 } }),
        pipeline('waits', [], { waitsFor: 'Waits for all results of some.' }),
        pipeline('wrong', [], { counts: { done: 1 }, diagnostics: [{ ...error, range }] }),
        pipeline('nothing', [], { nothing: '`some` has left nothing that its glob matches.' }),
        pipeline('none', []),
      ],
      [
        dataset('', { data: 1 }),
        dataset('raw', { raw: 20, 'raw/t1': 2 }),
        dataset('gone', { 'gone/x': 0 }, false),
      ],
    );
    assert.deepEqual(
      [...looks].map(([id, { state, text }]) => `${id}: ${state}, ${text}`),
      [
        'pipeline some/spec.yml: failed, 1 failed, 3 pending, 17 done',
        'pipeline waits/spec.yml: empty, Waits for all results of some',
        'pipeline wrong/spec.yml: wrong, spec has errors',
        'pipeline nothing/spec.yml: empty, `some` has left nothing that its glob matches',
        'pipeline none/spec.yml: empty, no datum',
        'repo data: repo, 1 file',
        'repo raw: repo, subdataset, 20 files',
        'repo raw/t1: repo, in raw, 2 files',
        'repo gone/x: absent, in gone, not installed',
      ],
    );
  });
});

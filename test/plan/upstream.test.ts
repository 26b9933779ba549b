import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findDatums } from '../../src/plan/datums.ts';
import { compareCodePoints } from '../../src/plan/match-tree.ts';
import type { PlannedDatum, PlannedPipeline } from '../../src/plan/planned.ts';
import type { DatumState } from '../../src/plan/report.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import type { Spec } from '../../src/spec/model.ts';
import { parseSpec } from '../../src/spec/parse.ts';

const FILES = [
  'raw/a',
  'raw/b',
  'raw/c',
  'up/a/x.txt',
  'up/b/x.txt',
  'up/old/x.txt',
  'up/spec.yml',
  'down/spec.yml',
];

function specOf(text: string, directory: string): Spec {
  const { spec, diagnostics } = parseSpec(text, { directory });
  assert.ok(spec !== undefined, diagnostics.map(({ message }) => message).join('\n'));
  return spec;
}

/** One datum of the pipeline `up`, with a record of the files in its directory where it is settled. */
function upstreamDatum(name: string, state: DatumState): PlannedDatum {
  const output = `up/${name}`;
  const record = {
    commit: '1',
    job: name,
    pipeline: 'up',
    directory: 'up',
    datum: name,
    path: output,
    output: '',
    reused: false,
  };
  return { datum: name, state, job: name, output, inputs: [], ownsDirectory: true, record };
}

/** What the pipeline `down` finds, where `up` has these datums. */
function found(
  input: string,
  states: Readonly<Record<string, DatumState>>,
  more: Partial<PlannedPipeline> = {},
): { readonly datums: readonly string[]; readonly unknown: string | undefined } {
  const text = `input: ${input}\ntransform: { cmd: [x] }\n`;
  const upText = 'input: { pfs: { repo: raw, glob: "/*" } }\ntransform: { cmd: [x] }\n';
  const entries = [...FILES]
    .sort(compareCodePoints)
    .map((path) => ({ path, type: 'file' as const, blob: path }));
  const up: PlannedPipeline = {
    name: 'up',
    source: { specPath: 'up/spec.yml', directory: 'up', spec: specOf(upText, 'up') },
    datums: Object.entries(states).map(([name, state]) => upstreamDatum(name, state)),
    code: [],
    context: [],
    findings: [],
    ...more,
  };
  const list = findDatums(specOf(text, 'down').input, new TreeIndex({ commit: '0', entries }), ({ repo }) =>
    repo.startsWith('up') ? [up] : [],
  );
  const datums = list.datums.map(({ name, waitsFor }) =>
    waitsFor === undefined ? name : `${name} waits for ${waitsFor}`,
  );
  return { datums, unknown: list.unknown };
}

const DONE = { a: 'done', b: 'done', old: 'orphaned' } as const;
const OPEN = { a: 'done', b: 'pending', old: 'orphaned' } as const;
const up = (glob: string, rest = ''): string => `{ pfs: { repo: up, glob: ${JSON.stringify(glob)}${rest} } }`;
const raw = (rest = ''): string => `{ pfs: { repo: raw, glob: "/(*)"${rest} } }`;
const JOINED = `{ join: [${raw(', join_on: $1')}, ${up('/(*)', ', join_on: $1')}] }`;
const OUTER = `{ join: [${raw(', join_on: $1, outer_join: true')}, ${up('/(*)', ', join_on: $1')}] }`;
const GROUP = `{ group: [${up('/(*)', ', group_by: k')}] }`;

describe('results of another pipeline as input', () => {
  const all = 'all results of up';
  const cases: readonly [string, string, Readonly<Record<string, DatumState>>, readonly string[], string?][] =
    [
      ['are offered where they are current', up('/*'), DONE, ['a', 'b']],
      ['are offered where a person edited them', up('/*'), { a: 'done', b: 'modified' }, ['a', 'b']],
      ['are waited for one by one', up('/*'), OPEN, ['a', 'b waits for up/b']],
      ['are waited for while they fail', up('/*'), { a: 'failed' }, ['a waits for up/a']],
      [
        'decide the datums by their files',
        up('/*/*'),
        OPEN,
        ['a/x.txt'],
        'the results of up, whose files decide the datums',
      ],
      ['are waited for as a whole by the whole repo', up('/'), OPEN, [' waits for up/b']],
      [
        'are waited for as a whole on request',
        up('/*', ', upstream: complete'),
        OPEN,
        ['a waits for up/b', 'b waits for up/b'],
        all,
      ],
      ['are taken as they are on request', up('/*', ', upstream: available'), OPEN, ['a']],
      ['are taken as they are for the whole repo', up('/', ', upstream: available'), OPEN, ['']],
      ['are waited for one by one in a join', JOINED, OPEN, ['a', 'b waits for up/b']],
      [
        'are waited for one by one in a cross',
        `{ cross: [${raw()}, ${up('/*')}] }`,
        OPEN,
        ['a/a', 'a/b waits for up/b', 'b/a', 'b/b waits for up/b', 'c/a', 'c/b waits for up/b'],
      ],
      [
        'are waited for as a whole in an outer join',
        OUTER,
        OPEN,
        ['a waits for up/b', 'b waits for up/b', 'c waits for up/b'],
        all,
      ],
      ['are waited for as a whole in a group', GROUP, OPEN, ['k waits for up/b'], all],
      [
        'are taken as they are in a group',
        GROUP.replace('group_by', 'upstream: available, group_by'),
        OPEN,
        ['k'],
      ],
      ['are all there in a group', GROUP, DONE, ['k']],
      ['are all there in an outer join', OUTER, DONE, ['a', 'b', 'c']],
    ];
  for (const [name, input, states, datums, unknown] of cases) {
    it(name, () => {
      assert.deepEqual(found(input, states), { datums, unknown });
    });
  }

  it('are not known where the other pipeline does not know its own datums', () => {
    const waiting = { waitsFor: 'something' };
    assert.deepEqual(found(up('/*'), DONE, waiting), {
      datums: ['a waits for up', 'b waits for up'],
      unknown: 'all results of up',
    });
    assert.deepEqual(found(up('/*', ', upstream: available'), DONE, waiting), {
      datums: ['a', 'b'],
      unknown: undefined,
    });
  });

  it('are not known where the other pipeline cannot be planned', () => {
    assert.deepEqual(found(up('/*'), {}, { problem: 'A circle.' }), {
      datums: [],
      unknown: 'up, which cannot be planned',
    });
  });

  it('are waited for by what would take a lack of them for a gap, whoever does not know them', () => {
    for (const input of [OUTER, `{ group: [${raw(', group_by: $1')}, ${up('/(*)', ', group_by: $1')}] }`])
      for (const more of [{ waitsFor: 'something' }, { problem: 'A circle.' }]) {
        const { datums, unknown } = found(input, {}, more);
        assert.deepEqual(
          datums,
          ['a', 'b', 'c'].map((name) => `${name} waits for ${unknown}`),
        );
      }
  });

  it('are not known where the whole of a directory is asked for that is still to come', () => {
    const inside = '{ pfs: { repo: up/b/deep, glob: / } }';
    assert.deepEqual(found(inside, OPEN), {
      datums: [],
      unknown: 'the results of up, whose files decide the datums',
    });
    assert.deepEqual(found(inside, DONE), { datums: [], unknown: undefined });
  });
});

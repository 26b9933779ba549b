import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkProject, withoutSuspicions } from '../../src/plan/check-project.ts';
import { NO_IMAGE_FACTS } from '../../src/plan/image-facts.ts';
import { compareCodePoints } from '../../src/plan/match-tree.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import { yieldsOf } from '../../src/plan/yields.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from '../spec/positions.ts';

const FILES = ['t1/sub-01', 't1/sub-02', 't2/sub-02', 't2/sub-03', 'x/a-1', 'x/a-2', 'x/b-1', 'other/q'];

function indexOf(files: readonly string[]): TreeIndex {
  const entries = [...files, 'job/spec.yml']
    .sort(compareCodePoints)
    .map((path) => ({ path, type: 'file' as const, blob: path }));
  return new TreeIndex({ commit: '0', entries });
}

function told(text: string, files = FILES): string[] {
  const spec = { file: 'job/spec.yml', directory: 'job', parsed: parseSpec(text, { directory: 'job' }) };
  assert.deepEqual(
    spec.parsed.diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  const found = checkProject([spec], indexOf(files), NO_IMAGE_FACTS);
  const all = [...withoutSuspicions(spec.parsed.diagnostics, found), ...found];
  return all.map(({ severity, rule, message, range }) => {
    assert.match(message, /^[A-Z`].*[.?]$/, message);
    const marked = text.slice(offsetOf(text, range.start), offsetOf(text, range.end));
    return `${severity} ${rule} ${marked}: ${message}`;
  });
}

const spec = (input: string, output = '"{datum}"', cmd = '["true"]'): string =>
  `input: ${input}\ntransform:\n  cmd: ${cmd}\noutput: ${output}\n`;
const pfs = (repo: string, glob: string, rest = ''): string =>
  `{ pfs: { repo: ${repo}, glob: ${JSON.stringify(glob)}${rest} } }`;
const join = (a: string, b: string): string =>
  `{ join: [${pfs('t1', a, ', join_on: $1')}, ${pfs('t2', b, ', join_on: $1')}] }`;
const PAIRS = `{ join: [${pfs('x', '/(*)-*', ', join_on: $1')}, ${pfs('other', '/q', ', join_on: a')}] }`;

describe('what is wrong with datums', () => {
  const cases: readonly [string, string, readonly RegExp[]][] = [
    ['a good join', spec(join('/sub-(02)', '/sub-(02)')), []],
    [
      'files without a partner',
      spec(join('/sub-(*)', '/sub-(*)')),
      [
        /^information without-partner join_on: One match of `t1` has no partner and is left out, `sub-01`;/,
        /^information without-partner join_on: One match of `t2` .* `sub-03`;/,
      ],
    ],
    [
      'files that an outer join keeps',
      spec(join('/sub-(*)', '/sub-(02)').replace('$1 }', '$1, outer_join: true }')),
      [],
    ],
    [
      'no common key',
      spec(join('/(*)-01', '/sub-(*)')),
      [/^warning join-without-match join: .*`t1` has `sub`, .*`t2` has `02`, `03`/],
    ],
    ['a member without files', spec(join('/sub-(9)', '/sub-(*)')), [/^warning glob-without-match/]],
    [
      'two datums of a key',
      spec(PAIRS),
      [
        /^error duplicate-datum join: .*`a`: `x\/a-1` with `other\/q`, and `x\/a-2` with `other\/q`; .*`output`.*`group`/,
      ],
    ],
    ['two told apart', spec(PAIRS.replace('(*)-*', '(a)-*'), '"{x.path}"'), []],
    [
      'results in one place',
      spec(pfs('x', '/(*)-*'), '"{1}"'),
      [/^warning shared-output output: The results of 2 datums, `a-1` and `a-2`/],
    ],
    [
      'results merged by names that lead upwards',
      spec(`{ group: [${pfs('x', '/(*)-*', ', group_by: $1/..')}] }`),
      [
        /^warning shared-output output: The results of 2 datums, `a\/\.\.` and `b\/\.\.` among them, go to `job`/,
      ],
    ],
    ['results merged on purpose', spec(pfs('x', '/(*)-*'), '.'), []],
    [
      'several paths in a word',
      spec(`{ group: [${pfs('x', '/(*)-*', ', group_by: $1')}] }`, '"{datum}"', '["-i{x}"]'),
      [/^error several-paths "-i\{x\}": `-i\{x\}` holds/],
    ],
    [
      'several paths in the text of a shell',
      spec(`{ group: [${pfs('x', '/(*)-*', ', group_by: $1')}] }`, '"{datum}"', '"prog -i{x}"'),
      [/^error several-paths cmd: /],
    ],
    [
      'several paths in a variable',
      spec(
        `{ group: [${pfs('x', '/(*)-*', ', group_by: $1')}] }`,
        '"{datum}"',
        '[prog]\n  env: { A: "{x}" }',
      ),
      [/^error several-paths A: The variable `A` takes one text/],
    ],
    [
      'several paths in a place',
      spec(`{ group: [${pfs('x', '/(*)-*', ', group_by: $1')}] }`, '"{x.path}"'),
      [/^error several-paths output: /],
    ],
    [
      'several paths where the command has failed',
      spec(
        `{ group: [${pfs('x', '/(*)-*', ', group_by: $1')}] }`,
        '"{datum}"',
        '[prog]\n  err_cmd: [prog, "-i{x}"]',
      ),
      [/^error several-paths "-i\{x\}": /],
    ],
    [
      'nothing left of a command',
      spec(
        `{ join: [${pfs('t1', '/sub-(*)', ', join_on: $1, outer_join: true')}, ${pfs('t2', '/sub-(*)', ', join_on: $1')}] }`,
        '"{datum}"',
        '[[prog, "{t2}"]]',
      ),
      [/^error maybe-no-path cmd: Nothing is left/],
    ],
    [
      'lists of two lengths',
      spec(
        `{ group: [${pfs('x', '/a-*', ', group_by: k')}, ${pfs('t1', '/*', ', group_by: k')}, ${pfs('t2', '/sub-02', ', group_by: k')}] }`,
        '"{datum}"',
        '[[-i, "{x}", "{t1}", "{t2}"]]',
      ),
      [/^error different-counts .*`\{t2\}` has 1 where `\{x\}` has 2/],
    ],
    [
      'lists of different lengths',
      spec(
        `{ group: [${pfs('x', '/*', ', group_by: k')}, ${pfs('t1', '/*', ', group_by: k')}] }`,
        '"{datum}"',
        '[[-i, "{x}", "{t1}"]]',
      ),
      [/^error different-counts \[-i.*\]: .*`\{t1\}` has 2 where `\{x\}` has 3/],
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => {
      const found = told(text);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [at, pattern] of expected.entries()) assert.match(found[at] ?? '', pattern);
    });
  }

  it('too many of them', () => {
    const files = Array.from({ length: 1001 }, (_, index) => [`t1/${index}`, `t2/${index}`]).flat();
    const found = told(spec(`{ cross: [${pfs('t1', '/*')}, ${pfs('t2', '/*')}] }`), files);
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /^error too-many-datums input: .*1002001 datums/);
  });

  it('too many in one directory', () => {
    const files = Array.from({ length: 10_001 }, (_, index) => `t1/${index}`);
    const found = told(spec(pfs('t1', '/*'), '.'), files);
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /^warning many-in-one-directory output: The results of 10001 datums/);
  });
});

describe('how many datums a spec yields', () => {
  const yields = (text: string, files = FILES): string[] => {
    const parsed = parseSpec(text, { directory: 'job' });
    const own = { file: 'job/spec.yml', directory: 'job', parsed };
    return yieldsOf(own, [own], indexOf(files)).map(
      ({ path, of, count, first }) => `${path.join('.')} ${count} ${of} ${first.join()}`,
    );
  };
  it('counts one glob', () =>
    assert.deepEqual(yields(spec(pfs('t1', '/*'))), ['input.pfs.glob 2 datums sub-01,sub-02']));
  it('counts a join and its globs', () => {
    assert.deepEqual(yields(spec(join('/sub-(*)', '/sub-(*)'))), [
      'input.join 1 datums 02',
      'input.join.0.pfs.glob 2 matches sub-01,sub-02',
      'input.join.1.pfs.glob 2 matches sub-02,sub-03',
    ]);
  });
  it('does not say none where there are too many', () => {
    const files = Array.from({ length: 1001 }, (_, index) => [`t1/${index}`, `t2/${index}`]).flat();
    const counted = yields(spec(`{ cross: [${pfs('t1', '/*')}, ${pfs('t2', '/*')}] }`), files);
    assert.deepEqual(
      counted.map((text) => text.split(' ').slice(0, 3).join(' ')),
      ['input.cross.0.pfs.glob 1001 matches', 'input.cross.1.pfs.glob 1001 matches'],
    );
  });
  it('counts what can be known of a spec that is not finished', () => {
    const text = `input: { join: [${pfs('t1', '/*')}, { pfs: { repo: t2 } }] }\n`;
    assert.deepEqual(yields(text), ['input.join.0.pfs.glob 2 matches sub-01,sub-02']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Diagnostic } from '../../src/spec/diagnostic.ts';
import { leavesOf } from '../../src/spec/model.ts';
import { type ParsedSpec, parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from './positions.ts';

const GOOD = `pipeline:
  name: edges
description: Edge detection.
input:
  pfs: { repo: images, glob: "/*" }
transform:
  cmd: [python3, code/edges.py, "{images}", "{out}"]
`;

function parse(text: string): ParsedSpec {
  return parseSpec(text, { directory: 'derivatives/edges' });
}

/** The rule, and the text that it points at. */
function told(text: string, diagnostic: Diagnostic): string {
  const start = offsetOf(text, diagnostic.range.start);
  const end = offsetOf(text, diagnostic.range.end);
  return `${diagnostic.rule} ${text.slice(start, end)}`;
}

/** Adds fields to an otherwise good spec. */
const withTop = (lines: string): string => `${GOOD}${lines}\n`;
const withPfs = (fields: string): string => GOOD.replace('glob: "/*"', `glob: "/*", ${fields}`);
const withTransform = (lines: string): string => `${GOOD}  ${lines.replaceAll('\n', '\n  ')}\n`;
const withCmd = (cmd: string): string => GOOD.replace(/cmd: .*/, `cmd: ${cmd}`);
const withRepo = (repo: string): string => GOOD.replace('repo: images', `repo: ${repo}`);

describe('parsing a spec', () => {
  it("takes the directory's name, and asks for one at the project's root", () => {
    const unnamed = GOOD.replace('pipeline:\n  name: edges\n', '');
    assert.equal(parse(unnamed).spec?.name, 'edges');
    const atRoot = parseSpec(unnamed, { directory: '' });
    assert.equal(atRoot.spec, undefined);
    assert.match(atRoot.diagnostics[0]?.message ?? '', /pipeline: \{ name/);
  });

  it('names an input after its repo', () => {
    const names = { 'raw/t1-w': 't1_w', '1st': '_1st', 'a b': 'a_b', mäuse: 'm_use' };
    for (const [repo, name] of Object.entries(names)) {
      const text = withCmd('[ls]').replace('repo: images', `repo: ${JSON.stringify(repo)}`);
      assert.equal(leavesOf(parse(text).spec?.input ?? { kind: 'union', members: [] })[0]?.name, name);
    }
  });

  it('follows aliases', () => {
    const text = `${GOOD.replace('[python3', '[&py python3').replace('code/edges.py', '*py')}`;
    assert.deepEqual(parse(text).spec?.transform.cmd, ['python3', 'python3', '{images}', '{out}']);
  });

  /** text; then what must be told, as rule and marked text */
  const cases: readonly [string, string, ...string[]][] = [
    // YAML itself
    ['an empty file', '', 'empty-document '],
    ['white space and comments', '\n # nothing\n', 'empty-document #'],
    ['a list', '- a\n- b\n', 'not-a-mapping -'],
    ['a text', 'hello\n', 'not-a-mapping h'],
    ['a tab', 'input:\n\tpfs: x\n', 'tab-indentation \t'],
    ['a key twice', `${GOOD}description: again\n`, 'duplicate-key description'],
    ['a nested key twice', withPfs('repo: other'), 'duplicate-key repo'],
    ['several documents', `${GOOD}---\n${GOOD}`, 'several-documents ---'],
    ['an open quote', 'input:\n  pfs: "abc\n', 'yaml-syntax c'],
    ['an open bracket', 'input: {pfs: {repo: a', 'yaml-syntax a'],
    ['a bracket too many', 'a: [1]]\n', 'yaml-syntax ]'],
    ['a missing space', 'a:b\nc: d\n', 'yaml-syntax a:b'],
    ['an unknown alias', withRepo('*images'), 'unknown-alias *images'],
    ['an alias of itself', withTop('metadata: &a { labels: *a }'), 'alias-explosion *a'],
    [
      'exploding aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[at]}`).join(', ')}]`)
        .join('\n')}\n`,
      'alias-explosion *d',
    ],
    // the shape
    ['nothing required', 'description: x\n', 'missing-field description', 'missing-field description'],
    ['no value yet', 'input:\ntransform:\n', 'wrong-type input', 'wrong-type transform'],
    ['no glob', GOOD.replace(', glob: "/*"', ''), 'missing-field pfs'],
    ['no command', 'input: {pfs: {repo: a, glob: /}}\ntransform: {}\n', 'missing-field transform'],
    ['a name in place of a mapping', GOOD.replace('\n  name: edges', ' edges'), 'wrong-type edges'],
    ['a number for text', withTransform('env: { A: 4 }'), 'wrong-type 4'],
    ['a number in a command', withCmd('[sleep, 10]'), 'wrong-type 10'],
    ['an unquoted placeholder', withCmd('[ls, {images}]'), 'wrong-type {images}'],
    ['text for a list', withTransform('code: code/*'), 'wrong-type code/*'],
    ['text for a number', withTop('datum_tries: "3"'), 'wrong-type "3"'],
    ['too few tries', withTop('datum_tries: 0'), 'wrong-value 0'],
    ['half a try', withTop('datum_tries: 1.5'), 'wrong-type 1.5'],
    ['an exit code out of range', withTransform('accept_return_code: [256]'), 'wrong-value 256'],
    ['an empty command', withCmd('[]'), 'empty-value []'],
    ['an empty nested list', withCmd('[a, []]'), 'empty-value []'],
    ['lists three deep', withCmd('[a, [b, [c]]]'), 'wrong-type [c]'],
    ['another identity', withTop('identity: paths'), 'wrong-value paths'],
    ['a name with a space', GOOD.replace('name: edges', 'name: my edges'), 'wrong-value my edges'],
    ['a variable with a dash', withTransform('env: { A-B: x }'), 'wrong-value A-B'],
    // fields by name
    ['a misspelt field', withTop('descriptoin: x'), 'unknown-field descriptoin'],
    ['an unknown field', withTop('zebra: x'), 'unknown-field zebra'],
    ['a misspelt required field', GOOD.replace('transform:', 'transfrom:'), 'unknown-field transfrom'],
    ['camel case', withTop('datumTries: 3'), 'camel-case-field datumTries'],
    ['dashes', withTop('datum-tries: 3'), 'camel-case-field datum-tries'],
    ['a field in the wrong place', withTop('cmd: [x]'), 'misplaced-field cmd'],
    ['a field one level too deep', withTransform('datum_tries: 3'), 'misplaced-field datum_tries'],
    ['a spout', withTop('spout: {}'), 'refused-field spout'],
    ['podPatch', withTop('podPatch: x'), 'refused-field podPatch'],
    ['cron', 'input:\n  cron: {}\ntransform: { cmd: [x] }\n', 'refused-field cron'],
    ['a branch', withPfs('branch: master'), 'refused-field branch'],
    ['secrets', withTransform('secrets: []'), 'refused-field secrets'],
    ['autoscaling', withTop('autoscaling: true'), 'ignored-field autoscaling'],
    ['lazy', withPfs('lazy: true'), 'ignored-field lazy'],
    ['a user', withTransform('user: root'), 'ignored-field user'],
    ['an output branch', withTop('output_branch: master'), 'ignored-field output_branch'],
    ['another output branch', withTop('output_branch: dev'), 'refused-field dev'],
    ['reprocessing', withTop('reprocess_spec: every_job'), 'refused-field every_job'],
    // paths and names
    ['a repo outside', withRepo('../images'), 'repo-path ../images'],
    ['an absolute repo', withRepo('/images'), 'repo-path /images'],
    ['a long-winded repo', withRepo('./raw//../images/'), 'repo-path ./raw//../images/'],
    ['the whole project', withRepo('.'), 'repo-path .'],
    ['a home directory', withRepo('~/images'), 'repo-path ~/images'],
    ['a working directory outside', withTransform('working_dir: ../x'), 'repo-path ../x'],
    ['a glob that climbs', GOOD.replace('"/*"', '"/*/../x"'), 'glob-outside ..'],
    ['a reserved name', withPfs('name: out').replace('{images}', 'x'), 'reserved-name out'],
    ['a reserved repo', withRepo('data/out').replace('{images}', 'x'), 'reserved-name data/out'],
    ['a duration without unit', withTop('datum_timeout: "30"'), 'wrong-duration "30"'],
    ['a duration that is a number', withTop('datum_timeout: 30'), 'wrong-type 30'],
    ['a duration of nothing', withTop('datum_timeout: 0s'), 'wrong-duration 0s'],
    ['a result outside', withTop('output: ../x'), 'output-outside ../x'],
    ['a missing space', GOOD.replace('repo: images', 'repo:images'), 'unknown-field repo:images'],
    ["the pipeline's name at the top", withTop('name: x'), 'misplaced-field name'],
    ['an older field', withTop('enable_stats: true'), 'ignored-field enable_stats'],
    ['a program of no name', withCmd('[""]'), 'empty-value ""'],
    ['a command of spaces', withCmd('" "'), 'empty-value " "'],
    // placeholders
    ['a near miss', withCmd('[ls, "{image}"]'), 'unknown-placeholder {image}'],
    ['a capture that is not there', withCmd('[ls, "{images.1}"]'), 'unknown-capture {images.1}'],
    ['a place that is temporary', withTop('output: "{out}/x"'), 'placeholder-not-here {out}'],
    ['a quoted placeholder', withCmd("ls '{images}'"), 'placeholder-in-quotes {images}'],
    ['one in a block', withCmd('|\n    set -e\n    ls "{images}"'), 'placeholder-in-quotes {images}'],
  ];
  for (const [name, text, ...expected] of cases) {
    it(`tells of ${name}`, () => {
      const { diagnostics, spec } = parse(text);
      assert.deepEqual(
        diagnostics.map((diagnostic) => told(text, diagnostic)),
        expected,
      );
      const broken = diagnostics.some((diagnostic) => diagnostic.severity === 'error');
      assert.equal(spec === undefined, broken);
      for (const { message } of diagnostics) {
        assert.match(message, /^[A-Z`][^\n]*[.?]$/);
        assert.doesNotMatch(message, /undefined|null|\[object|oneOf|must NOT/);
      }
    });
  }

  const fixes: readonly [string, string, string][] = [
    ['a misspelt field', GOOD.replace('glob:', 'golb:'), GOOD],
    ['camel case', withTop('datumTries: 2'), withTop('datum_tries: 2')],
    ['an unquoted number', withCmd('[sleep, 10]'), withCmd('[sleep, "10"]')],
    ['an unquoted placeholder', withCmd('[ls, {images}]'), withCmd('[ls, "{images}"]')],
    ['text for a list', withTransform('code: code/*'), withTransform('code: [code/*]')],
    ['an enumeration', withTop('identity: Path'), withTop('identity: path')],
    ['a repo', withRepo('./images/'), GOOD],
    ['a duration', withTop('datum_timeout: 30'), withTop('datum_timeout: 30s')],
    ['a missing space', GOOD.replace('repo: images', 'repo:images'), GOOD],
    [
      'an amount',
      withTop('resource_requests: { memory: 8GB }'),
      withTop('resource_requests: { memory: 8G }'),
    ],
    ['a placeholder', withCmd('[ls, "{imagse}"]'), withCmd('[ls, "{images}"]')],
  ];
  for (const [name, before, after] of fixes) {
    it(`mends ${name}`, () => {
      const fix = parse(before).diagnostics.flatMap((diagnostic) => diagnostic.fixes ?? [])[0];
      assert.ok(fix !== undefined);
      const { start, end } = fix.range;
      const mended =
        before.slice(0, offsetOf(before, start)) + fix.newText + before.slice(offsetOf(before, end));
      assert.equal(mended, after);
      assert.deepEqual(parse(mended).diagnostics, []);
    });
  }

  it('names the parts of a list alike', () => {
    const message = (text: string): string => parse(text).diagnostics[0]?.message ?? '';
    const join = GOOD.replace(/pfs: .*/, 'join: [{ pfs: { repo: a, glob: /, join_on: 1 } }]');
    assert.match(message(join), /^`join_on` of item 1 of `input.join` must be text/);
    assert.match(message(withCmd('[ls, [a, [b]]]')), /^Item 2 of item 2 of `transform.cmd` .*nest only once/);
  });

  it('says where a space is missing behind a colon', () => {
    for (const fields of ['repo:a', 'repo:a\n    glob: /', 'glob: /\n    repo:a']) {
      const [found, ...others] = parse(GOOD.replace(/pfs: .*/, `pfs:\n    ${fields}`)).diagnostics;
      assert.match(found?.message ?? '', /^A space is missing behind the colon/, fields);
      assert.deepEqual(others, []);
    }
  });

  it('lists few fields', () => {
    const [found] = parse(withTop('zebra: x')).diagnostics;
    assert.match(
      found?.message ?? '',
      /there are (?:`\w+`(?:, )?){5} and others, all of which docs\/spec.md lists\.$/,
    );
  });

  it('tells files nothing that follows from a mistake', () => {
    assert.ok(parse(GOOD.replace('"/*"', '"/*')).off.everywhere.has('glob-without-match'));
    assert.ok(parse(GOOD.replace('/*', '/../*')).off.onLine.get(4)?.has('glob-without-match'));
    assert.equal(parse(GOOD).off.everywhere.size, 0);
  });

  it('does not offer a fix that would write a key twice', () => {
    const { diagnostics } = parse(withTop('descriptoin: x'));
    assert.equal(diagnostics[0]?.fixes, undefined);
  });

  it('finds parts of texts however they are written', () => {
    for (const cmd of [
      'ls {images} {x}',
      '"ls {images} {x}"',
      '|\n    ls {images} {x}\n',
      "'ls {images} {x}'",
    ]) {
      const text = withCmd(cmd);
      const range = parse(text).places.within(['transform', 'cmd'], 3, 11);
      assert.ok(range !== undefined);
      assert.equal(text.slice(offsetOf(text, range.start), offsetOf(text, range.end)), '{images}', cmd);
    }
    const folded = withCmd('"ls \\x7bimages}"');
    const range = parse(folded).places.within(['transform', 'cmd'], 3, 11);
    assert.deepEqual(range, parse(folded).places.value(['transform', 'cmd']));
  });

  it('does not mind Windows line ends or a byte order mark', () => {
    assert.deepEqual(parse(GOOD.replaceAll('\n', '\r\n')).diagnostics, []);
    assert.deepEqual(parse(`\uFEFF${GOOD}`).diagnostics, []);
  });

  it('keeps names of JavaScript apart from fields', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.deepEqual(
        parse(withTop(`${name}: { x: 1 }`)).diagnostics.map((one) => one.rule),
        ['unknown-field'],
      );
      const text = withTransform(`env: { ${name}: x }`);
      assert.equal(Object.hasOwn(parse(text).spec?.transform.env ?? {}, name), true);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commentsOf } from '../../src/spec/comments.ts';
import type { Diagnostic } from '../../src/spec/diagnostic.ts';
import { type ParsedSpec, parseSpec } from '../../src/spec/parse.ts';
import { atLevels } from '../../src/spec/turned-off.ts';
import { offsetOf } from './positions.ts';

const GOOD = `input:
  pfs: { repo: images, glob: "/*" }
transform:
  cmd: [ls, "{images}"]
`;

function parse(text: string, besides?: readonly string[]): ParsedSpec {
  return parseSpec(text, { directory: 'edges' }, besides);
}

/** Rule and marked text of each diagnostic. */
function told(text: string, besides?: readonly string[]): string[] {
  return parse(text, besides).diagnostics.map(({ rule, range: { start, end } }) => {
    return `${rule} ${text.slice(offsetOf(text, start), offsetOf(text, end))}`;
  });
}

describe('comments that turn rules off', () => {
  const cases: readonly [string, string, ...string[]][] = [
    ['its line', `${GOOD}zebra: x # minipach: off unknown-field\nyak: y\n`, 'unknown-field yak'],
    ['the file', `${GOOD}zebra: x\n# minipach: off unknown-field\nyak: y\n`],
    ['the file, indented', `${GOOD}  # minipach: off unknown-field\nzebra: x\n`],
    ['several rules', `#minipach:off unknown-field ,refused-field\n${GOOD}zebra: x\nspout: {}\n`],
    [
      'with a reason',
      `# minipach: off unknown-field, refused-field because so\n${GOOD}zebra: x\nspout: {}\n`,
    ],
    ['with a reason behind a dash', `# minipach: off unknown-field - so\n${GOOD}zebra: x\n`],
    ['behind another comment', `${GOOD}zebra: x # An animal. # minipach: off unknown-field\n`],
    ['other rules', `${GOOD}zebra: x # minipach: off refused-field\n`, 'unknown-field zebra'],
    [
      'without commas, in any case',
      `${GOOD}autoscaling: true\nspout: {} # Minipach: Off ignored-field refused-field why\n# MINIPACH: OFF ignored-field refused-field\n`,
    ],
    ['marks alone', `${GOOD}autoscaling: true # minipach: off ignored-field\n`],
    [
      'in a list',
      `${GOOD.replace('"{images}"]', '# minipach: off unknown-placeholder\n    "{image}"]')}`,
      'unknown-placeholder {image}',
    ],
    [
      'in a list, on the line',
      `${GOOD.replace('"{images}"]', '\n    "{image}" # minipach: off unknown-placeholder\n    ]')}`,
    ],
    ['no comment in quotes', `${GOOD}zebra: "x # minipach: off unknown-field"\n`, 'unknown-field zebra'],
    ['no comment in a word', `${GOOD}zebra: x#minipach:off unknown-field\n`, 'unknown-field zebra'],
    ['no comment in a block', `${GOOD}zebra: |\n  # minipach: off unknown-field\n`, 'unknown-field zebra'],
    ['Windows line ends', `# minipach: off unknown-field\n${GOOD}zebra: x\n`.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF# minipach: off unknown-field\n${GOOD}zebra: x\n`],
    // what is wrong with the comment itself
    ['a misspelt rule', `# minipach: off unknown-feild\n${GOOD}`, 'unknown-rule unknown-feild'],
    ['no rule', `# minipach: off\n${GOOD}`, 'unknown-rule off'],
    [
      'a rule that stays',
      `# minipach: off wrong-type\n${GOOD}salt: 2\n`,
      'rule-stays wrong-type',
      'wrong-type 2',
    ],
    ['a rule of a later version', `# minipach: off unknown-rule, new-rule\n${GOOD}`],
    // a field that is turned off counts as not written
    [
      'a required field',
      `# minipach: off unknown-field\n${GOOD.replace('cmd', 'cdm')}`,
      'missing-field transform',
    ],
    [
      'another input',
      '# minipach: off refused-field\ninput: { cron: {} }\ntransform: { cmd: [x] }\n',
      'missing-field input',
    ],
    [
      'a required field, beside one that is missing anyway',
      `# minipach: off unknown-field\n${GOOD.replace('cmd', 'cdm').replace('repo: images, ', '')}`,
      'missing-field pfs',
      'missing-field transform',
    ],
    [
      'a field that an alias shares',
      `# minipach: off unknown-field\n${GOOD.replace('pfs: {', 'pfs: &x {').replace('glob:', 'zebra: y, glob:')}metadata: { labels: *x }\n`,
    ],
    ['a value', `${GOOD}output_branch: dev # minipach: off refused-field\n`],
    ['nested fields', `# minipach: off refused-field\n${GOOD}  secrets: []\n`],
    ['a field in camel case', `# minipach: off camel-case-field\n${GOOD}datumTries: 1\n`],
  ];
  for (const [name, text, ...expected] of cases) {
    it(`for ${name}`, () => {
      assert.deepEqual(told(text), expected);
      const broken = parse(text).diagnostics.some(({ severity }) => severity === 'error');
      assert.equal(parse(text).spec === undefined, broken);
    });
  }

  it('leave the spec as if the field were not written', () => {
    const text = `# minipach: off camel-case-field, refused-field\n${GOOD}datumTries: 1\nspout: {}\n`;
    assert.deepEqual(parse(text).spec, parse(GOOD).spec);
  });

  it('can be joined by rules that are turned off besides', () => {
    assert.deepEqual(told(`${GOOD}zebra: x\nspout: {}\nsalt: 2\n`, ['unknown-field', 'wrong-type']), [
      'refused-field spout',
      'wrong-type 2',
    ]);
  });

  it('have a quick fix for a misspelt rule', () => {
    const [found] = parse(`# minipach: off unknown-feild\n${GOOD}`).diagnostics;
    assert.match(found?.message ?? '', /did you mean `unknown-field`\?$/);
    assert.equal(found?.fixes?.[0]?.newText, 'unknown-field');
    assert.deepEqual(found?.fixes?.[0]?.range, found?.range);
  });

  it('are told apart from what only looks like them, also in broken text', () => {
    const texts: readonly [string, ...string[]][] = [
      ['# a\nb: "# no" # c\nx: |\n  # no\n  y # no\nz: a#b # d', '# a', '# c', '# d'],
      ["q: '#' #e\n[1, # x\n 2] # y\n---\n# z", '#e', '# x', '# y', '# z'],
      ['a: ]\n# b', '# b'],
      ['a: "open # no\n # no'],
      ['k: >- # head\n  #no\n\n#yes\n', '# head', '#yes'],
    ];
    for (const [text, ...expected] of texts) {
      assert.deepEqual(
        commentsOf(text).map(({ start, end }) => text.slice(start, end)),
        expected,
      );
    }
  });
});

describe('levels of rules', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const one = (rule: string): Diagnostic => ({ rule, severity: 'error', message: 'No.', range });

  it('change how severe a rule is, and turn it off', () => {
    const found = atLevels(['unknown-field', 'no-such-repo', 'refused-field'].map(one), {
      'unknown-field': 'off',
      'no-such-repo': 'warning',
    });
    assert.deepEqual(
      found.map(({ rule, severity }) => `${rule} ${severity}`),
      ['no-such-repo warning', 'refused-field error'],
    );
  });

  it('leave alone what cannot be turned off, and mean nothing by other words', () => {
    const found = ['wrong-type', 'unknown-field'].map(one);
    assert.deepEqual(atLevels(found, { 'wrong-type': 'off', 'unknown-field': 'loud' }), found);
  });
});

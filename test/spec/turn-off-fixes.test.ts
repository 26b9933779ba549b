import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { complete } from '../../src/spec/completion.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { RULES } from '../../src/spec/rules.ts';
import { turnOffFixes } from '../../src/spec/turn-off-fixes.ts';
import { offsetOf } from './positions.ts';

const GOOD = `input:
  pfs: { repo: images, glob: "/*" }
transform:
  cmd: [ls, "{images}"]
`;

/** What the text becomes by each fix of its first diagnostic; each does turn it off. */
function fixed(text: string): Record<string, string> {
  const [first] = parseSpec(text, { directory: 'x' }).diagnostics;
  assert.ok(first !== undefined);
  return Object.fromEntries(
    turnOffFixes(text, first).map(({ title, range, newText }) => {
      const changed =
        text.slice(0, offsetOf(text, range.start)) + newText + text.slice(offsetOf(text, range.end));
      const left = parseSpec(changed, { directory: 'x' }).diagnostics;
      assert.ok(!left.some(({ rule, message }) => rule === first.rule && message === first.message), changed);
      return [title.replace(/`.*`/, '…'), changed];
    }),
  );
}

const LINE = 'Turn off … for this line';
const FILE = 'Turn off … in this file';

describe('the quick fixes that turn off a rule', () => {
  it('write a comment', () => {
    const text = `${GOOD}zebra: x\n`;
    assert.deepEqual(fixed(text), {
      [LINE]: `${GOOD}zebra: x # minipach: off unknown-field\n`,
      [FILE]: `# minipach: off unknown-field\n${text}`,
    });
  });

  it('add to comments that are there, and leave others as they are', () => {
    const text = `# Mine.\n# minipach: off ignored-field (why)\n${GOOD}zebra: x # An animal. # minipach: off refused-field\n`;
    assert.deepEqual(fixed(text), {
      [LINE]: text.replace('refused-field', 'refused-field, unknown-field'),
      [FILE]: text.replace('ignored-field', 'ignored-field, unknown-field'),
    });
    const other = `${GOOD}zebra: x # An animal.\n`;
    assert.equal(fixed(other)[LINE], `${GOOD}zebra: x # An animal. # minipach: off unknown-field\n`);
  });

  it('keep Windows line ends and a byte order mark', () => {
    const text = `\uFEFF${GOOD}zebra: x\n`.replaceAll('\n', '\r\n');
    assert.deepEqual(fixed(text), {
      [LINE]: text.replace('zebra: x', 'zebra: x # minipach: off unknown-field'),
      [FILE]: text.replace('\uFEFF', '\uFEFF# minipach: off unknown-field\r\n'),
    });
  });

  it('write none into a text over several lines', () => {
    for (const cmd of [
      '|\n    ls\n    ls "{images}"',
      '"ls\n    {image}\n    x"',
      'ls\n    {image}\n    x',
    ]) {
      const found = fixed(GOOD.replace(/\[ls.*\]/, cmd));
      assert.deepEqual(Object.keys(found), [FILE], cmd);
    }
  });

  it('are not there for rules that stay', () => assert.deepEqual(fixed(`${GOOD}salt: 2\n`), {}));
});

describe('completion in a comment that turns rules off', () => {
  const view = { list: () => [], pipelines: [], images: [], scripts: [] };
  const labels = (text: string): string[] => complete(text, text.length, view).map(({ label }) => label);
  const all = RULES.filter(({ stops }) => !stops).map(({ id }) => id);

  it('offers the rules that can be off and are not named yet', () => {
    assert.deepEqual(labels(`${GOOD}# minipach: off `), all);
    assert.deepEqual(
      labels(`${GOOD}zebra: x # minipach: off unknown-field, `),
      all.filter((id) => id !== 'unknown-field'),
    );
  });

  it('replaces what is typed', () => {
    const text = '# minipach: off ref-x\n';
    const [item] = complete(text, text.indexOf('-x'), view);
    assert.deepEqual(item?.range, { start: { line: 0, character: 16 }, end: { line: 0, character: 21 } });
  });

  it('offers none elsewhere', () => {
    const quoted = 'description: "# minipach: off ';
    assert.deepEqual(labels('# minipach: off unknown-field because '), []);
    assert.ok(!labels(quoted).includes('unknown-field'));
  });
});

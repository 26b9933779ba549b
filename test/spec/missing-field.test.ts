import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Diagnostic } from '../../src/spec/diagnostic.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from './positions.ts';

const CMD = 'cmd: [python3, code/edges.py, "{a}", "{out}"]';

function diagnose(text: string): readonly Diagnostic[] {
  return parseSpec(text, { directory: 'edges' }).diagnostics;
}

/** The text with each fix for a missing field applied, one at a time, until nothing is missing. */
function mended(text: string): string {
  const fix = diagnose(text).find(({ rule }) => rule === 'missing-field')?.fixes?.[0];
  if (fix === undefined) return text;
  const { start, end } = fix.range;
  return mended(text.slice(0, offsetOf(text, start)) + fix.newText + text.slice(offsetOf(text, end)));
}

describe('a missing field', () => {
  const cases: readonly [string, string, string][] = [
    [
      'within brackets',
      `input: { pfs: { repo: a } } # x\ntransform: { ${CMD} }\n`,
      `input: { pfs: { repo: a, glob: "/*" } } # x\ntransform: { ${CMD} }\n`,
    ],
    [
      'within brackets that are empty',
      'input: { pfs: { repo: a, glob: / } }\ntransform: {}\n',
      `input: { pfs: { repo: a, glob: / } }\ntransform: { ${CMD} }\n`,
    ],
    [
      'within brackets over lines',
      `input: { pfs: {\n  repo: a, # The repo.\n  } }\ntransform: { ${CMD} }\n`,
      `input: { pfs: {\n  repo: a, glob: "/*", # The repo.\n  } }\ntransform: { ${CMD} }\n`,
    ],
    [
      'in one of several inputs',
      `input:\n  cross:\n  - pfs: { repo: a, glob: / }\n  - pfs:\n      repo: b\ntransform: { ${CMD} }\n`,
      `input:\n  cross:\n  - pfs: { repo: a, glob: / }\n  - pfs:\n      repo: b\n      glob: "/*"\ntransform: { ${CMD} }\n`,
    ],
    [
      'in JSON',
      '{"input": {"pfs": {"repo": "a"}}, "transform": {"cmd": ["x"]}}',
      '{"input": {"pfs": {"repo": "a", "glob": "/*"}}, "transform": {"cmd": ["x"]}}',
    ],
    [
      'by indentation',
      `input:\n    pfs:\n          repo: a # x\n# y\ntransform:\n  ${CMD}\n`,
      `input:\n    pfs:\n          repo: a # x\n          glob: "/*"\n# y\ntransform:\n  ${CMD}\n`,
    ],
    [
      'behind a list and a block',
      'input: { pfs: { repo: a, glob: / } }\ntransform:\n  code:\n  - x\n  stdin:\n    - |\n      a\n       b\n\noutput: x\n',
      `input: { pfs: { repo: a, glob: / } }\ntransform:\n  code:\n  - x\n  stdin:\n    - |\n      a\n       b\n  ${CMD}\n\noutput: x\n`,
    ],
    [
      'at the top',
      'description: x',
      'description: x\ninput:\n  pfs:\n    repo: images\n    glob: "/*"\ntransform:\n  cmd: [python3, code/edges.py, "{images}", "{out}"]',
    ],
    [
      'with Windows line ends',
      'input: { pfs: { repo: a, glob: / } }\r\ntransform:\r\n  env: {}\r\n',
      `input: { pfs: { repo: a, glob: / } }\r\ntransform:\r\n  env: {}\r\n  ${CMD}\r\n`,
    ],
  ];
  for (const [name, before, after] of cases) {
    it(`is added ${name}`, () => {
      const result = mended(before);
      assert.equal(result, after);
      assert.deepEqual(diagnose(result), []);
    });
  }

  it("is the name where there is no directory to take it from: at the project's root", () => {
    const text = `input: { pfs: { repo: a, glob: / } }\ntransform: { ${CMD} }\n`;
    const [found] = parseSpec(text, { directory: '' }).diagnostics;
    assert.equal(found?.fixes?.[0]?.newText, '\npipeline:\n  name: edges');
    const [empty] = parseSpec(`${text}pipeline: {}\n`, { directory: '' }).diagnostics;
    assert.equal(empty?.fixes?.[0]?.newText, ' name: edges ');
  });

  it('is not added to what an alias shares', () => {
    const text = `input: { pfs: &x { repo: a, glob: / } }\ntransform: *x\n`;
    for (const { rule, fixes } of diagnose(text))
      if (rule === 'missing-field') assert.equal(fixes, undefined);
  });
});

describe('a merge key', () => {
  it('is refused once, on itself, and hides what it might bring in', () => {
    const text = `input:
  pfs: &x { repo: a, glob: /, name: b }
metadata:
  labels: { <<: *x }
transform:
  <<: *x
  env: { <<: *x, A: b }
`;
    const told = diagnose(text).map(({ rule, range: { start, end } }) => {
      return `${rule} ${start.line} ${text.slice(offsetOf(text, start), offsetOf(text, end))}`;
    });
    assert.deepEqual(told, ['merge-key 3 <<', 'merge-key 5 <<', 'merge-key 6 <<']);
  });
});

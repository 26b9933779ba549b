import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from './positions.ts';

/** Each mistake as rule and marked text, and the line that its quick fix makes. */
function told(text: string): string[] {
  return parseSpec(text, { directory: 'job' }).diagnostics.map(({ rule, message, range, fixes = [] }) => {
    assert.match(message, /^[A-Z`].*[.?]$/, message);
    const marked = text.slice(offsetOf(text, range.start), offsetOf(text, range.end));
    const mended = fixes.map((fix) => {
      const [start, end] = [offsetOf(text, fix.range.start), offsetOf(text, fix.range.end)];
      return (text.slice(0, start) + fix.newText + text.slice(end)).split('\n')[fix.range.start.line];
    });
    return [`${rule}: ${marked}`, ...mended.map((line) => line?.trim() ?? '')].join(' -> ');
  });
}

const PFS = 'input: { pfs: { repo: images, glob: "/(*)" } }\n';
const transform = (lines: string): string => `${PFS}transform:\n  ${lines.replaceAll('\n', '\n  ')}\n`;
const output = (written: string): string => `${transform('cmd: [ls]')}output: ${written}\n`;
const join = (key: string): string =>
  `input: { join: [{ pfs: { repo: a, glob: "/(*)", join_on: ${key} } }] }\ntransform:\n  cmd: [ls]\n`;

describe("habits of Pachyderm's and the shell's", () => {
  const cases: readonly [string, string, readonly string[]][] = [
    [
      "Pachyderm's paths in a string",
      transform('cmd: cp /pfs/images/* /pfs/out/'),
      [
        'pachyderm-path: /pfs/images -> cmd: "cp {images} /pfs/out/"',
        'pachyderm-path: /pfs/out -> cmd: "cp /pfs/images/* {out}/"',
      ],
    ],
    [
      'in a list',
      transform('cmd: [cp, /pfs/images, "/pfs/out/x"]'),
      [
        'pachyderm-path: /pfs/images -> cmd: [cp, "{images}", "/pfs/out/x"]',
        'pachyderm-path: /pfs/out -> cmd: [cp, /pfs/images, "{out}/x"]',
      ],
    ],
    [
      'in a block',
      transform('cmd: |\n  set -e\n  cp -r /pfs/images/ x'),
      ['pachyderm-path: /pfs/images -> cp -r {images} x'],
    ],
    ['in quotes', transform(`cmd: cp "/pfs/out/x" .`), ['pachyderm-path: /pfs/out']],
    ['of a file', transform('cmd: cp /pfs/images/a.txt .'), ['pachyderm-path: /pfs/images']],
    ['of no input', transform('cmd: ls /pfs/other'), ['pachyderm-path: /pfs/other']],
    ['in an image', transform('image: a\ncmd: ls /pfs/images /pfs/out'), []],
    ['in paths of others', transform('cmd: ls /data/pfs/images /pfsx ../pfs/x'), []],
    [
      'elsewhere',
      transform('cmd: [sh]\nstdin: [ls /pfs/images]\nerr_cmd: [ls, /pfs/out]\nenv: { A: /pfs/out/x }'),
      [
        'pachyderm-path: /pfs/images',
        'pachyderm-path: /pfs/out -> err_cmd: [ls, "{out}"]',
        'pachyderm-path: /pfs/out -> env: { A: "{out}/x" }',
      ],
    ],
    [
      'placeholders in standard input',
      transform('cmd: [sh]\nstdin:\n  - cp {images} x\n  - "ls {out} {datum} {x}"\nerr_stdin: ["{1}"]'),
      [
        'placeholder-in-stdin: {images} -> - "cp $images x"',
        'placeholder-in-stdin: {out} -> - "ls $out {datum} {x}"',
        'placeholder-in-stdin: {datum}',
        'placeholder-in-stdin: {1}',
      ],
    ],
    [
      'variables in a list',
      transform(`cmd: [cp, $images, "\${images}/x", [--out=$out], $HOME, $outer]`),
      [
        `unread-variable: $images -> cmd: [cp, "{images}", "\${images}/x", [--out=$out], $HOME, $outer]`,
        `unread-variable: \${images} -> cmd: [cp, $images, "{images}/x", [--out=$out], $HOME, $outer]`,
        `unread-variable: $out -> cmd: [cp, $images, "\${images}/x", ["--out={out}"], $HOME, $outer]`,
      ],
    ],
    ['variables for a shell', transform('cmd: [sh, -c, "cp $images $out", $out]'), []],
    ['variables of a program', transform('cmd: [awk, "{ print $out }"]'), []],
    ['variables in a string', transform('cmd: cp $images $out'), []],
    [
      'variables in the environment',
      transform('cmd: [ls]\nenv: { A: $out }'),
      ['unread-variable: $out -> env: { A: "{out}" }'],
    ],
    [
      'variables that are set otherwise',
      transform('cmd: [ls]\nenv: { images: x, out: y, PATH: z }'),
      ['overwritten-variable: images', 'overwritten-variable: out'],
    ],
    ['a capture in output', output('sub-$1'), ['capture-style: $1 -> output: "sub-{1}"']],
    [
      'a capture in braces',
      output(`"\${1}/\\\\1"`),
      [`capture-style: "\${1}/\\\\1"`, `capture-style: "\${1}/\\\\1"`],
    ],
    ['a capture of an expression', output("'sub-\\1'"), ["capture-style: \\1 -> output: 'sub-{1}'"]],
    ['captures as they should be', output('"{1}/a$b"'), []],
  ];
  for (const [name, text, expected] of cases) it(name, () => assert.deepEqual(told(text), expected));

  for (const [key, expected] of [
    ['"{1}x"', '"$1x"'],
    ['"{a.1}2"', `"\${1}2"`],
    ["'\\1'", "'$1'"],
  ] as const) {
    it(`a key ${key}`, () => {
      const [first = '', ...others] = told(join(key));
      assert.match(first, /^capture-style: /);
      assert.ok(first.endsWith(`join_on: ${expected} } }] }`), first);
      assert.deepEqual(others, []);
    });
  }
  it('keys as they should be', () => assert.deepEqual(told(join(`"$1-\${1}"`)), []));
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { complete } from '../../src/spec/completion.ts';
import type { Position } from '../../src/spec/diagnostic.ts';
import { hover } from '../../src/spec/hover.ts';
import { looksLikeSpec } from '../../src/spec/looks-like-spec.ts';
import { parseSpec } from '../../src/spec/parse.ts';

const SPECS = [
  `pipeline:
  name: edges
description: Edge detection.
input:
  pfs: { repo: images, glob: "/*" }
transform:
  cmd: [python3, code/edges.py, "{images}", "{out}"]
`,
  `# A comment
pipeline: { name: all, project: x }
metadata:
  labels: { study: pilot }
input:
  pfs:
    repo: raw/t1
    glob: /sub-(*)/ses-@(1|2)
    name: t1
    joinOn: $1
transform:
  cmd:
    - run
    - [-i, "{t1}"]
    - &last '{t1.1}'
    - *last
  stdin:
    - |
      for x in y; do
        echo "\${x}"
      done
  env: { THREADS: 4, NAME: "{datum}" }
  accept_return_code: [1, 2]
  code:
  - "code/**"
output: sub-{1}
datum_timeout: 1h30m
spout: {}
autoscaling: true
`,
  `{"pipeline": {"name": "json"}, "input": {"cross": [{"pfs": {"repo": "a", "glob": "/"}}]},
 "transform": {"cmd": "cat '{a}' > {out}/x # it's", "image": "x"}}
`,
  `input:
  pfs: {repo: a, glob: "/*"}
transform:
  cmd: |
    awk '{ if ($1) { print } }' {a} | while read x; do
      echo "$x \${y} {ot}"
    done > {out}/result
`,
];

const PIECES = [
  '\t',
  ' ',
  '\n',
  ':',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|',
  '>',
  '#',
  '&a ',
  '*a',
  '!x ',
  '---\n',
  ',',
  '? ',
  '%',
  '@',
  '`',
  '0',
  'null',
  '~',
  '\\',
  '\u0000',
  '\uFEFF',
  '\r',
  '\u2028',
  '😀',
  '<<: ',
  '{out}',
  '{{',
  'repo: ',
  'cmd: ',
  '__proto__: ',
  '\ud800',
  '..',
  '/',
];

const view = {
  list: () => [{ name: 'a$b} c', kind: 'directory' as const }],
  images: [],
  pipelines: [{ name: 'p', directory: 'p' }],
};

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function mutate(text: string, random: (below: number) => number): string {
  let mutated = text;
  for (let count = 1 + random(3); count > 0; count -= 1) {
    const at = random(mutated.length + 1);
    const length = random(4) === 0 ? random(40) : random(3);
    const piece = PIECES[random(PIECES.length)] ?? '';
    switch (random(5)) {
      case 0:
        mutated = mutated.slice(0, at) + piece + mutated.slice(at);
        break;
      case 1:
        mutated = mutated.slice(0, at) + mutated.slice(at + length);
        break;
      case 2:
        mutated = mutated.slice(0, at) + piece + mutated.slice(at + length);
        break;
      case 3: {
        // A line twice, somewhere else.
        const lines = mutated.split('\n');
        const line = lines[random(lines.length)] ?? '';
        lines.splice(random(lines.length), 0, line);
        mutated = lines.join('\n');
        break;
      }
      default:
        mutated = mutated.slice(0, at);
    }
  }
  return mutated;
}

function isInside(position: Position, lines: readonly string[]): boolean {
  const line = lines[position.line];
  return line !== undefined && position.character >= 0 && position.character <= line.length;
}

function checkAll(text: string): void {
  const { diagnostics, spec } = parseSpec(text, { directory: 'here' });
  const lines = text.split('\n');
  for (const { message, rule, range, fixes } of diagnostics) {
    assert.match(rule, /^[a-z]+(?:-[a-z]+)*$/);
    assert.match(message, /^\S[\s\S]*[.?]$/);
    const ordered =
      range.start.line < range.end.line ||
      (range.start.line === range.end.line && range.start.character <= range.end.character);
    assert.ok(ordered, `${rule} runs backwards`);
    for (const one of [range, ...(fixes ?? []).map((fix) => fix.range)]) {
      assert.ok(
        isInside(one.start, lines) && isInside(one.end, lines),
        `${rule} is outside of ${JSON.stringify(text)}`,
      );
    }
    // A diagnostic that marks everything marks nothing.
    const first = lines.findIndex((line) => line.trim() !== '');
    const last = lines.findLastIndex((line) => line.trim() !== '');
    if (first !== last)
      assert.ok(range.start.line > first || range.end.line < last, `${rule} covers the whole file`);
  }
  if (diagnostics.every((diagnostic) => diagnostic.severity !== 'error')) assert.ok(spec !== undefined);
  looksLikeSpec(text);
}

describe('mutated specs', () => {
  SPECS.forEach((original, number) => {
    it(`are all answered, beginning with spec ${number + 1}`, () => {
      const random = numbers(number + 1);
      for (let round = 0; round < 500; round += 1) {
        const text = mutate(original, random);
        try {
          checkAll(text);
          for (let times = 0; times < 4; times += 1) {
            const offset = random(text.length + 1);
            for (const item of complete(text, offset, view)) {
              const lines = text.split('\n');
              assert.ok(isInside(item.range.start, lines) && isInside(item.range.end, lines));
            }
            hover(text, offset);
          }
        } catch (problem) {
          throw new Error(`failed for ${JSON.stringify(text)}`, { cause: problem });
        }
      }
    });
  });

  it('are answered at every prefix, as while typing', () => {
    for (const original of SPECS) {
      for (let length = 0; length <= original.length; length += 1) checkAll(original.slice(0, length));
    }
  });

  it('may be absurd', () => {
    const absurd = [
      '['.repeat(100_000),
      '{a: '.repeat(50_000),
      '- '.repeat(20_000),
      `${'a:\n'.repeat(1)}${Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}`,
      '"'.repeat(10_000),
      '&a '.repeat(1_000),
      '*a\n'.repeat(1_000),
      'x'.repeat(2_000_001),
      '\u0000',
      '\ud800',
      '%YAML 9.9\n---\n',
      '!!binary x',
      '? [a, b]\n: c\n',
      '1: x\nnull: y\ntrue: z\n',
    ];
    for (const text of absurd) checkAll(text);
  });
});

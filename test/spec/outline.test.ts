import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type OutlineItem, outline } from '../../src/spec/outline.ts';
import { offsetOf } from './positions.ts';

/** The outline as lines, indented. */
function drawn(items: readonly OutlineItem[], indentation = ''): string[] {
  return items.flatMap(({ name, detail, children }) => [
    `${indentation}${name}${detail === '' ? '' : `: ${detail}`}`,
    ...drawn(children, `${indentation}  `),
  ]);
}

const SPEC = `pipeline: { name: pairs }
input:
  join:
    - pfs: { repo: t1, glob: "/sub-(*)", join_on: $1 }
    - cross:
        - pfs: { repo: a/t2, glob: "/sub-(*)" }
        - pfs: { repo: x, name: extra, glob: / }
transform:
  cmd: [sh, code/run.sh, "{t1}", "{out}"]
  stdin:
    - one
output: "{datum}"
`;

describe('the outline of a spec', () => {
  it('has its fields, and its inputs by their names', () =>
    assert.deepEqual(drawn(outline(SPEC)), [
      'pipeline',
      '  name: pairs',
      'input: join, cross',
      '  t1: t1 /sub-(*)',
      '  t2: a/t2 /sub-(*)',
      '  extra: x /',
      'transform',
      '  cmd: ["sh","code/run.sh","{t1}","{out}"]',
      '  stdin: ["one"]',
      'output: {datum}',
    ]));

  it('selects what it names, within all that belongs to it', () => {
    const check = (items: readonly OutlineItem[]): void => {
      for (const { name, kind, range, selection, children } of items) {
        const [start, from, to, end] = [range.start, selection.start, selection.end, range.end].map(
          (position) => offsetOf(SPEC, position),
        );
        assert.ok(start !== undefined && from !== undefined && to !== undefined && end !== undefined);
        assert.ok(start <= from && from < to && to <= end, name);
        assert.equal(SPEC.slice(from, to), kind === 'input' ? 'pfs' : name);
        check(children);
      }
    };
    check(outline(SPEC));
  });

  for (const [text, expected] of [
    ['', []],
    ['- a\n', []],
    ['input:\n  pfs: { repo: raw, gl', ['input', '  raw: raw']],
    ['input:\ntransform:\n  cmd: [a\n', ['input', 'transform', '  cmd: ["a"]']],
    [`description: ${'x'.repeat(100)}\n`, [`description: ${'x'.repeat(80)}…`]],
  ] as const)
    it(`of ${JSON.stringify(text.slice(0, 40))}`, () => assert.deepEqual(drawn(outline(text)), expected));
});

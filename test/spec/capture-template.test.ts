// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are those of the templates tested
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileGlob } from '../../src/plan/glob.ts';
import { captureNumbers, expandCaptures } from '../../src/spec/capture-template.ts';

const CAPTURES = ['a/b', 'A', 'B', '', '4', '5', '6', '7', '8', '9', 'TEN'];

/** template, what comes of it */
const TEMPLATES: readonly [string, string][] = [
  ['', ''],
  ['plain', 'plain'],
  ['$1', 'A'],
  ['${1}', 'A'],
  ['$0', 'a/b'],
  ['x$1y$2z', 'xAyBz'],
  ['$1$2', 'AB'],
  ['$2 of $1', 'B of A'],
  ['${1}1', 'A1'],
  // all digits belong to the number
  ['$10', 'TEN'],
  ['${10}', 'TEN'],
  ['$1_2', 'A_2'],
  ['$3', ''],
  // beyond the captures
  ['<$11>', '<>'],
  ['<${99}>', '<>'],
  ['<$999999999>', '<>'],
  ['<$99999999999999999999>', '<>'],
  // no numbers: a leading zero and digits of other scripts
  ['<$00>', '<>'],
  ['<$01>', '<>'],
  ['<${01}>', '<>'],
  ['<$١>', '<>'],
  ['<$1١>', '<>'],
  // dollar signs
  ['$$', '$'],
  ['$$1', '$1'],
  ['$$$1', '$A'],
  ['$$$$', '$$'],
  ['$${1}', '${1}'],
  // malformed: the dollar sign is itself
  ['$', '$'],
  ['a$', 'a$'],
  ['$a', '$a'],
  ['$ 1', '$ 1'],
  ['$-1', '$-1'],
  ['${', '${'],
  ['${}', '${}'],
  ['${1', '${1'],
  ['${a}', '${a}'],
  ['${1 }', '${1 }'],
  ['${1a}', '${1a}'],
  ['${$1}', '${A}'],
  ['$a$1', '$aA'],
  ['😀$1😀', '😀A😀'],
];

/** pattern, path, template, what comes of it */
const WITH_GLOBS: readonly [string, string, string, string][] = [
  ['person=(*)', 'person=ada', '$1', 'ada'],
  ['person=(*)', 'p[.erson', '$1', ''],
  ['person=(*)', 'person=ada', '${1}1', 'ada1'],
  ['person=(*)', 'person=ada', '$$1', '$1'],
  ['(((((((((??)))))))))*(a|b)', 'xybaaaababbbabaa', '$10', 'baaaababbbabaa'],
  ['by=(*)/in=(*)/(*).dat', 'by=ada/in=1843/notes.dat', '$1', 'ada'],
  ['by=(*)/in=(*)/(*).dat', 'by=ada/in=1843/notes.dat', '$3 of $1 from $2', 'notes of ada from 1843'],
  ['by=(*)/in=(*)/(*).dat', 'by=ada/in=1843/notes.dat', '$0', 'by=ada/in=1843/notes.dat'],
  ['by=!(ada)/in=(1?5(?))/(*).dat', 'by=emmy/in=1957/ring.dat', '$1, $3th year: $4', 'emmy, 7th year: ring'],
];

describe('templates with captures', () => {
  for (const [template, expected] of TEMPLATES) {
    it(`expands '${template}'`, () => assert.equal(expandCaptures(template, CAPTURES), expected));
  }

  it('puts captures in as they are', () => {
    assert.equal(expandCaptures('$1$2', ['', '$2', '$$']), '$2$$');
    assert.equal(expandCaptures('<$0$1>', []), '<>');
  });

  for (const [pattern, path, template, expected] of WITH_GLOBS) {
    it(`expands '${template}' for ${pattern} and ${path}`, () => {
      const compiled = compileGlob(pattern);
      assert.ok(compiled.ok);
      assert.equal(expandCaptures(template, compiled.glob.match(path) ?? []), expected);
    });
  }

  it('says where the references are', () => {
    assert.deepEqual(captureNumbers('😀$1-${12}$$3 $0$a${2 $007$$$4'), [
      { number: 1, start: 2, end: 4 },
      { number: 12, start: 5, end: 10 },
      { number: 0, start: 14, end: 16 },
      { number: -1, start: 22, end: 26 },
      { number: 4, start: 28, end: 30 },
    ]);
    assert.deepEqual(captureNumbers('no $ here $$1'), []);
  });

  it('agrees with itself on what a reference is', () => {
    const pieces = ['$', '$', '{', '}', '1', '0', '12', 'a', '٣'];
    let seed = 5;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 2_000; round += 1) {
      const template = Array.from({ length: random(9) }, () => pieces[random(pieces.length)] ?? '').join('');
      let expected = '';
      let at = 0;
      for (const { number, start, end } of captureNumbers(template)) {
        expected += template.slice(at, start).replaceAll('$$', '$') + (CAPTURES[number] ?? '');
        at = end;
      }
      expected += template.slice(at).replaceAll('$$', '$');
      assert.equal(expandCaptures(template, CAPTURES), expected, template);
    }
  });
});

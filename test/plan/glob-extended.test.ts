import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileGlob } from '../../src/plan/glob.ts';

/**
 * The cases with captures of Pachyderm's glob library, with the slash as separator.
 * Pattern, paths that match, paths that do not.
 */
const CASES: readonly [string, readonly string[], readonly string[]][] = [
  ['*.(a|b)', ['a.a.a', 'a.a', 'a.b', 'c.a'], ['a.bb', 'a.ccc', 'd.a.d']],
  ['*.(a|b)*', ['a.a.a', 'a.a', 'a.b', 'a.bb', 'c.a', 'd.a.d'], ['a.ccc']],
  ['??', [], ['a', 'aab']],
  ['?', ['a'], ['aa', 'aab']],
  ['?(a*|b)', ['ax'], []],
  ['?(a|b)', ['a'], []],
  ['?(ab)/..?(/)', ['ab/../'], []],
  ['?(ab|??)/..?(/)', ['ab/../'], []],
  ['?@(a|b)*@(c)d', ['abcd'], []],
  ['?b/..?(/)', ['ab/../'], []],
  ['(*(a|b\\[)|f*)', ['foo'], []],
  ['(a)', ['a'], []],
  ['(a+|b)*', [], ['zz']],
  ['(a+|b)+', [], ['abcdef', 'abcfef', 'abcfefg', 'abd', 'abef', 'acd']],
  ['(a|d).(a|b)*', ['a.a', 'a.b', 'a.bb'], []],
  ['(b)', [], ['a']],
  ['[a*\\(]*z', ['abcz'], ['abcx', 'bbc']],
  ['@(??)/..?(/)', ['ab/../'], []],
  ['@(??|a*)/..?(/)', ['ab/../'], []],
  ['@(?b|?b)/..?(/)', ['ab/../'], []],
  ['@(a?|?b)/..?(/)', ['ab/../'], []],
  ['@(a)b', [], ['aa']],
  ['@(a*)/..?(/)', ['ab/../'], []],
  ['@(ab|?b)/..?(/)', ['ab/../'], []],
  ['@(ab|+([!/]))/..?(/)', ['ab/../'], []],
  ['@(ab|+([^/]))/..?(/)', ['ab/../'], []],
  ['@(ab|a*(b))*(c)d', ['abbcd', 'acd'], []],
  ['@(ab|a*@(b))*(c)d', ['abcd'], []],
  ['@(b+(c)d|e*(f)g?|?(h)i@(j|k))', ['effgz', 'efgz', 'egz'], []],
  ['@(b+(c)d|e+(f)g?|?(h)i@(j|k))', [], ['egz']],
  ['@(c)b', [], ['aab']],
  ['@(foo|f|fo)*(f|of+(o))', ['foofoofo'], []],
  ['@(x)', ['x'], []],
  ['*;[1-9]*([0-9])', [], ['"MS.FILE;1"', '"MS.FILE;13"']],
  ['*;[1-9]*([0-9])*', ['"MS.FILE;13"'], []],
  ['*;[1-9]**([0-9])*', ['"MS.FILE;13"'], []],
  ['*?(a)bc', ['123abc'], []],
  ['*.+(b|d)', ['a.b', 'a.bb', 'd.a.d'], ['a.', 'a.a.a', 'a.a', 'a.ccc', 'c.a']],
  ['*.c?(c)', ['file.c', 'file.cc'], ['file.C', 'file.ccc']],
  ['*(@(a))a@(c)', ['aaac', 'aac', 'ac'], ['baaac', 'c']],
  ['*(*(f)*(o))', ['fffooofoooooffoofffooofff'], []],
  [
    '*(*(of*(o)x)o)',
    [
      'ofoooxoofxo',
      'ofoooxoofxoofoooxoofxo',
      'ofoooxoofxoofoooxoofxoo',
      'ofoooxoofxoofoooxoofxooofxofxo',
      'ofxoofxo',
    ],
    ['ofoooxoofxoofoooxoofxofo'],
  ],
  ['*(0|1|3|5|7|9)', ['137577991'], ['""', '2468']],
  ['*(a)', ['a'], []],
  ['*(a+|b)', [], ['abef']],
  ['*(a|b\\[)', [], ['*(a|b[)', 'foo']],
  ['*(b+(c)d|e*(f)g?|?(h)i@(j|k))', ['egzefffgzbcdij'], []],
  [
    '*(f*(o))',
    ['ffo', 'fofo', 'fooofoofofooo', 'foooofo', 'foooofof'],
    ['foooofofx', 'ofooofoofofooo', 'xfoooofof'],
  ],
  ['*(f*(o)x)', ['foooxfooxfoxfooox', 'foooxfooxfxfooox'], ['foooxfooxofoxfooox']],
  ['*(f+(o))', [], ['foooofof']],
  ['*(fo|foo)', ['fofoofoofofoo'], []],
  ['*(of+(o))', ['ofoofo'], []],
  ['*(of+(o)|f)', ['ofoofo'], []],
  ['*(of|oof+(o))', ['oofooofo'], []],
  ['*(oxf+(ox))', ['oxfoxoxfox'], ['oxfoxfox']],
  ['*\\;[1-9]*([0-9])', [], ['"MS.FILE;"', '"MS.FILE;13"', '"MS.FILE"', '"VMS.FILE;"']],
  ['+(??)/..?(/)', ['ab/../'], []],
  ['+(??|a*)/..?(/)', ['ab/../'], []],
  ['+(?b)/..?(/)', ['ab/../'], []],
  ['+(?b|?b)/..?(/)', ['ab/../'], []],
  ['+()c', [], ['abc']],
  ['+()x', [], ['abc']],
  ['+([!/])/..?(/)', ['ab/../'], []],
  ['+([!/])/..@(/)', ['ab/../'], []],
  ['+([^/])/..?(/)', ['ab/../'], []],
  ['+([0-7])', ['0377', '07'], ['09']],
  ['+(*)c', ['abc'], []],
  ['+(*)x', [], ['abc']],
  ['+(a)', ['a'], []],
  ['+(a*)/..?(/)', ['ab/../'], []],
  ['+(a|b\\[)*', ['abcx', 'b[c'], []],
  ['+(ab)/..?(/)', ['ab/../'], []],
  ['a??b', [], ['a', 'aa', 'aab']],
  ['a?(a|b)', ['a'], ['bb']],
  ['a?(b*)', [], ['ax']],
  ['a?(x)', ['a', 'ax'], ['ab', 'ba']],
  ['a[b*(foo|bar)]d', ['abd'], ['abc', 'acd']],
  ['a*?(x)', ['a', 'ab', 'ax'], ['ba']],
  ['a\\(*b', ['a((((b', 'a((b', 'a(b'], ['ab']],
  ['a+(b|c)d', ['abd', 'acd'], ['abc']],
  ['ab?*(e|f)', ['abcfef', 'abd', 'abef'], ['123abc', 'ab', 'abcdef', 'abcfefg', 'acd']],
  ['ab*(e|f)', ['ab', 'abef'], ['abcdef', 'abcfef', 'abcfefg']],
  ['ab**', ['ab', 'abcdef', 'abcfef', 'abcfefg', 'abef'], []],
  ['ab**(e|f)', ['ab', 'abab', 'abcdef', 'abcfef', 'abcfefg', 'abd', 'abef'], []],
  ['ab**(e|f)g', ['abcfefg'], ['ab', 'abcdef', 'abcfef', 'abef']],
  ['ab***ef', ['abcdef', 'abcfef', 'abef'], ['ab', 'abcfefg']],
  ['ab*+(e|f)', ['abcdef', 'abcfef', 'abef'], ['ab', 'abcfefg']],
  ['ab*d+(e|f)', ['abcdef'], ['123abc', 'ab', 'abcfef', 'abcfefg', 'abd', 'abef', 'acd']],
  ['b?(a|b)', ['ba'], ['a']],
  ['b?*(e|f)', [], ['ab', 'abcdef', 'abcfef', 'abcfefg', 'abef']],
  ['no-file+(a*(c)|b)stuff', [], ['abc']],
  ['no-file+(a|b)stuff', [], ['abc']],
  ['para?([345]|99)1', ['para991'], ['para381']],
  ['para@(chute|graph)', ['paragraph'], ['paramour']],
  ['para*([0-9])', ['para', 'para13829383746592'], ['paragraph']],
  ['para+([0-9])', ['para987346523'], ['para']],
];

describe('globs of Pachyderm with captures', () => {
  for (const [pattern, yes, no] of CASES) {
    it(`matches ${pattern}`, () => {
      const compiled = compileGlob(pattern);
      assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
      for (const path of yes) assert.ok(compiled.glob.match(path), `should match '${path}'`);
      for (const path of no) assert.equal(compiled.glob.match(path), undefined, `should not match '${path}'`);
    });
  }

  // Resolving `..` between slashes comes first, in Pachyderm too, and cuts the class in two.
  for (const pattern of ['[!/][!/]/../', '[^/][^/]/../', '+([!/])/../', '+([^/])/../']) {
    it(`refuses ${pattern}`, () => assert.equal(compileGlob(pattern).ok, false));
  }
});

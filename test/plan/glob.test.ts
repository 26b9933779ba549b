import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileGlob, type Glob } from '../../src/plan/glob.ts';
import { countCaptures } from '../../src/spec/placeholders.ts';

function compile(pattern: string): Glob {
  const compiled = compileGlob(pattern);
  assert.ok(compiled.ok, `${pattern}: ${compiled.ok ? '' : compiled.message}`);
  return compiled.glob;
}

/** pattern, paths that match, paths that do not */
const MATCHES: readonly [string, readonly string[], readonly string[]][] = [
  // literals and slashes
  ['a', ['a'], ['b', 'aa', 'a/b', 'A', '']],
  ['/a', ['a'], ['b']],
  ['//a//', ['a'], ['b']],
  ['a//b', ['a/b'], ['a']],
  ['./a/./b/.', ['a/b'], ['a']],
  ['/a/../b', ['b'], ['a', 'a/b']],
  ['/../a', ['a'], []],
  ['../a', [], ['a']],
  ['a\\/b', ['a/b'], []],
  ['a\\/', ['a'], []],
  ['a\\\\/', ['a\\'], ['a']],
  ['a/b', ['a/b'], ['a', 'a/b/c', 'ab']],
  ['a/b/', ['a/b'], ['a/b/c']],
  ['ä/日本', ['ä/日本'], ['a/日本']],
  // the whole repo
  ['/', [''], ['a', 'a/b']],
  ['//', [''], ['a']],
  ['.', [''], ['a']],
  ['/a/..', [''], ['a']],
  // star and question mark stay in a segment
  ['*', ['a', 'abc', 'a.b'], ['a/b', '']],
  ['/*', ['a', 'sub-01'], ['a/b', '']],
  ['/*/*', ['a/b'], ['a', 'a/b/c']],
  ['/*/', ['a'], ['a/b']],
  ['a*c', ['ac', 'abc', 'abbc', 'acc'], ['a', 'a/c', 'acb']],
  ['*.nii.gz', ['x.nii.gz', 'a.b.nii.gz'], ['x.nii', 'a/x.nii.gz']],
  ['?', ['a', '日', '😀'], ['', 'ab', '/']],
  ['a?c', ['abc', 'a😀c'], ['ac', 'abbc', 'a/c']],
  ['???', ['abc'], ['ab', 'abcd']],
  ['?*?', ['ab', 'abc'], ['a']],
  ['*abc', ['abcabc', 'abc'], ['abcab']],
  ['**abc', ['abcabc', 'x/abc'], ['abcd']],
  // two stars cross segments
  ['**', ['a', 'a/b', 'a/b/c'], ['']],
  ['/**', ['a', 'a/b'], ['']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'b/a']],
  ['**/x', ['a/x', 'a/b/x'], ['x', 'x/a', 'ax']],
  ['**x', ['x', 'ax', 'a/x', 'a/bx'], ['x/a']],
  ['**.txt', ['a.txt', 'a/b.txt'], ['a.txt/b']],
  ['a**z', ['az', 'abz', 'a/b/z'], ['a/b']],
  ['a/***/b', ['a/x/b', 'a/x/y/b'], ['a/b']],
  // classes
  ['[abc]', ['a', 'c'], ['d', 'ab', '']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
  ['[a-cx-z0]', ['b', 'y', '0'], ['d', '1']],
  ['[!a]', ['b', '日'], ['a', '']],
  ['[^a-c]', ['d'], ['a', 'c']],
  ['[a-]', ['a', '-'], ['b']],
  ['[\\]]', [']'], ['\\']],
  ['[\\!a]', ['!', 'a'], ['b']],
  ['[[:digit:]]', ['5'], ['a', ':']],
  ['[[:alpha:]_]', ['C', '_'], ['5']],
  ['[[:^alpha:]]', ['5', '-'], ['a', '[']],
  ['[^[:alpha:]]', ['5'], ['a']],
  ['[![:space:]]', ['x'], [' ']],
  // a class may match a slash, as in Pachyderm
  ['a[!x]b', ['ayb', 'a/b'], ['axb']],
  ['a[+-9]b', ['a/b', 'a7b'], ['a*b']],
  ['a[!x].b', ['ay.b', 'a/.b'], ['ax.b']],
  ['[日-本]', ['日'], ['a']],
  ['[😀-😂]', ['😁'], ['😃']],
  // alternatives
  ['{a,b}', ['a', 'b'], ['c', 'ab', '{a,b}']],
  ['{abc,def}ghi', ['abcghi', 'defghi'], ['ghi']],
  ['{abc,abcd}a', ['abca', 'abcda'], ['abcd']],
  ['{a,ab}{bc,f}', ['abc', 'af', 'abbc', 'abf'], ['abcf']],
  ['{*,**}{a,b}', ['ab', 'x/b'], ['ac']],
  ['x{,y}', ['x', 'xy'], ['y']],
  ['{a,b/c}', ['a', 'b/c'], ['b', 'a/c']],
  ['{a,{b,c}d}', ['a', 'bd', 'cd'], ['b', 'd']],
  ['*.{json,tsv}', ['a.json', 'a.tsv'], ['a.csv']],
  ['a,b', ['a,b'], ['a']],
  ['a}', ['a}'], ['a']],
  ['a)|]', ['a)|]'], ['a']],
  // escapes
  ['\\*', ['*'], ['a']],
  ['a\\?', ['a?'], ['ab']],
  ['\\{a\\,b\\}', ['{a,b}'], ['a']],
  ['\\\\', ['\\'], ['\\\\']],
  ['\\(a\\)', ['(a)'], ['a']],
  ['\\@(a)', ['@a'], ['a', '@(a)']],
  // captures as patterns
  ['(a)', ['a'], ['b', 'aa']],
  ['(a|b)', ['a', 'b'], ['ab', 'c']],
  ['@(a|b)c', ['ac', 'bc'], ['c', 'abc']],
  ['*(a)', ['a', 'aa', 'aaa'], ['b', 'aab']],
  ['x*(a|b)', ['x', 'xab', 'xbba'], ['xc']],
  ['+(a)', ['a', 'aa'], ['', 'b']],
  ['x+(a|b)', ['xa', 'xab'], ['x', 'xc']],
  ['x?(a)', ['x', 'xa'], ['xaa']],
  ['+(??)/x', ['ab/x', 'abcd/x'], ['abc/x']],
  ['*(f*(o))', ['ffo', 'fofo', 'fooofoofofooo'], ['xfoooofof', 'foooofofx']],
  ['*(*(of*(o)x)o)', ['ofxoofxo', 'ofoooxoofxo'], ['ofoooxoofxoofoooxoofxofo']],
  ['@(foo|f|fo)*(f|of+(o))', ['foofoofo'], ['foob']],
  ['sub-+([0-9])', ['sub-01'], ['sub-', 'sub-a1']],
  ['*.+(b|d)', ['a.b', 'a.bb', 'd.a.d'], ['a.', 'a.a.a', 'c.a']],
  ['ab**(e|f)', ['ab', 'abef', 'abcdef'], ['a']],
  ['ab**(e|f)g', ['abcfefg'], ['ab', 'abcfef']],
  ['+(@)', ['@', '@@'], ['a']],
  ['a+b@c!d', ['a+b@c!d'], ['aab']],
  // negations
  ['!(a)', ['b', 'aa', 'ab'], ['a', 'b/c']],
  ['!(*.js|*.json)', ['a.js.gz', 'a.gz'], ['a.js', 'a.json']],
  ['!(derivatives)', ['sub-01', 'derivatives2'], ['derivatives']],
  ['a!(x)', ['a', 'ab'], ['ax', 'ba']],
  ['a*!(x)', ['a', 'ab', 'ax'], ['ba']],
  ['*.!(js)', ['a.json', 'a.b', 'a.js.js'], ['a.js']],
  ['!(!(foo))', ['foo'], ['bar']],
  ['!(!(!(foo)))', ['bar'], ['foo']],
  ['*(!(f))', ['ooo', 'foo', 'fff'], ['f']],
  ['@(!(z*)|*x)', ['foot', 'foox', 'zoox'], ['zoot']],
  // with more behind it, a negation refuses whatever begins with it
  ['!(foo)*', ['bar', 'fo'], ['foo', 'foobar']],
  ['!(a|b)/x', ['c/x'], ['a/x', 'b/x', 'c', 'ab/x']],
  ['*.!(js)*', ['foo.ts'], ['foo.js']],
  ['*i!(ntegration-)test.js', ['a-integration-test.js'], ['itest']],
  ['!(x)[0-9]', ['a1', 'x2', '1'], ['xa']],
  // the dot rule
  ['*', [], ['.git', '.']],
  ['**', [], ['.git', 'a/.b', 'a/.b/c', '.a/b']],
  ['.*', ['.git'], ['git', '.a/b']],
  ['.git', ['.git'], []],
  ['*.json', ['a.json'], ['.json']],
  ['?git', [], ['.git']],
  ['[!a]git', [], ['.git']],
  ['[.]git', ['.git'], []],
  ['[--/]git', [], ['.git']],
  ['*/.x', ['a/.x'], ['.a/.x']],
  ['**/.x', ['a/.x', 'a/b/.x'], ['a/.b/.x']],
  ['**.x', ['a.x', 'b/a.x'], ['b/.x', '.x']],
  ['{.a,b}', ['.a', 'b'], []],
  ['(.a|*)', ['.a', 'b'], ['.b']],
  ['!(x)', [], ['.git']],
  ['.!(x)', ['.git', '.'], ['.x']],
  ['a.*', ['a.b', 'a.'], []],
];

/** pattern, path, captures without the whole path */
const CAPTURES: readonly [string, string, readonly string[]][] = [
  ['sub-(*)', 'sub-01', ['01']],
  ['/sub-(*)/ses-(*)', 'sub-01/ses-2', ['01', '2']],
  ['test/(a|b)/x', 'test/b/x', ['b']],
  ['test/a*(a|b)/x', 'test/a/x', ['']],
  ['test/a*(a|b)/x', 'test/aba/x', ['ba']],
  ['test/+(a|b)/x', 'test/aba/x', ['aba']],
  ['test/a?(a|b)/x', 'test/ab/x', ['b']],
  ['test/!(a|b)/x', 'test/y/x', ['y']],
  ['test/a*(a|b)/*(*).go', 'test/aaaa/x.go', ['aaa', 'x']],
  ['test*(/?(+(a|b)/*.go))', 'test/a/x.go', ['/a/x.go', 'a/x.go', 'a']],
  ['(((((((((??)))))))))*(a|b)', 'xfbaaa', ['xf', 'xf', 'xf', 'xf', 'xf', 'xf', 'xf', 'xf', 'xf', 'baaa']],
  [
    'name=!(adele)/year=(2?1(?))/(*).dat',
    'name=roxanne/year=2514/puzzle.dat',
    ['roxanne', '2514', '4', 'puzzle'],
  ],
  // greedy, and branches as written
  ['(*)(*)', 'abc', ['abc', '']],
  ['(a|ab)(c|bcd)(*)', 'abcd', ['a', 'bcd', '']],
  ['(*)-(*)', 'a-b-c', ['a-b', 'c']],
  // what took no part is empty
  ['{a(1),b(2)}', 'b2', ['', '2']],
  ['?(x)y', 'y', ['']],
  ['!(a(b))c', 'zc', ['z', '']],
  ['+(a(b|c))', 'abac', ['abac', 'c']],
  ['(**)/(*)', 'a/b/c', ['a/b', 'c']],
  ['(😀|x)*', '😀y', ['😀']],
  ['(*)y', '\u0080y', ['\u0080']],
  ['(?)(*)', '\ud83dy😀', ['\ud83d', 'y😀']],
];

const PROBLEMS: readonly [string, number][] = [
  ['', 0],
  ['(a', 0],
  ['/x(a', 2],
  ['//x//./y(a', 8],
  ['/x/../y(a', 7],
  ['^(a)', 0],
  ['a[b[]', 1],
  ['{a,b', 0],
  ['a[bc', 1],
  ['[]', 0],
  ['[!]', 0],
  ['a\\', 1],
  ['[z-a]', 1],
  ['[[:nope:]]', 1],
  ['@(a|{b)', 4],
  ['('.repeat(200), 100],
  ['a'.repeat(20_000), 0],
];

describe('globs', () => {
  for (const [pattern, yes, no] of MATCHES) {
    it(`matches ${pattern}`, () => {
      const glob = compile(pattern);
      for (const path of yes) assert.ok(glob.match(path), `should match '${path}'`);
      for (const path of no) assert.equal(glob.match(path), undefined, `should not match '${path}'`);
    });
  }

  for (const [pattern, path, captures] of CAPTURES) {
    it(`captures ${pattern} in ${path}`, () => {
      assert.deepEqual(compile(pattern).match(path), [path, ...captures]);
    });
  }

  for (const [pattern, offset] of PROBLEMS) {
    it(`refuses ${pattern.slice(0, 20) || 'the empty pattern'}`, () => {
      const compiled = compileGlob(pattern);
      assert.equal(compiled.ok, false);
      if (compiled.ok) return;
      assert.equal(compiled.offset, offset);
      assert.match(compiled.message, /^[A-Z`].*\.$/);
    });
  }

  it('counts captures as the language does', () => {
    for (const pattern of [...MATCHES.map(([one]) => one), ...CAPTURES.map(([one]) => one)]) {
      const compiled = compileGlob(pattern);
      if (compiled.ok) assert.equal(compiled.glob.captureCount, countCaptures(pattern), pattern);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileGlob } from '../../src/plan/glob.ts';
import { matchTree } from '../../src/plan/match-tree.ts';

/**
 * The cases of Pachyderm's glob library for what is captured, and more that were checked with it.
 * Pattern, path, what is captured; nothing at all where the path does not match.
 */
const CAPTURES: readonly [string, string, (readonly string[])?][] = [
  ['test/(a|b)', 'hi/123'],
  ['test/(a|b)/x.go', 'test/a/x.go', ['a']],
  ['test/(a|b)/x.go', 'test/b/x.go', ['b']],
  ['test/a*(a|b)/x.go', 'test/a/x.go', ['']],
  ['test/a*(a|b)/x.go', 'test/aa/x.go', ['a']],
  ['test/a*(a|b)/x.go', 'test/ab/x.go', ['b']],
  ['test/a*(a|b)/x.go', 'test/aba/x.go', ['ba']],
  ['test/+(a|b)/x.go', 'test/a/x.go', ['a']],
  ['test/+(a|b)/x.go', 'test/b/x.go', ['b']],
  ['test/+(a|b)/x.go', 'test/ab/x.go', ['ab']],
  ['test/+(a|b)/x.go', 'test/aba/x.go', ['aba']],
  ['test/a?(a|b)/x.go', 'test/a/x.go', ['']],
  ['test/a?(a|b)/x.go', 'test/ab/x.go', ['b']],
  ['test/a?(a|b)/x.go', 'test/aa/x.go', ['a']],
  ['test/@(a|b)/x.go', 'test/a/x.go', ['a']],
  ['test/@(a|b)/x.go', 'test/b/x.go', ['b']],
  ['test/!(a|b)/x.go', 'test/x/x.go', ['x']],
  ['test/!(a|b)/x.go', 'test/y/x.go', ['y']],
  ['test/(a|b)/(*).go', 'test/a/x.go', ['a', 'x']],
  ['test/+(a|b)/(*).go', 'test/ab/x.go', ['ab', 'x']],
  ['test/@(a|b)/@(*).go', 'test/a/x.go', ['a', 'x']],
  ['test/a*(a|b)/*(*).go', 'test/aaaa/x.go', ['aaa', 'x']],
  ['test/a?(a|b)/?(*).go', 'test/aa/x.go', ['a', 'x']],
  ['test*(/?(+(a|b)/*.go))', 'test/a/x.go', ['/a/x.go', 'a/x.go', 'a']],
  // repetitions end with their first empty round
  ['*(*(a))', 'aa', ['aa', '']],
  ['+(+(+(a)))', 'aaa', ['aaa', 'aaa', 'aaa']],
  ['*(|a)', 'aa', ['aa']],
  ['+(a*)', 'aab', ['aab']],
  ['+(*)(*)', 'ab', ['ab', '']],
  ['*(?(a)|b)', 'ab', ['ab', '']],
  ['+(@(||**))', 'c/cb', ['c/cb', '']],
  ['?*(b|@(ba|**))', 'bc/a', ['c/a', '']],
  ['+(a|+()?(?c?|*a))*', 'baacaa', ['baacaa', '', '']],
  ['*(?(a)?(b))', 'ab', ['ab', '', '']],
  ['+(a(b)|c)', 'abc', ['abc', 'b']],
  ['!(a(b))c', 'zc', ['z', '']],
  ['*(!(f))', 'ooo', ['ooo', '']],
  ['+(!(f))x', 'oox', ['oo', '']],
  ['(!(a)|b)(*)', 'bc', ['bc', 'bc', '']],
  ['{(*)-b,(*)-c}', 'x-c', ['', 'x']],
  ['{x(*,y)}', 'xy', ['y']],
  ['({*|b})', 'b', ['b']],
  ['(a|ab)(c|bcd)(*)', 'abcd', ['a', 'bcd', '']],
  ['(**)/(*)', 'a/b/c', ['a/b', 'c']],
  ['([!a])(?)', '/b', ['/', 'b']],
  ['a@b@(c)', 'ab@c'],
  ['a@b@(c)', 'a@b@c', ['c']],
  ['x+y(*)', 'x+yz', ['z']],
  ['[:alpha:](*)', 'ab', ['b']],
  ['[a^b](*)', 'cb', ['b']],
  ['[a\\-c](*)', 'bc', ['c']],
];

/** As Pachyderm's own server test: files at three depths. */
const MANY = Array.from({ length: 100 }, (_, at) => [`dir1/file${at}`, `dir2/dir3/file${at}`, `file${at}`])
  .flat()
  .sort();

/** pattern, how many files and directories match, how many files these hold */
const COUNTS: readonly [string, number, number][] = [
  ['*', 102, 300],
  ['file*', 100, 100],
  ['dir1/*', 100, 100],
  ['dir2/dir3/*', 100, 100],
  ['*/*', 101, 200],
  ['dir2/dir3/file1?', 10, 10],
  ['**file1?', 30, 30],
  ['**file1', 3, 3],
  ['dir?', 2, 200],
  ['garbage', 0, 0],
  ['/', 1, 300],
];

const FEW = ['dir1/file1.1', 'dir1/file1.2', 'dir2/file2.1', 'dir2/file2.2'];

/** pattern, what matches */
const FOUND: readonly [string, readonly string[]][] = [
  ['**.2', ['dir1/file1.2', 'dir2/file2.2']],
  ['/dir1/*', ['dir1/file1.1', 'dir1/file1.2']],
  ['/*', ['dir1', 'dir2']],
  ['/', ['']],
  ['**', ['dir1', 'dir1/file1.1', 'dir1/file1.2', 'dir2', 'dir2/file2.1', 'dir2/file2.2']],
  ['/**/file1.1', ['dir1/file1.1']],
  // two slashes with anything between them need two segments
  ['/**/dir1', []],
  ['/dir1/', ['dir1']],
  ['dir1//./file1.1', ['dir1/file1.1']],
];

function found(pattern: string, paths: readonly string[]): ReturnType<typeof matchTree> {
  const compiled = compileGlob(pattern);
  assert.ok(compiled.ok);
  return matchTree(compiled.glob, paths);
}

describe('captures and trees of Pachyderm', () => {
  for (const [pattern, path, captures] of CAPTURES) {
    it(`captures ${pattern} in ${path}`, () => {
      const compiled = compileGlob(pattern);
      assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
      assert.deepEqual(compiled.glob.match(path), captures === undefined ? undefined : [path, ...captures]);
    });
  }

  for (const [pattern, matches, files] of COUNTS) {
    it(`counts ${pattern}`, () => {
      const all = found(pattern, MANY);
      assert.equal(all.length, matches);
      assert.equal(
        all.reduce((sum, { start, end }) => sum + end - start, 0),
        files,
      );
    });
  }

  for (const [pattern, expected] of FOUND) {
    it(`finds ${pattern}`, () => {
      assert.deepEqual(
        found(pattern, FEW).map(({ path }) => path),
        expected,
      );
    });
  }

  it('finds in the order of paths', () => {
    const paths = Array.from({ length: 25 }, (_, at) => `data/${String(at).padStart(10, '0')}`);
    assert.deepEqual(
      found('/data/*', paths).map(({ path }) => path),
      paths,
    );
    const numbers = Array.from({ length: 100 }, (_, at) => String(at)).sort();
    assert.deepEqual(
      found('/1*', numbers).map(({ path }) => path),
      numbers.filter((name) => name.startsWith('1')),
    );
    assert.deepEqual(found('**', []), []);
  });
});

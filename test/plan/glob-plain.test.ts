import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileGlob } from '../../src/plan/glob.ts';
import { type GlobCase, testGlobCases } from './glob-cases.ts';

/**
 * The plain cases of Pachyderm's glob library, with the slash as separator.
 * Pattern, paths that match, paths that do not.
 */
const CASES: readonly GlobCase[] = [
  ['* ?at * eyes', ['my cat has very bright eyes'], []],
  ['*ä', ['åä'], []],
  ['abc', ['abc'], []],
  ['a*c', ['abc', 'a12345c'], []],
  ['a?c', ['a1c'], []],
  ['a/b', ['a/b'], []],
  ['a/*', ['a/b'], ['a/b/c']],
  ['a/**', ['a/b/c'], []],
  ['a/?/c', ['a/b/c'], ['a/bb/c']],
  ['a/?/?', ['a/b/c'], []],
  ['?at', ['cat', 'fat'], ['at']],
  ['*', ['abc'], ['a/b/c']],
  ['\\*', ['*'], []],
  ['**', ['a/b/c'], []],
  ['*test', ['this is a test'], []],
  ['this*', ['this is a test'], []],
  ['*is *', ['this is a test'], []],
  ['*is*a*', ['this is a test'], []],
  ['**test**', ['this is a test'], []],
  ['**is**a***test*', ['this is a test'], []],
  ['*is', [], ['this is a test']],
  ['*no*', [], ['this is a test']],
  ['[!a]*', ['this is a test3'], []],
  ['*abc', ['abcabc'], []],
  ['**abc', ['abcabc'], []],
  ['???', ['abc'], []],
  ['?*?', ['abc', 'ac'], []],
  ['sta', [], ['stagnation']],
  ['sta*', ['stagnation'], []],
  ['sta?', [], ['stagnation']],
  ['sta?n', [], ['stagnation']],
  ['{abc,def}ghi', ['defghi'], []],
  ['{abc,abcd}a', ['abcda'], []],
  ['{a,ab}{bc,f}', ['abc'], []],
  ['{*,**}{a,b}', ['ab'], ['ac']],
  ['[a-z]', ['c'], ['C']],
  ['[[:alpha:]]', ['C'], ['5']],
  ['[[:space:]]', ['\t'], []],
  ['[[:graph:]]', ['!'], []],
  ['[![:graph:]]', [], ['!']],
  ['/{rate,[a-z][a-z][a-z]}*', ['rate', 'usd'], []],
  ['/{rate,[0-9][0-9][0-9]}*', ['rate'], []],
  ['{*/google/*,*/yandex/*}', ['www/google/com', 'www/yandex/com'], ['yandex/com', 'google/com']],
  ['{*/google/*,yandex/*}', ['www/google/com', 'yandex/com'], ['www/yandex/com', 'google/com']],
  ['*//{,*.}example.com', [], ['https://www.example.com', 'http://example.com', 'http://example.com.net']],
  ['*/*/*', [], ['foo/bb/aa/rr']],
  ['**/**/**', ['foo/bb/aa/rr'], []],
  ['[a-z][!a-x]*cat*[h][!b]*eyes*', ['my cat has very bright eyes'], ['my dog has very bright eyes']],
  ['google.com', ['google.com'], ['gobwas.com']],
  ['https://*.google.*', [], ['https://account.google.com', 'https://google.com']],
  ['{https://*.google.*,*yandex.*,*yahoo.*,*mail.ru}', [], ['http://yahoo.com', 'http://google.com']],
  [
    '{https://*gobwas.com,http://exclude.gobwas.com}',
    [],
    ['https://safe.gobwas.com', 'http://safe.gobwas.com', 'http://exclude.gobwas.com'],
  ],
  ['{abc*[a-c]def,abc?[d-g]def,abc[zte]?def}', ['abczqdef'], []],
  ['{abc*def,abc?def,abc[zte]def}', ['abczdef'], []],
  ['abc*', ['abcdef'], ['af']],
  ['*def', ['abcdef'], ['af']],
  ['ab*ef', ['abcdef'], ['af']],
  // Ours alone: a dot that begins a name must be named.
  ['[[:^alpha:]]', [], ['.']],
  ['[^[:alpha:]]', [], ['.']],
];

describe('plain globs of Pachyderm', () => {
  testGlobCases(CASES);

  it('refuses the empty pattern, which is the whole repo in Pachyderm', () => {
    assert.equal(compileGlob('').ok, false);
  });
});

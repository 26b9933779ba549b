import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPatterns, literalPattern, patternMatcher } from '../../src/plan/find-patterns.ts';
import { compileGlob } from '../../src/plan/glob.ts';
import { matchTree } from '../../src/plan/match-tree.ts';
import { makeTemporaryDirectory, removeDirectory } from '../rigs/temporary-directory.ts';

const FILES = [
  '.hidden.log',
  'a b.log',
  'a.log',
  'a.logs/x',
  'd/a.log',
  'd/e/f.txt',
  'é.tmp',
  'it[1].log',
  'q?*\\.out',
  'x.err',
];

const GLOBS = [
  '**.log',
  '*.log',
  'd',
  '/d/*',
  '/',
  '?.log',
  '*.{out,err}',
  '(a|d)*',
  'a?( b).log',
  'it\\[1\\].log',
];

describe('globs as find understands them', () => {
  let folder: string;
  before(async () => {
    folder = await makeTemporaryDirectory('find');
    for (const file of FILES) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
  });
  after(() => removeDirectory(folder));

  /** What the real program matches. */
  const found = (pattern: string): string[] =>
    spawnSync('find', ['.', '!', '-type', 'd', '-path', `./${pattern}`], { cwd: folder, encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean)
      .map((path) => path.slice(2))
      .sort();

  it('match at least what the glob matches, and what is foretold', () => {
    for (const pattern of GLOBS) {
      const compiled = compileGlob(pattern);
      assert.ok(compiled.ok);
      const sorted = [...FILES].sort();
      const wanted = matchTree(compiled.glob, sorted).flatMap(({ start, end }) => sorted.slice(start, end));
      const patterns = (findPatterns(pattern) ?? []).flatMap((one) => [one, `${one}/*`]);
      const matched = new Set(patterns.flatMap(found));
      assert.ok(wanted.length > 0, pattern);
      for (const file of wanted) assert.ok(matched.has(file), `${pattern}: ${file}`);
      const foretold = FILES.filter((file) => patterns.some((one) => patternMatcher(one)(file)));
      assert.deepEqual([...matched].sort(), foretold.sort(), pattern);
    }
  });

  it('have no words for repetition, negation and classes', () => {
    for (const pattern of ['!(a)', '+(a|b)', '*(a)', '[a-z]x', '{a,b}'.repeat(6)])
      assert.equal(findPatterns(pattern), undefined, pattern);
  });

  it('take text as it stands', () => {
    for (const file of FILES) assert.deepEqual(found(literalPattern(file)), [file]);
  });
});

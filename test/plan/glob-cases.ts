/** Tables of globs: a pattern, paths that match, paths that do not. */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import { compileGlob } from '../../src/plan/glob.ts';

/** One row. */
export type GlobCase = readonly [pattern: string, yes: readonly string[], no: readonly string[]];

/** A test for each row. */
export function testGlobCases(cases: readonly GlobCase[]): void {
  for (const [pattern, yes, no] of cases) {
    it(`matches ${pattern}`, () => {
      const compiled = compileGlob(pattern);
      assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
      for (const path of yes) assert.ok(compiled.glob.match(path), `should match '${path}'`);
      for (const path of no) assert.equal(compiled.glob.match(path), undefined, `should not match '${path}'`);
    });
  }
}

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileGlob, type Glob } from '../../src/plan/glob.ts';

function compile(pattern: string): Glob {
  const compiled = compileGlob(pattern);
  assert.ok(compiled.ok, `${pattern}: ${compiled.ok ? '' : compiled.message}`);
  return compiled.glob;
}

/** pattern, paths that match, paths that do not */

/** Beside other readings of the same patterns, and on patterns made to hurt. */
describe('globs on random and hard cases', () => {
  it('agrees with a plain reading of stars and questions on random cases', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const pick = (from: string, length: number): string =>
      Array.from({ length }, () => from[random(from.length)] ?? '').join('');
    for (let round = 0; round < 3_000; round += 1) {
      const pattern = pick('ab/*?', 1 + random(6)).replace(/^\/+|\/+$/g, '');
      const path = pick('ab/', 1 + random(6)).replace(/^\/+|\/+$/g, '');
      // Slashes in a row count for one in a pattern, and no path has them.
      if (pattern === '' || path === '' || pattern.includes('//')) continue;
      const source = pattern.replace(/\*\*|\*|\?/g, (one) =>
        one === '**' ? '.*' : one === '*' ? '[^/]*' : '[^/]',
      );
      const expected = new RegExp(`^${source}$`).test(path);
      assert.equal(compile(pattern).match(path) !== undefined, expected, `${pattern} on ${path}`);
    }
  });

  it('agrees with a backtracking matcher on small random patterns', () => {
    let seed = 11;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    /** A random glob, and the same as a regular expression of the host. */
    const make = (depth: number): [glob: string, source: string] => {
      const pairs = Array.from({ length: 1 + random(3) }, (): [string, string] => {
        const kind = random(depth > 0 ? 9 : 6);
        if (kind < 3) return [...'ab/'].map((one): [string, string] => [one, one])[kind] ?? ['a', 'a'];
        if (kind === 3) return ['?', '[^/]'];
        if (kind === 4) return ['*', '[^/]*'];
        if (kind === 5) return ['[!b/]', '[^b/]'];
        const [left, leftSource] = make(depth - 1);
        const [right, rightSource] = make(depth - 1);
        if (kind === 6) return [`{${left},${right}}`, `(?:${leftSource}|${rightSource})`];
        const quantifier = ['@', '*', '+', '?'][random(4)] ?? '@';
        const repeated = quantifier === '@' ? '' : quantifier;
        return [`${quantifier}(${left}|${right})`, `((?:${leftSource}|${rightSource})${repeated})`];
      });
      return [pairs.map(([glob]) => glob).join(''), pairs.map(([, source]) => source).join('')];
    };
    let compared = 0;
    for (let round = 0; round < 4_000; round += 1) {
      const [pattern, source] = make(2);
      // Two stars in a row are another thing, and two slashes are one.
      if (pattern.includes('**') || pattern.includes('//')) continue;
      if (/^\/|\/$/.test(pattern)) continue;
      const expression = new RegExp(`^(?:${source})$`);
      const glob = compile(pattern);
      for (let times = 0; times < 6; times += 1) {
        const path = Array.from({ length: 1 + random(7) }, () => 'ab/'[random(3)] ?? 'a').join('');
        const found = glob.match(path);
        const expected = expression.exec(path);
        assert.equal(found !== undefined, expected !== null, `${pattern} on ${path}`);
        // Hosts differ in what captures within repetitions keep, so only flat ones are compared.
        if (found === undefined || expected === null || /[@*+?]\([^)]*\(|\{[^}]*\(/.test(pattern)) continue;
        compared += 1;
        assert.deepEqual(
          found.slice(1),
          [...expected].slice(1).map((text) => text ?? ''),
          `${pattern} on ${path}`,
        );
      }
    }
    assert.ok(compared > 200, String(compared));
  });

  // Patterns that take a backtracking matcher longer than the age of the universe.
  for (const pattern of [
    '*(*(a))b',
    '*(*(*a))b',
    '*(*(*(*(*(*(a|)|)|)|)|)|)b',
    '+(+(+(a)))b',
    '+(+(+(*(a))))*(*(a|a*))b',
    '!(!(!(a)))b',
    '!(!(!(*(*(a))b)))/b',
    '(*)(*)(*)(*)(*)(*)(*)(*)(*)(*)(*)(*)b',
    '+(+(+(a|aa)))b',
    '*a*a*a*a*a*a*a*a*a*a*a*a*b',
    '**a**a**a**a**a**a**a**b',
    '!(*(*(a))b)!(+(a|aa)b)c',
    '{a,aa}{a,aa}{a,aa}{a,aa}*({a,aa}){a,aa}b',
    '?(a)?(a)?(a)?(a)?(a)?(a)?(a)?(a)*(a|?(a))b',
  ]) {
    it(`ends on ${pattern}`, () => {
      const glob = compile(pattern);
      const path = 'a'.repeat(5_000);
      assert.ok(glob.match(path) === undefined);
      // The matcher that finds captures is another one, and must not trust the first.
      if (glob.captureCount > 0) assert.ok(glob.matchAccepted(path) === undefined);
      // Work is counted, not timed: each transition is worked out at most once.
      assert.ok(glob.automaton.computedSteps < 20_000, String(glob.automaton.computedSteps));
      assert.ok(glob.computedSteps() < 20_000, String(glob.computedSteps()));
    });
  }

  // The same, where they match: captures must not cost more than saying no.
  for (const [pattern, captures] of [
    ['*(*(*a))', ['a'.repeat(5_000), '']],
    ['+(+(+(a)))', ['a'.repeat(5_000), 'a'.repeat(5_000), 'a'.repeat(5_000)]],
    ['!(!(!(b)))', ['a'.repeat(5_000), '', '']],
    ['*(*(*(a|aa)|)|)(*)', undefined],
    ['(*)(*)(*)(*)(*)(*)(*)(*)(*)(*)(*)(*)a', undefined],
    ['*(a*a|a)+(a|aa|aaa)?(a)?(a)?(a)a', undefined],
  ] as const) {
    it(`finds the captures of ${pattern} at once`, () => {
      const glob = compile(pattern);
      const path = 'a'.repeat(5_000);
      const found = glob.match(path);
      assert.ok(found !== undefined);
      if (captures !== undefined) assert.deepEqual(found.slice(1), captures);
      const once = glob.computedSteps();
      assert.ok(once < 100, String(once));
      glob.match(path);
      assert.equal(glob.computedSteps(), once);
    });
  }

  it('refuses what would have to be written out too often', () => {
    const compiled = compileGlob(`${'*('.repeat(95)}a${')'.repeat(95)}`);
    assert.equal(compiled.ok, false);
    const bearable = compile(`${'*('.repeat(12)}a${')'.repeat(12)}`);
    assert.equal(bearable.match('a'.repeat(1_000))?.[1], 'a'.repeat(1_000));
  });

  it('stays within bounds for a pattern of exponentially many states', () => {
    const glob = compile(`*a${'?'.repeat(14)}`);
    const text = Array.from({ length: 20_000 }, (_, at) => (((at * at) >> 3) % 3 === 0 ? 'a' : 'b')).join('');
    assert.equal(glob.match(text) !== undefined, text[text.length - 15] === 'a');
  });
});

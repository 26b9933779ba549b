import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileGlob, type Glob } from '../../src/plan/glob.ts';
import { compareCodePoints, matchTree, type TreeMatch } from '../../src/plan/match-tree.ts';

function compile(pattern: string): Glob {
  const compiled = compileGlob(pattern);
  assert.ok(compiled.ok);
  return compiled.glob;
}

const PATHS = [
  '.bidsignore',
  '.datalad/config',
  'README',
  'sub-01-x/a',
  'sub-01.json',
  'sub-01/.hidden/x',
  'sub-01/ses-1/anat/T1w.nii.gz',
  'sub-01/ses-2/anat/T1w.nii.gz',
  'sub-02/ses-1/anat/T1w.nii.gz',
  'sub-02/ses-1/func/bold.nii.gz',
];

/** All that a match says; captures come on demand. */
function plainly(match: TreeMatch | undefined): object {
  assert.ok(match !== undefined);
  const { path, kind, captures, start, end } = match;
  return { path, kind, captures, start, end };
}

/** What a match would be found by trying every file and directory. */
function slowly(glob: Glob, paths: readonly string[]): string[] {
  const all = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let length = 1; length <= parts.length; length += 1) all.add(parts.slice(0, length).join('/'));
  }
  return [...all].filter((path) => glob.match(path) !== undefined).sort(compareCodePoints);
}

describe('globs over a tree', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['/*', ['README', 'sub-01', 'sub-01-x', 'sub-01.json', 'sub-02']],
    ['/sub-*', ['sub-01', 'sub-01-x', 'sub-01.json', 'sub-02']],
    ['/sub-*/ses-*', ['sub-01/ses-1', 'sub-01/ses-2', 'sub-02/ses-1']],
    ['/sub-*/ses-*/', ['sub-01/ses-1', 'sub-01/ses-2', 'sub-02/ses-1']],
    ['**/bold.nii.gz', ['sub-02/ses-1/func/bold.nii.gz']],
    ['/!(sub-01*|README)', ['sub-02']],
    ['/.*', ['.bidsignore', '.datalad']],
    ['/nothing', []],
  ];
  for (const [pattern, expected] of cases) {
    it(`finds ${pattern}`, () => {
      assert.deepEqual(
        matchTree(compile(pattern), PATHS).map((match) => match.path),
        expected,
      );
    });
  }

  it('says which files a match holds', () => {
    const [first, second] = matchTree(compile('/sub-(*)/ses-(*)'), PATHS);
    assert.deepEqual(plainly(first), {
      path: 'sub-01/ses-1',
      kind: 'directory',
      captures: ['sub-01/ses-1', '01', '1'],
      start: 6,
      end: 7,
    });
    assert.deepEqual(second?.captures, ['sub-01/ses-2', '01', '2']);
    const subject = matchTree(compile('/sub-02'), PATHS)[0];
    assert.deepEqual(PATHS.slice(subject?.start, subject?.end), PATHS.slice(8));
    const file = matchTree(compile('/README'), PATHS)[0];
    assert.deepEqual([file?.kind, file?.start, file?.end], ['file', 2, 3]);
  });

  it('takes the whole repo as one match', () => {
    assert.deepEqual(matchTree(compile('/'), PATHS).map(plainly), [
      { path: '', kind: 'directory', captures: [''], start: 0, end: PATHS.length },
    ]);
    assert.deepEqual(matchTree(compile('/'), []), []);
    assert.deepEqual(matchTree(compile('**'), []), []);
  });

  it('orders by code points, not by UTF-16 units', () => {
    const paths = ['\u{ff5e}/x', '\u{1f600}/x'];
    assert.deepEqual(
      matchTree(compile('/*'), paths).map((match) => match.path),
      ['\u{ff5e}', '\u{1f600}'],
    );
    assert.ok(compareCodePoints('\u{ff5e}', '\u{1f600}') < 0);
    assert.ok(compareCodePoints('a', 'a-') < 0);
    assert.equal(compareCodePoints('x', 'x'), 0);
  });

  it('finds what trying every path finds', () => {
    const patterns = [
      '/*',
      '**',
      '/**/x',
      '*/*',
      '/sub-*/*/*',
      '**.nii.gz',
      '*(a|b)',
      '**/*(s)*',
      '!(a)/*',
      '!(a)',
      '!(a|b)*/**',
      '**!(s)',
      '**/!(x)',
      '*!(!(a))',
      '!(!(a)-)**',
      '!(*(a|b))/!(x)',
      '@(!(a)|s*)/!(b*)/**',
      '!(?(**/)x)*/*',
      '!(a/b)/**',
      '!(**/b)!(a)',
      '[!s]!(x*)[!a]?',
      '{a,b/c}/**',
      '/**-*/**',
      '(*)/(*)/**',
      '/.*/**',
      '**/.*',
    ];
    const names = ['a', 'b', 'a-b', 'a.b', '.c', 'sub-1', 's', 'x', 'x.nii.gz'];
    let seed = 3;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 40; round += 1) {
      const some = new Set<string>();
      for (let count = 0; count < 30; count += 1) {
        some.add(Array.from({ length: 1 + random(4) }, () => names[random(names.length)] ?? 'a').join('/'));
      }
      // A file cannot also be a directory.
      const paths = [...some]
        .filter((path) => ![...some].some((other) => other.startsWith(`${path}/`)))
        .sort(compareCodePoints);
      for (const pattern of patterns) {
        const glob = compile(pattern);
        const found = matchTree(glob, paths);
        assert.deepEqual(
          found.map((match) => match.path),
          slowly(glob, paths),
          pattern,
        );
        for (const match of found) {
          const inside = paths.filter((path) => path === match.path || path.startsWith(`${match.path}/`));
          assert.deepEqual(paths.slice(match.start, match.end), inside);
        }
      }
    }
  });

  it('leaves directories out that cannot match', () => {
    const paths = Array.from(
      { length: 50_000 },
      (_, at) => `d${String(at % 50).padStart(2, '0')}/f${at}`,
    ).sort();
    const glob = compile('/d07/f7');
    assert.deepEqual(
      matchTree(glob, paths).map((match) => match.path),
      ['d07/f7'],
    );
    assert.ok(glob.automaton.computedSteps < 40);
  });
});

import assert from 'node:assert/strict';
import { compileGlob } from '../../src/plan/glob.ts';
import { reaches } from '../../src/plan/subdataset-needs.ts';
import { planPipeline, specAround } from './plan-rig.ts';

const FILES = ['data/a/x.nii', 'data/b/x.nii', 'other/a/y.nii', 'other/c/y.nii'];

/** Each datum with its state, and what the pipeline waits for, with `data/c` not installed. */
function planned(input: string, files = FILES, absent = ['data/c']): readonly string[] {
  const pipeline = planPipeline(files, specAround(input), {}, absent);
  for (const datum of pipeline.datums)
    if (datum.state === 'blocked')
      assert.match(datum.reason ?? '', /^Waits for the subdataset data\/c, .*`datalad get -n data\/c`\.$/);
  const waits = pipeline.waitsFor === undefined ? [] : ['waits'];
  return [
    ...waits,
    ...pipeline.datums.map(({ datum, state, job }) => `${datum} ${state}${job === null ? '' : ' job'}`),
  ];
}

const pfs = (repo: string, glob: string, more = ''): string =>
  `pfs: { repo: ${repo}, name: ${repo.replaceAll('/', '_')}, glob: "${glob}"${more} }`;

const two = (kind: string, more: string, others = more): string =>
  `${kind}:\n    - ${pfs('data', '/(*)/*', more)}\n    - ${pfs('other', '/(*)/*', others)}`;

describe('a subdataset that is not here', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'is one datum where the glob takes it whole',
      pfs('data', '/*'),
      ['a pending job', 'b pending job', 'c blocked'],
    ],
    ['blocks the datum that holds it', pfs('data', '/'), [' blocked']],
    [
      'leaves the others as they are where datums in it are not known',
      pfs('data', '/*/*.nii'),
      ['waits', 'a/x.nii pending job', 'b/x.nii pending job'],
    ],
    ['does not matter where the glob cannot go', pfs('data', '/[ab]'), ['a pending job', 'b pending job']],
    ['leaves no datum of a repo in it', pfs('data/c/deep', '/*'), ['waits']],
    ['leaves what a join has found', two('join', ', join_on: $1'), ['waits', 'a pending job']],
    [
      'can hold the partner that an outer join would miss',
      two('join', ', join_on: $1', ', join_on: $1, outer_join: true'),
      ['waits', 'a blocked', 'c blocked'],
    ],
    [
      'can hold more of a group',
      two('group', ', group_by: $1'),
      ['waits', 'a blocked', 'b blocked', 'c blocked'],
    ],
  ];
  for (const [name, input, expected] of cases) it(name, () => assert.deepEqual(planned(input), expected));

  it('is reached by a glob that matches above, at or below it', () => {
    const table: readonly (readonly [string, boolean])[] = [
      ['/', true],
      ['data', true],
      ['/data/c', true],
      ['*', true],
      ['**', true],
      ['data/*/x', true],
      ['data/c/deep/**', true],
      ['data/d', false],
      ['other/**', false],
      ['data/c-2/*', false],
      ['*.R', false],
      ['**.R', true],
    ];
    for (const [pattern, expected] of table) {
      const compiled = compileGlob(pattern);
      assert.ok(compiled.ok);
      assert.equal(reaches(compiled.glob, 'data/c'), expected, pattern);
    }
  });
});

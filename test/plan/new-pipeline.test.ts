import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { globChoices, repoChoices, scriptChoices } from '../../src/plan/new-pipeline.ts';
import { newSpec } from '../../src/spec/new-spec.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { indexOf } from './spec-rig.ts';

const INDEX = indexOf(
  [
    'bids/README',
    'bids/sub-01/anat/t1.nii.gz',
    'bids/sub-02/anat/t1.nii.gz',
    'bids/sub-02/anat/t1.json',
    { path: 'code/run.py', type: 'executable' },
    'code/deep/er/still/x.sh',
    'flat/a.txt',
    'flat/b.txt',
    { path: 'tool', type: 'executable' },
    '.datalad/config',
  ],
  ['atlas', 'bids/sub-03'],
);

describe('a new pipeline', () => {
  it('can read any directory, those at the top first', () =>
    assert.deepEqual(
      repoChoices(INDEX).map(({ path, files, isAbsent }) => `${path} ${isAbsent ? 'absent' : files}`),
      [
        'atlas absent',
        'bids 4',
        'code 2',
        'flat 2',
        'bids/sub-01 1',
        'bids/sub-02 2',
        'bids/sub-03 absent',
        'code/deep 1',
        'bids/sub-01/anat 1',
        'bids/sub-02/anat 2',
        'code/deep/er 1',
      ],
    ));

  const globs: readonly [string, readonly string[]][] = [
    ['flat', ['/* 2: a.txt,b.txt', '/ 1: ']],
    [
      'bids/sub-02',
      [
        '/* 1: anat',
        '/*/* 2: anat/t1.json,anat/t1.nii.gz',
        '**.json 1: anat/t1.json',
        '**.nii.gz 1: anat/t1.nii.gz',
        '/ 1: ',
      ],
    ],
    // What the subdataset holds is not known.
    [
      'bids',
      [
        '/* ?: README,sub-01,sub-02',
        '/sub-* ?: sub-01,sub-02,sub-03',
        '/*/* ?: sub-01/anat,sub-02/anat',
        '**.nii.gz ?: sub-01/anat/t1.nii.gz,sub-02/anat/t1.nii.gz',
        '**.json ?: sub-02/anat/t1.json',
        '/ ?: ',
      ],
    ],
  ];
  for (const [repo, expected] of globs)
    it(`is offered globs of ${repo} that find something, each something else`, () =>
      assert.deepEqual(
        globChoices(repo, INDEX).map(({ glob, count, first }) => `${glob} ${count ?? '?'}: ${first.join()}`),
        expected,
      ));

  it('can run scripts and programs of the project', () =>
    assert.deepEqual(
      scriptChoices(INDEX).map(({ path, isExecutable }) => `${path} ${isExecutable}`),
      ['code/deep/er/still/x.sh false', 'code/run.py true', 'tool true'],
    ));

  const specs: readonly [Parameters<typeof newSpec>[0], RegExp][] = [
    [{ repo: 'raw', glob: '/*' }, /cmd: ls -l \{raw\} > \{out\}\/listing\.txt$/m],
    [
      { repo: 'a/b-c', glob: '/sub-*', script: { path: 'code/x.py', isExecutable: false } },
      /cmd: \[python3, code\/x\.py, "\{b_c\}", "\{out\}"\]$/m,
    ],
    [
      { repo: 'a b', glob: '**.nii', script: { path: 'bin/tool', isExecutable: true }, image: 'fsl/fsl:6' },
      /repo: "a b"\n {4}glob: "\*\*\.nii"\ntransform:\n {2}image: "fsl\/fsl:6"\n {2}cmd: \[bin\/tool, /m,
    ],
    [
      { repo: 'raw', glob: '/', script: { path: 'code/x', isExecutable: false } },
      /cmd: \[sh, code\/x, "\{raw\}", "\{out\}"\]$/m,
    ],
  ];
  for (const [answers, expected] of specs)
    it(`is a spec without a mistake: ${JSON.stringify(answers)}`, () => {
      const text = newSpec(answers);
      assert.match(text, expected);
      assert.deepEqual(parseSpec(text, { directory: 'job' }).diagnostics, []);
    });
});

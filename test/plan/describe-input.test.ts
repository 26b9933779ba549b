import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describeInput, type LiveFacts } from '../../src/plan/describe-input.ts';
import { indexOf, projectSpec } from './spec-rig.ts';

const annexed = (path: string, bytes: number) => ({ path, annexKey: `MD5E-s${bytes}--${path}` });

const INDEX = indexOf(
  [
    ...Array.from({ length: 12 }, (_, at) => `raw/sub-${String(at + 1).padStart(2, '0')}/t1.nii`),
    annexed('big/a.nii', 4_000_000),
    annexed('big/b.nii', 2_000_000),
    'big/README.md',
    'edges/spec.yml',
    'one/only.txt',
  ],
  ['atlas'],
);

/** What is told of a field of the only input. */
function told(repo: string, glob: string, field: 'repo' | 'glob', live?: LiveFacts): string | undefined {
  const text = `input:\n  pfs: { repo: ${repo}, glob: ${JSON.stringify(glob)} }\ntransform: { cmd: [a] }\n`;
  const own = projectSpec('job', text);
  const edges = projectSpec('edges', 'input: { pfs: { repo: raw, glob: /* } }\ntransform: { cmd: [a] }\n');
  return describeInput(['input', 'pfs', field], own, [own, edges], INDEX, live);
}

describe('what the editor tells of an input', () => {
  const globs: readonly [string, string, string | undefined, LiveFacts?][] = [
    [
      'raw',
      '/*',
      `**→ 12 datums**\n\n${Array.from({ length: 10 }, (_, at) => `- \`sub-${String(at + 1).padStart(2, '0')}\``).join('\n')}\n- … and 2 more`,
    ],
    ['raw', '/sub-01', '**→ 1 datum**\n\n- `sub-01`\n\nAs committed: 1 done.', { states: '1 done' }],
    ['raw', '/none', '**→ 0 datums**'],
    ['one', '/', '**→ 1 datum**\n\n- `(whole repo)`'],
    ['edges', '/*', 'Matches recorded results of `edges`: `minipach plan` counts them.'],
    ['atlas', '/*', undefined],
    ['nowhere', '/*', undefined],
  ];
  for (const [repo, glob, expected, live] of globs)
    it(`counts ${glob} in ${repo}`, () => assert.equal(told(repo, glob, 'glob', live), expected));

  it('counts the matches of one glob among several', () => {
    const pfs = '{ repo: raw, glob: /sub-0*, name: NAME }';
    const text = `input: { cross: [{ pfs: ${pfs.replace('NAME', 'a')} }, { pfs: ${pfs.replace('NAME', 'b')} }] }\n`;
    const own = projectSpec('job', text);
    const path = ['input', 'cross', 1, 'pfs', 'glob'];
    assert.match(describeInput(path, own, [own], INDEX) ?? '', /^\*\*→ 9 matches\*\*/);
  });

  const commit = 'At commit `feedc0ff`';
  const repos: readonly [string, string | undefined, LiveFacts?][] = [
    ['raw', `**\`raw\`**: 12 files\n\n${commit}`],
    ['one', `**\`one\`**: 1 file\n\n${commit}`],
    ['big', `**\`big\`**: 3 files, 2 of them annexed (6.0 MB)\n\n${commit}`],
    [
      'raw',
      `**\`raw\`**: 12 files\n\n${commit}\n\nNothing in it is changed and not committed.`,
      { dirty: ['one/x'] },
    ],
    [
      'raw',
      `**\`raw\`**: 12 files\n\n${commit}\n\nChanged and not committed, so not used yet: \`raw/1\`, \`raw/2\`, \`raw/3\` and 1 more`,
      { dirty: ['raw/1', 'raw/2', 'rawer/x', 'raw/3', 'raw/4'] },
    ],
    ['edges', `**\`edges\`**: results of the pipeline in \`edges\`\n\n**\`edges\`**: 1 file\n\n${commit}`],
    [
      'atlas',
      'In the subdataset `atlas` at commit `c0ffee12`\n\nWaits for the subdataset atlas, which is not installed: run `datalad get -n atlas`.',
    ],
    ['nowhere', undefined],
  ];
  for (const [repo, expected, live] of repos)
    it(`describes ${repo}${live ? ' as it is now' : ''}`, () =>
      assert.equal(told(repo, '/*', 'repo', live), expected));

  it('says nothing of other fields', () => {
    const own = projectSpec('job', 'input: { pfs: { repo: raw, glob: /*, name: x } }\n');
    assert.equal(describeInput(['input', 'pfs', 'name'], own, [own], INDEX), undefined);
    assert.equal(describeInput(['transform', 'cmd'], own, [own], INDEX), undefined);
  });
});

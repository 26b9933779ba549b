import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkProject } from '../../src/plan/check-project.ts';
import { NO_IMAGE_FACTS } from '../../src/plan/image-facts.ts';
import { compareCodePoints } from '../../src/plan/match-tree.ts';
import { nearestGlob } from '../../src/plan/nearest-glob.ts';
import { holderOf } from '../../src/plan/order.ts';
import type { FileDiagnostic } from '../../src/plan/report.ts';
import type { Tree } from '../../src/plan/tree.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from '../spec/positions.ts';

const FILES = [
  'README.md',
  'code/edges.py',
  'code/lib/tools.py',
  'edges/spec.yml',
  'images/a.png',
  'images/b.png',
  'participants.tsv',
  'raw/sub-01/anat/T1w.nii.gz',
  'raw/sub-02/anat/T1w.nii.gz',
  'raw/task.json',
];

function treeOf(files: readonly string[], subdatasets: readonly string[] = []): Tree {
  const entries = [
    ...files.map((path) => ({ path, type: 'file' as const, blob: '0' })),
    ...subdatasets.map((path) => ({ path, type: 'subdataset' as const, blob: '0' })),
  ];
  return { commit: '0', entries: entries.sort((a, b) => compareCodePoints(a.path, b.path)) };
}

const specText = (repo: string, glob = '/*', cmd = '[python3, code/edges.py]', rest = ''): string =>
  `input:\n  pfs: { repo: ${repo}, glob: ${JSON.stringify(glob)}, name: x }\ntransform:\n  cmd: ${cmd}\n${rest}`;

function check(
  specs: Readonly<Record<string, string>>,
  tree: Tree = treeOf(FILES),
): readonly FileDiagnostic[] {
  return checkProject(
    Object.entries(specs).map(([directory, text]) => ({
      file: directory === '' ? 'spec.yml' : `${directory}/spec.yml`,
      directory,
      parsed: parseSpec(text, { directory }),
    })),
    new TreeIndex(tree),
    NO_IMAGE_FACTS,
  );
}

/** Rule, marked text and what a fix would write, for one spec alone. */
function alone(text: string, tree?: Tree): string[] {
  return check({ edges: text }, tree).map((diagnostic) => {
    const { start, end } = diagnostic.range;
    const fix = diagnostic.fixes?.[0];
    const marked = text.slice(offsetOf(text, start), offsetOf(text, end));
    assert.match(diagnostic.message, /^[A-Z`].*[.?]$/);
    return `${diagnostic.rule} ${marked}${fix === undefined ? '' : ` → ${fix.newText}`}`;
  });
}

describe('checking specs against the project', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['nothing wrong', specText('images'), []],
    ['a repo with a typing mistake', specText('imags'), ['no-such-repo imags → images']],
    ['a repo from the wrong place', specText('anat'), ['no-such-repo anat']],
    ['a repo that lost its parent', specText('lib'), ['no-such-repo lib → code/lib']],
    ['a repo like nothing else', specText('measurements'), ['no-such-repo measurements']],
    ['a file as repo', specText('raw/task.json'), ['no-such-repo raw/task.json']],
    ['a glob without match', specText('images', '/*.jpg'), ['glob-without-match "/*.jpg" → "/*.png"']],
    [
      'a glob with the repo in it',
      specText('images', '/images/*'),
      ['glob-without-match "/images/*" → "/*"'],
    ],
    [
      'a glob with an ending too short',
      specText('raw', '/*/*/*.nii'),
      ['glob-without-match "/*/*/*.nii" → "/*/*/*.nii*"'],
    ],
    [
      'a glob with a typing mistake',
      specText('raw', '/sub-*/anta'),
      ['glob-without-match "/sub-*/anta" → "/sub-*/anat"'],
    ],
    [
      'stars that need a directory',
      specText('images', '**/*.png'),
      ['glob-without-match "**/*.png" → "/**.png"'],
    ],
    ['a glob that cannot be read', specText('images', '/(a'), ['invalid-glob (']],
    [
      'a script that is not there',
      specText('images', '/*', '[python3, code/edge.py]'),
      ['untracked-script code/edge.py → code/edges.py'],
    ],
    [
      'a script from the wrong place',
      specText('images', '/*', '[python3, tools.py]'),
      ['untracked-script tools.py → code/lib/tools.py'],
    ],
    ['a program by path', specText('images', '/*', '[bin/run]'), ['untracked-script bin/run']],
    [
      'a script in a shell command',
      specText('images', '/*', 'python3 code/egdes.py {x} > {out}/y'),
      ['untracked-script code/egdes.py → code/edges.py'],
    ],
    [
      'programs on the path and options',
      specText('images', '/*', '[run.sh, --script=x.py, -f, /opt/x.py, "{out}/y.py", a b]'),
      [],
    ],
    [
      'a script below the working directory',
      specText('images', '/*', '[python3, edges.py]', '  working_dir: code\n'),
      [],
    ],
    [
      'a script that is written from the root and read below it',
      specText('images', '/*', '[python3, code/edges.py]', '  working_dir: code\n'),
      ['untracked-script code/edges.py → edges.py'],
    ],
    ['a directory to work in', specText('images', '/*', '[x]', '  working_dir: code/lib\n'), []],
    [
      'a directory to work in that is not there',
      specText('images', '/*', '[x]', '  working_dir: code/lob\n'),
      ['no-such-directory code/lob'],
    ],
    ['an open quote', specText('imgs').replace('"/*"', '"/x'), []],
    ['dots in a glob', specText('images', '/../x'), []],
    ['code that is there', specText('images', '/*', '[x]', '  code: ["code/**", participants.tsv]\n'), []],
    [
      'code that is not there',
      specText('images', '/*', '[x]', '  code: [code/*.R]\n  context: [participant.tsv]\n'),
      ['code-without-match code/*.R', 'code-without-match participant.tsv'],
    ],
    [
      'a code glob that cannot be read',
      specText('images', '/*', '[x]', '  code: ["code/[a"]\n'),
      ['invalid-glob ['],
    ],
    [
      'a glob of what is discarded that cannot be read',
      specText('images', '/*', '[x]', 'discard: ["a.log", "(a"]\n'),
      ['invalid-glob ('],
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(`tells of ${name}`, () => assert.deepEqual(alone(text), expected));
  }

  it('leaves out what comments in a spec turn off, in that spec only', () => {
    const broken = specText('imags', '/*', '[python3, code/edge.py]');
    const lineOnly = broken.replace('/edge.py]', '/edge.py] # minipach: off untracked-script');
    assert.deepEqual(alone(lineOnly), ['no-such-repo imags → images']);
    assert.deepEqual(alone(`# minipach: off no-such-repo, untracked-script\n${broken}`), []);
    const beside = check({ a: `${broken}# minipach: off no-such-repo, untracked-script\n`, b: lineOnly });
    assert.deepEqual(
      beside.map(({ file, rule }) => `${file} ${rule}`),
      ['b/spec.yml no-such-repo'],
    );
  });

  it('never calls wrong what a subdataset may hold', () => {
    const tree = treeOf(FILES, ['data/ds1', 'envs']);
    for (const text of [
      specText('data/ds1'),
      specText('data/ds1/sub-01', '/nothing'),
      specText('data', '/*/deep/*'),
      specText('images', '/*', '[python3, envs/tool.py]'),
      specText('images', '/*', '[x]', '  code: ["envs/*.py", "**.R"]\n'),
    ]) {
      assert.deepEqual(alone(text, tree), [], text);
    }
    assert.deepEqual(alone(specText('images', '/*', '[x]', '  code: ["other/*.py"]\n'), tree).length, 1);
  });

  it('does not expect results before a pipeline has run', () => {
    assert.deepEqual(check({ edges: specText('images'), montage: specText('edges', '/deep/*') }), []);
    assert.deepEqual(check({ edges: specText('images'), montage: specText('edges/later') }), []);
  });

  it('looks at broken specs as far as they can be read', () => {
    assert.deepEqual(alone(`${specText('imags')}zebra: 1\n`), ['no-such-repo imags → images']);
    assert.deepEqual(alone(': : :'), []);
    assert.deepEqual(alone(''), []);
  });

  it('tells of two pipelines of one name, at both', () => {
    const named = (name: string): string => `pipeline: { name: ${name} }\n${specText('images')}`;
    const found = check({
      a: named('same'),
      'x/b': named('same'),
      'y/c': named('other'),
      'z/same': specText('images'),
    });
    assert.deepEqual(
      found.map((one) => [one.file, one.rule, one.related?.map((place) => place.file)]),
      [
        ['a/spec.yml', 'duplicate-pipeline', ['x/b/spec.yml', 'z/same/spec.yml']],
        ['x/b/spec.yml', 'duplicate-pipeline', ['a/spec.yml', 'z/same/spec.yml']],
        ['z/same/spec.yml', 'duplicate-pipeline', ['a/spec.yml', 'x/b/spec.yml']],
      ],
    );
  });

  it('tells of a circle, at each step', () => {
    const found = check({
      a: specText('c'),
      b: specText('a'),
      c: specText('b/deep'),
      d: specText('a'),
      e: specText('images'),
    });
    assert.deepEqual(
      found.map((one) => [one.file, one.rule, one.related?.map((place) => place.file)]),
      [
        ['a/spec.yml', 'pipeline-cycle', ['a/spec.yml', 'c/spec.yml', 'b/spec.yml']],
        ['b/spec.yml', 'pipeline-cycle', ['b/spec.yml', 'a/spec.yml', 'c/spec.yml']],
        ['c/spec.yml', 'pipeline-cycle', ['c/spec.yml', 'b/spec.yml', 'a/spec.yml']],
      ],
    );
    assert.equal(
      found[0]?.message,
      'The pipelines read each other in a circle, `a` from `c` from `b` from `a`; let one of them read something else.',
    );
    assert.deepEqual(found[0]?.related?.[1]?.message, '`c` reads `b` here.');
  });

  it('tells of a pipeline that reads itself', () => {
    assert.deepEqual(alone(specText('edges')), ['pipeline-cycle edges']);
    assert.deepEqual(check({ '': `pipeline: { name: top }\n${specText('images')}` }), []);
  });

  it('finds the pipeline that a repo belongs to', () => {
    const pipelines = [{ directory: '' }, { directory: 'a' }, { directory: 'a/b' }, { directory: 'ab' }];
    const expected: readonly [string, string | undefined][] = [
      ['a', 'a'],
      ['a/x', 'a'],
      ['a/b', 'a/b'],
      ['a/b/c', 'a/b'],
      ['ab', 'ab'],
      ['abc', undefined],
      ['raw', undefined],
    ];
    for (const [repo, directory] of expected)
      assert.equal(holderOf(repo, pipelines)?.directory, directory, repo);
  });

  it('finds the glob that was meant', () => {
    const paths = ['sub-01/anat/T1w.nii.gz', 'sub-01/func/x{1}.nii', 'task.json'];
    const cases: readonly [string, string | undefined][] = [
      ['/raw/sub-*', '/sub-*'],
      ['/Sub-01', '/sub-01'],
      ['/sub-*/anat/T1w.nii', '/sub-*/anat/T1w.nii*'],
      ['/sub-*/fun/*.nii', '/sub-*/fun*/*.nii'],
      ['/sub-01/func/x{1}.nii', '/sub-01/func/x\\{1\\}.nii'],
      ['/zzz/zzz', undefined],
    ];
    for (const [pattern, expected] of cases)
      assert.equal(nearestGlob(pattern, 'data/raw', paths), expected, pattern);
  });
});

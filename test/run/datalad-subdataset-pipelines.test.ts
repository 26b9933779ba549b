import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { spec, TestProject } from '../rigs/project.ts';
import { assertClean, assertTwins, COPY, copying, run } from '../rigs/subdataset-pipelines.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe('pipelines in DataLad subdatasets', function () {
  this.timeout(120_000);
  let project: TestProject;
  before(function () {
    if (!has('datalad') || !has('git-annex')) this.skip();
    project = TestProject.make();
    project.ok('datalad', ['-l', 'error', 'create', '--force', '.']);
    for (const path of ['sub', 'sub/deep/inner'])
      project.ok('datalad', ['-l', 'error', 'create', '-d', '.', path]);
    const attributes =
      '* annex.largefiles=anything\n**/.git* annex.largefiles=nothing\nspec.yml annex.largefiles=nothing\n*.sh annex.largefiles=nothing\n';
    for (const path of ['', 'sub/', 'sub/deep/inner/']) project.write(`${path}.gitattributes`, attributes);
    // Its results are kept unlocked, as pointers that are filled.
    project.at('sub/deep/inner').git('config', 'annex.addunlocked', 'true');
    project.write('data/d1/a.txt', 'one\n');
    project.write('data/d2/a.txt', 'two\n');
    project.write('code/copy.sh', COPY);
    const next = (name: string): string => `[sh, -c, 'cat "$0/b.txt" > "$1/b.txt"', "{${name}}", "{out}"]`;
    project.write('sub/first/spec.yml', spec('first', 'data', copying('data')));
    project.write('sub/deep/inner/second/spec.yml', spec('second', 'sub/first', next('first')));
    project.write('third/spec.yml', spec('third', 'sub/deep/inner/second', next('second')));
    project.write('link/spec.yml', spec('link', 'data', '[cp, -r, "{data}/a.txt", "{out}"]'));
    project.write('sub/link/spec.yml', spec('sublink', 'data', '[cp, -r, "{data}/a.txt", "{out}"]'));
    project.ok('datalad', ['-l', 'error', 'save', '-r', '-m', 'Save']);
  });
  after(() => project?.remove());

  const paths = ['sub', 'sub/deep/inner'];

  it('leave their results in the annex of their own dataset, at any depth', () => {
    run(project, '-j', '2');
    assert.equal(project.read('third/d2/b.txt'), 'two\n');
    for (const [path, ...files] of [
      ['.', 'third', 'link'],
      ['sub', 'first', 'link'],
      ['sub/deep/inner', 'second'],
    ] as const) {
      const dataset = project.at(path);
      assert.equal(dataset.git('annex', 'find', '--not', '--in', 'here', ...files), '');
      const annexed = dataset
        .git('annex', 'find', ...files)
        .split('\n')
        .filter(Boolean);
      assert.equal(annexed.length, 2 * files.length, path);
      dataset.git('annex', 'fsck', '--quiet');
    }
    assert.equal(project.read('sub/link/d1/a.txt'), 'one\n');
    assertTwins(project, 'sub');
    assertTwins(project.at('sub'), 'deep/inner');
    assertClean(project, ...paths);
  });

  it('keep unlocked what is to be unlocked, with its content', () => {
    const inner = project.at('sub/deep/inner');
    assert.ok(lstatSync(inner.path('second/d1/b.txt')).isFile());
    assert.equal(inner.read('second/d1/b.txt'), 'one\n');
    assert.match(inner.git('cat-file', '-p', 'HEAD:second/d1/b.txt'), /^\/annex\/objects\//);
  });

  it('are replayed by datalad rerun from the project', () => {
    const head = project.head();
    const commit = project.git('log', '-1', '--format=%H', '--grep=second: d1').trim();
    assert.match(project.git('show', '--raw', commit), /^:160000 160000 .*\tsub$/m);
    project.ok('datalad', ['-l', 'error', 'rerun', commit]);
    assert.equal(project.git('diff', head), '');
    const inner = project.at('sub/deep/inner');
    inner.git('annex', 'unlock', '--quiet', 'second/d1');
    inner.write('second/d1/b.txt', 'spoilt\n');
    project.ok('datalad', ['-l', 'error', 'save', '-r', '-m', 'Spoil a result']);
    assert.equal(project.plan()['second']?.datums['d1']?.state, 'modified');
    project.ok('datalad', ['-l', 'error', 'rerun', commit]);
    assert.equal(inner.read('second/d1/b.txt'), 'one\n');
    assert.equal(project.plan()['second']?.datums['d1']?.state, 'done');
    assertClean(project, ...paths);
  });

  it('are waited for in a clone until they are there, and go on from there', () => {
    const clone = project.clone('clone');
    clone.git('annex', 'init', '--quiet', 'clone');
    assert.deepEqual(Object.keys(clone.plan()).sort(), ['link', 'third']);
    clone.ok('datalad', ['-l', 'error', 'get', '-n', '-r', 'sub']);
    const { pipelines } = clone.status();
    assert.deepEqual(
      pipelines.map(({ counts }: { counts: object }) => counts),
      pipelines.map(() => ({ done: 2 })),
    );
    clone.write('data/d3/a.txt', 'three\n');
    clone.ok('datalad', ['-l', 'error', 'save', '-m', 'Add a sample']);
    const reasons = (): string[] =>
      ['first', 'sublink', 'link'].map((name) => clone.plan()[name]?.datums['d3']?.reason ?? '');
    const branch = clone.at('sub').git('symbolic-ref', '--short', 'HEAD').trim();
    clone.at('sub').git('switch', '--quiet', '--detach');
    for (const [position, reason] of reasons().entries())
      assert.equal(/`git -C sub switch/.test(reason), position < 2, reason);
    clone.at('sub').git('switch', '--quiet', branch);
    clone.at('sub/deep/inner').git('switch', '--quiet', '--detach');
    assert.deepEqual(reasons(), ['', '', '']);
    clone.minipach('run', 'first');
    assert.match(clone.plan()['second']?.datums['d3']?.reason ?? '', /`git -C sub\/deep\/inner switch/);
    clone.at('sub/deep/inner').git('switch', '--quiet', branch);
    run(clone);
    assert.equal(clone.read('third/d3/b.txt'), 'three\n');
    assertTwins(clone, 'sub');
    assertTwins(clone.at('sub'), 'deep/inner');
    assertClean(clone, ...paths);
  });
});

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { TestProject } from '../rigs/project.ts';

describe('run --push', function () {
  this.timeout(60_000);
  let project: TestProject;
  afterEach(() => project.remove());

  /** A sibling that is a bare repository. */
  const addSibling = (...args: string[]): TestProject => {
    const sibling = project.at('..', 'sibling.git');
    project.git('init', '--quiet', '--bare', '--initial-branch=main', sibling.root);
    project.git('remote', 'add', ...args, 'sibling', sibling.root);
    return sibling;
  };

  it('pushes what is recorded, at the first run or later', () => {
    project = TestProject.withCopies(1);
    const sibling = addSibling();
    const run = project.minipach('run', '--push', 'sibling');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /Pushed to sibling\.\n$/);
    assert.equal(sibling.head(), project.head());
    assert.equal(project.minipach('run', '--push', 'sibling').code, 0, 'there is nothing to push');
  });

  it('makes up for a push that was rejected, annexed content included', () => {
    project = TestProject.withCopies(1, { annex: true });
    project.write('.gitattributes', 'b.txt annex.largefiles=anything\n');
    project.commit('Annex results');
    const sibling = addSibling();
    project.git('push', '--quiet', 'sibling', 'main');
    const other = sibling.clone('other');
    other.write('notes.txt', 'by somebody else\n');
    other.commit('Take notes');
    other.git('push', '--quiet');
    const rejected = project.minipach('run', '--push', 'sibling');
    assert.equal(rejected.code, 1);
    assert.match(
      rejected.stderr,
      /could not be pushed to sibling: .* To push them: git annex copy --to sibling && git push sibling main/,
    );
    assert.equal(
      project.minipach('run', '--push', 'sibling').code,
      1,
      'nothing was recorded, and nothing pushed',
    );
    project.git('pull', '--quiet', '--no-rebase', '--no-edit', 'sibling', 'main');
    const run = project.minipach('run', '--push', 'sibling');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /Pushed to sibling\.\n$/);
    assert.equal(sibling.head(), project.head());
    assert.match(project.git('annex', 'whereis', 'copy/d0001/b.txt'), /2 copies/);
  });

  it('keeps the results where pushing fails, and says how to do it again', () => {
    project = TestProject.withCopies(1);
    const sibling = addSibling();
    rmSync(sibling.root, { recursive: true });
    const run = project.minipach('run', '--push', 'sibling');
    assert.equal(run.code, 1);
    assert.match(
      run.stderr,
      /recorded here, and could not be pushed to sibling: .* To push them: git push sibling main\n/,
    );
    assert.equal(project.records().length, 1);
    const unknown = project.minipach('run', '--push', 'other');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /There is no sibling `other`; there are: sibling\./);
  });

  it('takes annexed content along, into a sibling that has no annex yet', () => {
    project = TestProject.withCopies(2, { annex: true });
    project.write('.gitattributes', 'b.txt annex.largefiles=anything\n');
    project.commit('Annex results');
    const sibling = addSibling();
    // Who is told of the commits can use them.
    const hook = sibling.path('hooks', 'update');
    writeFileSync(hook, '#!/bin/sh\necho "$1 $(find annex/objects -type f | wc -l)" >>told\n', {
      mode: 0o755,
    });
    const run = project.minipach('run', '--push', 'sibling');
    assert.equal(run.code, 0, run.stderr);
    const clone = sibling.clone('clone');
    clone.ok('git', ['annex', 'get', '--quiet', 'copy']);
    assert.equal(clone.read('copy/d0002/b.txt'), 'content 2\n');
    // What others have noted in the meantime stays.
    clone.git('annex', 'sync', '--quiet', '--only-annex', '--no-content');
    project.write('data/d0003/a.txt', 'content 3\n');
    project.commit('Add data');
    const second = project.minipach('run', '--push', 'sibling');
    assert.equal(second.code, 0, second.stderr);
    assert.match(project.git('annex', 'whereis', 'copy/d0001/b.txt'), /3 copies/);
    assert.match(readFileSync(sibling.path('told'), 'utf8'), /^refs\/heads\/main 2$/m);
  });

  it('is left to DataLad in its datasets', () => {
    project = TestProject.withCopies(1, { annex: true });
    project.ok('datalad', ['-l', 'error', 'create', '--force', '.']);
    project.write('.gitattributes', 'b.txt annex.largefiles=anything\n');
    project.commit('Annex results');
    const sibling = addSibling();
    // DataLad copies nothing to what is not an annex yet.
    sibling.git('annex', 'init', '--quiet');
    const run = project.minipach('run', '--push', 'sibling');
    assert.equal(run.code, 0, run.stderr);
    assert.equal(sibling.head(), project.head());
    assert.match(project.git('annex', 'whereis', 'copy/d0001/b.txt'), /2 copies/);
  });
});

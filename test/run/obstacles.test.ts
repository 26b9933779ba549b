import assert from 'node:assert/strict';
import { existsSync, lstatSync, symlinkSync } from 'node:fs';
import { type Ended, TestProject } from '../rigs/project.ts';

/** Results whose place is a file where they need a directory, or the other way round. */
describe('a result that would take the place of something else', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    project.write('raw/other', 'other\n');
  });
  afterEach(() => project.remove());

  const specText = (command: string, more = ''): string =>
    `input: {pfs: {repo: raw, glob: "/*"}}\ntransform: {cmd: '${command}'}\n${more}`;
  const start = (name: string, command = 'cat {raw} > {out}/o', more = ''): void => {
    project.write(`raw/${name}`, 'content\n');
    project.write('p/spec.yml', specText(command, more));
    project.commit('Begin');
  };
  /** Where planning sees it, nothing is run at all; else the one result is held back. */
  const heldBack = (what: RegExp, code: 1 | 2 = 1): Ended => {
    const before = project.head();
    const result = project.minipach('run');
    assert.equal(result.code, code, result.stdout + result.stderr);
    assert.match(result.stderr, what);
    assert.doesNotMatch(result.stderr, /ENOTDIR|EEXIST|lstat/);
    const lost = project.git('diff', '--name-only', '--diff-filter=DTM', before, 'HEAD');
    assert.equal(lost, '', 'nothing of what was there is gone');
    assert.equal(project.git('status', '--porcelain', '-uno'), '');
    assert.equal(project.git('for-each-ref', 'refs/minipach'), '', 'nothing private is left');
    return result;
  };

  it('is told of, once a pipeline, where it is empty', () => {
    start('one', 'test {datum} = other && cat {raw} > {out}/o || :');
    project.write('raw/two', '2\n');
    project.commit('More');
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(
      result.stderr,
      '2 results of p are empty: the command succeeded and left no file in {out} for one, two.\n',
    );
  });

  it('leaves a committed file that would become a directory', () => {
    project.write('p/notes.md', 'mine\n');
    start('notes.md');
    heldBack(/p\/notes\.md is a committed file/);
    assert.equal(project.read('p/notes.md'), 'mine\n');
    assert.equal(project.read('p/other/o'), 'other\n', 'others are recorded');
  });

  it('leaves a committed directory that would become a file', () => {
    project.write('p/doc/one', '1\n');
    project.write('p/doc/two', '2\n');
    start('x', 'test {datum} = other || cat {raw} > {out}/doc', 'output: "."\n');
    heldBack(/It wrote p\/doc, and p\/doc\/one is in the project already/);
  });

  it('leaves a committed link that would become a directory', () => {
    project.write('real/file', 'x\n');
    project.write('p/keep', '');
    symlinkSync('../real', project.path('p/x'));
    start('x');
    heldBack(/p\/x is a committed file/);
    assert.ok(lstatSync(project.path('p/x')).isSymbolicLink());
  });

  it('leaves files that are not committed, ignored ones as well', () => {
    project.write('.gitignore', '*.md\nkept\n');
    start('a.md', 'cat {raw} > {out}/o; mkdir {out}/s; echo > {out}/s/t');
    project.write('raw/b.txt', 'b\n');
    project.write('raw/c', 'c\n');
    project.write('raw/d', 'd\n');
    project.git('add', '-f', '.');
    project.commit('More');
    project.write('p/a.md', 'mine\n');
    project.write('p/b.txt', 'mine\n');
    project.write('p/c/o/kept', 'mine\n');
    project.write('p/d/s', 'mine\n');
    const { stderr } = heldBack(/p\/a\.md in the work tree is yours/);
    for (const path of ['p/b.txt', 'p/c/o/kept', 'p/d/s'])
      assert.match(stderr, new RegExp(`${path.replace('.', '\\.')} in the work tree is yours`));
    for (const path of ['p/a.md', 'p/b.txt', 'p/c/o/kept', 'p/d/s'])
      assert.equal(project.read(path), 'mine\n');
    assert.equal(project.read('p/other/o'), 'other\n');
  });

  it('leaves what another datum of the same run has left', () => {
    start(
      'x',
      'if test {datum} = x; then cat {raw} > {out}/f; else mkdir {out}/f; echo > {out}/f/o; fi',
      'output: "."\n',
    );
    heldBack(/wrote p\/f\S*, and p\/(?:x|other) wrote p\/f\S*, which cannot both be there/);
    heldBack(/wrote p\/f\S*, and p\/(?:x|other) wrote p\/f\S*, which cannot both be there/);
  });

  it('follows its own earlier result from a file to a directory and back', () => {
    start('x', 'cat {raw} > {out}/f-{datum}', 'output: "."\n');
    assert.equal(project.minipach('run').code, 0);
    project.write(
      'p/spec.yml',
      specText('mkdir {out}/f-{datum}; cat {raw} > {out}/f-{datum}/o', 'output: "."\n'),
    );
    project.commit('Leave directories');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.read('p/f-x/o'), 'content\n');
    project.write('p/spec.yml', specText('cat {raw} > {out}/f-{datum}', 'output: "."\n'));
    project.commit('Leave files');
    const last = project.minipach('run');
    assert.equal(last.code, 0, last.stderr);
    assert.equal(project.read('p/f-x'), 'content\n');
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('never touches a spec', () => {
    start('spec.yml');
    heldBack(/p\/spec\.yml is the spec of a pipeline/, 2);
    project.write(
      'p/spec.yml',
      specText('mkdir {out}/spec.yml; cat {raw} > {out}/spec.yml/o', 'output: "."\n'),
    );
    project.commit('Change the output');
    heldBack(/p\/spec\.yml is a pipeline's spec/);
  });

  it('never touches the spec or the folder of a pipeline inside', () => {
    project.write('p/q/spec.yml', specText('cat {raw} > {out}/o'));
    start('q', 'cat {raw} > {out}/{datum}', 'output: "."\n');
    heldBack(/It wrote p\/q, and p\/q\/spec\.yml is a pipeline's spec/);
    project.write('p/spec.yml', specText('cat {raw} > {out}/spec.yml'));
    project.commit('Write a spec');
    heldBack(/would go to `p\/q`, and p\/q\/spec\.yml is the spec of a pipeline/, 2);
    assert.ok(existsSync(project.path('p/q/q/o')));
  });

  it('never takes over code, not even with the same content', () => {
    project.write('p/code/run.sh', 'content\n');
    project.write('q/spec.yml', specText('echo p/code/run.sh > {out}/o'));
    start('code', 'cat {raw} > {out}/run.sh');
    heldBack(/It wrote p\/code\/run\.sh, which is code of a pipeline/);
  });
});

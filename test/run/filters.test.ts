import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { spec, TestProject } from '../rigs/project.ts';

describe('files that git stores otherwise than it checks them out', function () {
  this.timeout(120_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    project.write('copy/spec.yml', spec('copy', 'in', '[cp, -r, "{in}", "{out}/"]'));
  });
  afterEach(() => project.remove());

  const useBase64 = (where = project): void => {
    where.git('config', 'filter.b.clean', 'base64');
    where.git('config', 'filter.b.smudge', 'base64 -d');
    where.git('config', 'filter.b.required', 'true');
  };

  it('are checked out for jobs, each by its path', () => {
    useBase64();
    project.write('.gitattributes', 'in/** filter=b\nin/plain -filter\nin/*.txt -filter text eol=crlf\n');
    project.write('in/one', 'one\n');
    project.write('in/odd/ two\nlines', 'two\n');
    project.write('in/three.txt', 'three\n');
    const stored = Buffer.from('one\n').toString('base64');
    // The same blob as that of in/one, and no filter.
    project.write('in/plain', `${stored}\n`);
    project.write('in/large', 'x'.repeat(300_000));
    project.commit('Add data');
    assert.equal(project.git('show', 'HEAD:in/one'), project.git('show', 'HEAD:in/plain'));
    const run = project.minipach('run');
    assert.equal(run.code, 0, run.stderr);
    assert.equal(project.read('copy/one/one'), 'one\n');
    assert.equal(project.read('copy/plain/plain'), `${stored}\n`);
    assert.equal(project.read('copy/large/large'), 'x'.repeat(300_000));
    assert.equal(project.read('copy/three.txt/three.txt'), 'three\r\n');
    assert.equal(project.read('copy/odd/odd/ two\nlines'), 'two\n');
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('have the line ends that git is set to', () => {
    project.write('in/a', 'one\n');
    project.commit('Add data');
    project.git('config', 'core.autocrlf', 'true');
    project.minipach('run');
    assert.equal(project.read('copy/a/a'), 'one\r\n');
  });

  it('fail alone where a required filter does', () => {
    useBase64();
    project.write('.gitattributes', 'in/a filter=b\n');
    project.write('in/a', 'one\n');
    project.write('in/z', 'two\n');
    project.commit('Add data');
    project.git('config', 'filter.b.smudge', 'false');
    const run = project.minipach('run');
    assert.equal(run.code, 1);
    assert.match(
      run.stderr + run.stdout,
      /git cannot check out in\/a as its attributes say: .*smudge filter b failed/,
    );
    assert.match(project.minipach('logs', 'copy/a').stdout, /smudge filter b failed/);
    assert.deepEqual(project.records(), ['[DATALAD RUNCMD] copy: z']);
    project.git('config', '--unset', 'filter.b.smudge');
    assert.equal(project.minipach('run', '--retry-failed').code, 1, 'one that is missing fails, too');
    project.git('config', 'filter.b.smudge', 'base64 -d');
    assert.equal(project.minipach('run', '--retry-failed').code, 0);
    assert.equal(project.read('copy/a/a'), 'one\n');
  });

  it('follow the attributes of their own subdataset', () => {
    const source = project.at('..', 'source');
    project.ok('git', ['init', '--quiet', source.root]);
    useBase64(source);
    source.write('.gitattributes', '/a filter=b\n');
    source.write('a', 'one\n');
    source.commit('Add data');
    // Its clone knows no filter until it is told, and checks out what is stored.
    project.addSubmodule(source, 'in');
    useBase64(project.at('in'));
    project.write('copy/spec.yml', spec('copy', 'in', '[cp, "{in}", "{out}/"]').replace('/*', '/a'));
    project.commit('Read one file');
    const run = project.minipach('run');
    assert.equal(run.code, 0, run.stderr);
    assert.equal(project.read('copy/a/a'), 'one\n');
    rmSync(project.path('in'), { recursive: true });
    const again = project.minipach('run', '--force', 'copy');
    assert.match(again.stderr + again.stdout, /the subdataset in has filters and is not checked out: run `/);
  });
});

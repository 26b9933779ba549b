import assert from 'node:assert/strict';
import { spec, TestProject } from '../rigs/project.ts';

describe('an input whose content is nowhere', function () {
  this.timeout(60_000);
  let project: TestProject;
  afterEach(() => project.remove());

  it('fails its datum with the path and the reason of git-annex, in its log as well', () => {
    project = TestProject.make({ annex: true });
    project.write('.gitattributes', '* annex.largefiles=nothing\n');
    project.write('data/one/a.txt', 'one\n');
    project.write('data/two/a.txt', 'two\n');
    project.write('out/spec.yml', spec('out', 'data', 'cp {data}/a.txt {out}'));
    project.git('annex', 'add', '--quiet', '--force-large', 'data/two/a.txt');
    project.commit('Begin');
    project.git('annex', 'drop', '--quiet', '--force', 'data/two/a.txt');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /out\/two: The content of data\/two\/a\.txt could not be fetched: .+/);
    assert.doesNotMatch(result.stdout, /get: 1 failed|no reason/);
    assert.match(
      project.minipach('logs', 'out/two').stdout,
      /^The content of data\/two\/a\.txt could not be fetched/,
    );
    assert.equal(project.read('out/one/a.txt'), 'one\n');
  });

  it('is found where a pull has just said that it is', () => {
    project = TestProject.make({ annex: true });
    const store = project.at('..', 'store');
    project.ok('mkdir', [store.root]);
    project.git(
      'annex',
      'initremote',
      '--quiet',
      'store',
      'type=directory',
      'encryption=none',
      `directory=${store.root}`,
    );
    project.write('.gitattributes', '* annex.largefiles=nothing\n');
    project.write('out/spec.yml', spec('out', 'data', 'cp {data}/a.txt {out}'));
    project.commit('Begin');
    const clone = project.clone('clone');
    clone.git('annex', 'init', '--quiet', 'clone');
    clone.git('annex', 'enableremote', '--quiet', 'store', `directory=${store.root}`);
    project.write('data/one/a.txt', 'one\n');
    project.git('annex', 'add', '--quiet', '--force-large', 'data/one/a.txt');
    project.git('annex', 'move', '--quiet', '--to', 'store', 'data/one/a.txt');
    project.commit('Add data');
    clone.git('pull', '--quiet', '--ff-only', 'origin', 'main');
    clone.git('fetch', '--quiet', 'origin');
    const result = clone.minipach('run');
    assert.equal(result.code, 0, result.stdout);
    assert.equal(clone.read('out/one/a.txt'), 'one\n');
  });
});

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
});

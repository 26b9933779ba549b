import assert from 'node:assert/strict';
import { spec, TestProject } from '../rigs/project.ts';

describe('rules that are turned off', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(2);
  });
  afterEach(() => project.remove());

  const rules = (...args: string[]): string[] => {
    const { stdout } = project.minipach('check', '--format', 'json', ...args);
    return (JSON.parse(stdout) as { rule: string }[]).map(({ rule }) => rule);
  };

  it('by a comment keep a spec from running no longer', () => {
    const shared = `${project.read('copy/spec.yml')}pod_patch: "[]"\nautoscaling: true\n`;
    project.write('copy/spec.yml', shared);
    project.commit('Share the spec with Pachyderm');
    assert.deepEqual(rules(), ['refused-field', 'ignored-field']);
    assert.equal(project.minipach('run').code, 2);
    assert.equal(project.executions(), 0);

    project.write('copy/spec.yml', `# minipach: off refused-field, ignored-field\n${shared}`);
    project.commit('Turn the rules off');
    assert.deepEqual(rules(), []);
    assert.equal(project.minipach('check').code, 0);
    assert.equal(project.minipach('plan').code, 0);
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.executions(), 2);
  });

  it('by a comment count in what only the project shows, too', () => {
    const text = spec('later', 'nothing', '[ls, "{nothing}"]', '# minipach: off no-such-repo\n');
    project.write('later/spec.yml', text);
    project.commit('Add a pipeline whose data come later');
    assert.deepEqual(rules(), []);
    const later = project.status('later').pipelines[0];
    assert.deepEqual([later.counts, later.diagnostics], [{}, []]);
    assert.equal(project.minipach('run').code, 0);
  });

  it('by an option are not looked at', () => {
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}zebra: x\nspout: {}\nsalt: 2\n`);
    assert.deepEqual(rules('--off', 'unknown-field'), ['refused-field', 'wrong-type']);
    assert.deepEqual(rules('--off', 'unknown-field', '--off', 'refused-field'), ['wrong-type']);
  });

  it('by an option must be there, and not be ones that stay', () => {
    const misspelt = project.minipach('check', '--off', 'unknown-feild');
    assert.equal(misspelt.code, 2);
    assert.match(misspelt.stderr, /no rule `unknown-feild`; did you mean `unknown-field`\?/);
    const stays = project.minipach('check', '--off', 'wrong-type');
    assert.equal(stays.code, 2);
    assert.match(stays.stderr, /`wrong-type` cannot be turned off, because/);
  });
});

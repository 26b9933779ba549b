import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { nameText, printable } from '../../src/cli/terminal.ts';
import { spec, TestProject } from '../rigs/project.ts';

describe('what plan says for people', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(2);
  });
  afterEach(() => project.remove());

  const plan = (...names: string[]): string => project.minipach('plan', ...names).stdout;

  it('is what a run of everything does', () => {
    assert.match(plan(), /^2 jobs to run, 0 results to copy\. Start with: minipach run$/m);
  });

  it('names the pipelines that can be run beside one with errors', () => {
    project.write('broken/spec.yml', 'input: {}\ntransform: { cmd: [x] }\n');
    project.commit('Add a broken spec');
    assert.match(plan(), /^2 jobs to run.* Start with: minipach run copy$/m);
    assert.match(plan(), /^Not run because of errors in specs: broken\./m);
    assert.equal(project.minipach('run').code, 2);
    assert.equal(project.minipach('run', 'copy').code, 0);
    assert.match(plan(), /^Nothing to run\.$/m);
  });

  it('counts an image that is to be fetched once, whoever runs in it', function () {
    if (spawnSync('git-annex', ['version']).status !== 0) this.skip();
    project.git('annex', 'init', '--quiet', 'test');
    project.git('annex', 'fromkey', '--force', `SHA256-s5000000--${'0'.repeat(64)}`, 'tool.sif');
    for (const name of ['boxed', 'packed'])
      project.write(`${name}/spec.yml`, spec(name, 'data', `[${name}, "{data}"]`, '  image: tool.sif\n'));
    project.commit('Add an image');
    assert.match(plan(), /^6 jobs to run, 0 results to copy, 5\.0 MB to fetch\. Start with: minipach run$/m);
    assert.match(plan('boxed'), /^2 jobs to run, .* 5\.0 MB to fetch\. Start with: minipach run boxed$/m);
  });

  it('tells of what waits for which pipeline, and of nothing that is left', () => {
    project.write('none/spec.yml', spec('none', 'data', '["true"]'));
    project.write('after/spec.yml', spec('after', 'none', '["true"]').replace('"/*"', '"/*/*"'));
    project.write('last/spec.yml', spec('last', 'after', '["true"]').replace('"/*"', '"/*/*"'));
    project.commit('Add a chain');
    assert.match(plan(), /^after {2}no datum {2}Waits for the results of none, whose files/m);
    assert.match(plan(), /^last {2}no datum {2}Waits for all results of after\.$/m);
    assert.equal(project.minipach('run').code, 0);
    for (const text of [plan(), project.minipach('status').stdout]) {
      assert.match(text, /^after {2}no datum {2}`none` has left nothing that its glob matches\.$/m);
      assert.match(text, /^last {2}no datum {2}`after` has left nothing that its glob matches\.$/m);
    }
  });

  it('has no control characters of names', () => {
    assert.equal(nameText('a\u001b[31mb\nc\u009b'), 'a\\x1b[31mb\\x0ac\\x9b');
    assert.equal(
      printable('\u001b[2J\u001b[31mred\u001b[39m\n\ta\u0007'),
      '\\x1b[2J\u001b[31mred\u001b[39m\n\ta\\x07',
    );
    project.write('data/d\u001b]0;x\u0007/a.txt', 'x\n');
    project.commit('Add an odd name');
    assert.match(plan(), /d\\x1b\]0;x\\x07/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    assert.doesNotMatch(plan() + project.minipach('status').stdout, /[\u0007\u001b]/);
  });
});

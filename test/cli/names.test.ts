import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type Ended, spec, TestProject } from '../rigs/project.ts';

describe('names on the command line', function () {
  this.timeout(120_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(2);
  });
  afterEach(() => project.remove());

  it('are the same for all commands: names, directories and paths of results, from where one is', () => {
    project.git('mv', 'copy', 'results');
    project.commit('Give the directory another name');
    const there = (...args: string[]): Ended => project.minipach('-C', 'results', ...args);
    assert.equal(project.minipach('run', './results/d0001/').code, 0);
    assert.deepEqual(project.records(), ['[DATALAD RUNCMD] copy: d0001']);
    assert.equal(there('run', 'd0002').code, 0);
    assert.equal(project.executions(), 2);
    assert.equal(there('run', '--force', 'd0002').code, 0);
    assert.equal(project.executions(), 3, 'what is computed again is what was named');
    for (const name of ['copy', 'results', './results/', project.path('results')]) {
      assert.match(project.minipach('plan', name).stdout, /^copy {2}2 done$/m, name);
      assert.match(project.minipach('status', name).stdout, /^copy {2}2 done$/m, name);
      assert.equal(project.minipach('run', name).code, 0, name);
    }
    for (const name of ['copy/d0002', 'd0002', './d0002/b.txt', '../results/d0002']) {
      const { pipelines } = JSON.parse(there('status', '--json', name).stdout);
      assert.deepEqual(
        pipelines[0].datums.map(({ datum }: { datum: string }) => datum),
        ['d0002'],
      );
      assert.equal(there('logs', name).code, 0, name);
      assert.equal(there('why', name).code, 0, name);
      assert.match(there('release', name).stderr, /Nobody holds/, name);
    }
    project.write('code/copy.sh', 'cat "$1/a.txt" > "$2/c.txt"\n');
    project.commit('Change the code');
    assert.match(there('plan', 'd0002').stdout, /1 job to run.*minipach run copy\/d0002$/m);
  });

  it('that nothing has are refused alike, with the nearest', () => {
    for (const command of ['run', 'plan', 'status', 'logs', 'why']) {
      const { code, stderr } = project.minipach(command, 'copy/d001');
      assert.equal(code, 2, command);
      assert.match(stderr, /no datum, pipeline or result `copy\/d001`; did you mean `copy\/d0001`/, command);
    }
  });

  it('of datums that are not known yet are explained', () => {
    const source = project.at('..', 'source');
    project.ok('git', ['init', '--quiet', source.root]);
    source.write('s1', 'one\n');
    source.commit('Add data');
    project.addSubmodule(source, 'raw');
    project.write('out/spec.yml', spec('out', 'raw', '[cp, "{raw}", "{out}/"]'));
    project.commit('Read it');
    const clone = project.clone('clone');
    for (const args of [['run', '--force'], ['run'], ['plan'], ['logs'], ['why']]) {
      const { code, stderr } = clone.minipach(...args, 'out/s1');
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /not all datums of `out` are known: it waits for .*raw/, args.join(' '));
    }
  });

  it('decide about the exit code: what waits of others is only told', () => {
    project.write('.git/info/exclude', 'copy/d0001/\n');
    project.write('copy/d0001/b.txt', 'mine\n');
    assert.equal(project.minipach('run').code, 1);
    assert.deepEqual(project.records(), ['[DATALAD RUNCMD] copy: d0002']);
    project.write('data/d0002/a.txt', 'other\n');
    project.commit('Change the other');
    const asked = project.minipach('-C', 'copy', 'run', 'd0002');
    assert.equal(asked.code, 0, asked.stderr);
    assert.match(asked.stderr + asked.stdout, /copy\/d0001 was not recorded/);
    assert.equal(project.minipach('run', 'copy/d0001').code, 1);
    rmSync(project.path('copy/d0001/b.txt'));
    assert.equal(project.minipach('run', 'copy/d0001').code, 0);
    assert.equal(project.read('copy/d0001/b.txt'), 'content 1\n');
  });
});

import assert from 'node:assert/strict';
import { spec, TestProject } from '../rigs/project.ts';

describe('a run of a pipeline whose upstream is not done', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.withCopies(2);
    project.write('code/copy.sh', 'grep 1 "$1/a.txt" > "$2/b.txt"\n');
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}datum_tries: 1\n`);
    // Of this one the datum is known, of the other one it is not.
    const sum = spec('sum', 'copy', '[sh, -c, "cat {copy}/*/b.txt > {out}/sum"]');
    project.write('sum/spec.yml', sum.replace('"/*"', '"/"'));
    const each = spec('each', 'copy', '[cp, "{copy}", "{out}"]');
    project.write('each/spec.yml', each.replace('"/*"', '"/*/b.txt"'));
    project.commit('Add pipelines');
  });
  afterEach(() => project.remove());

  const assertWaits = (name: string, why: RegExp): void => {
    const run = project.minipach('run', name);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, why);
    const events = project.minipach('run', '--json', name).stdout.trim().split('\n');
    assert.equal(JSON.parse(events.at(-1) ?? '').exit, 1);
    assert.match(events.map((line) => JSON.parse(line).message ?? '').join('\n'), why);
  };

  it('fails, and says what it waits for: it has not run', () => {
    assertWaits('sum', /1 datum could not run\. sum: Waits for copy\/d000\d/);
    assertWaits('each', /each waits for the results of copy, .*minipach why each$/m);
    assert.match(project.minipach('run', 'each').stdout, /^Nothing was done\.$/m);
  });

  it('fails, and says what it waits for: a job of it has failed', () => {
    const all = project.minipach('run');
    assert.match(all.stdout, /2 done, 1 failed/);
    assert.match(all.stderr, /each waits for the results of copy/);
    assertWaits('sum', /1 datum could not run\. sum: Waits for copy\/d0002/);
    assertWaits('each', /each waits for the results of copy, /);
    // What is asked for by name is done.
    assert.equal(project.minipach('run', 'each/d0001/b.txt').code, 0);
  });

  it('fails, and says what it waits for: its spec has errors', () => {
    project.write('copy/spec.yml', `${project.read('copy/spec.yml')}nonsense: 1\n`);
    project.commit('Spoil a spec');
    for (const name of ['sum', 'each'])
      assertWaits(name, new RegExp(`${name} waits for copy, whose spec has errors`));
  });

  it('succeeds where the upstream is done', () => {
    project.write('code/copy.sh', 'cat "$1/a.txt" > "$2/b.txt"\n');
    project.commit('Mend the code');
    assert.equal(project.minipach('run').code, 0);
    const run = project.minipach('run', 'each');
    assert.deepEqual([run.code, run.stderr], [0, '']);
  });
});

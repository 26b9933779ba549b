import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { spec, TestProject } from '../rigs/project.ts';

/** Three datums whose results are merged, each with a file of its own and one that all of them leave. */
describe('a file that several datums leave', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    for (const name of ['one', 'two', 'three']) project.write(`data/${name}/a.txt`, `${name}\n`);
    project.write('code/run.sh', 'cp "$1/a.txt" "$2/$(basename "$1").txt"; echo 1 > "$2/version"\n');
    project.write(
      'out/spec.yml',
      spec('out', 'data', '[sh, code/run.sh, "{data}", "{out}"]', 'output: "."\nidentity: path\n'),
    );
    project.commit('Add a pipeline');
    assert.equal(project.minipach('run').code, 0);
  });
  afterEach(() => project.remove());

  const states = (): Record<string, string> =>
    Object.fromEntries(
      project
        .status()
        .pipelines[0].datums.map((one: { datum: string; state: string }) => [one.datum, one.state]),
    );
  const change = (path: string, from: string, to: string): void => {
    project.write(path, project.read(path).replace(from, to));
    project.commit('Change');
  };

  it('is left anew by one of them while the others are stale', () => {
    change('code/run.sh', 'echo 1', 'echo 2');
    assert.equal(project.minipach('run', 'out/one').code, 0);
    assert.equal(project.read('out/version'), '2\n');
    assert.deepEqual(states(), { one: 'done', two: 'stale', three: 'stale' });
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(states(), { one: 'done', two: 'done', three: 'done' });
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('makes nobody look edited whose job fails meanwhile', () => {
    change('code/run.sh', 'echo 1', 'grep -q two "$1/a.txt" && exit 1; echo 2');
    assert.equal(project.minipach('run').code, 1);
    assert.deepEqual(states(), { one: 'done', two: 'failed', three: 'done' });
  });

  it('stays what it is while the result of another one stands', () => {
    change('code/run.sh', 'echo 1', '(cat "$1/version" 2>/dev/null || echo 1)');
    assert.equal(project.minipach('run').code, 0);
    project.write('data/two/version', '2\n');
    project.commit('Let one of them write something else');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(
      result.stderr,
      /out\/two was not recorded.*out\/one both wrote out\/version, with different/,
    );
    assert.equal(project.read('out/version'), '1\n');
    assert.deepEqual([states()['one'], states()['three']], ['done', 'done']);
  });

  it('goes when the last of them leaves it no more', () => {
    change('code/run.sh', '; echo 1 > "$2/version"', '');
    assert.equal(project.minipach('run', 'out/one').code, 0);
    assert.equal(project.read('out/version'), '1\n');
    assert.deepEqual(states(), { one: 'done', two: 'stale', three: 'stale' });
    assert.equal(project.minipach('run').code, 0);
    assert.ok(!existsSync(project.path('out/version')));
    assert.deepEqual(states(), { one: 'done', two: 'done', three: 'done' });
  });

  it('is computed again when only it was left anew', () => {
    change('code/run.sh', 'echo 1', 'echo 2');
    assert.equal(project.minipach('run', 'out/one').code, 0);
    change('code/run.sh', 'echo 2', 'echo 1');
    assert.deepEqual(states(), { one: 'stale', two: 'stale', three: 'stale' });
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.read('out/version'), '1\n');
    assert.deepEqual(states(), { one: 'done', two: 'done', three: 'done' });
  });

  it('is a person’s once a person has changed it', () => {
    change('code/run.sh', 'echo 1', 'echo 2');
    assert.equal(project.minipach('run', 'out/one').code, 0);
    change('out/version', '2', 'mine');
    assert.deepEqual(states(), { one: 'modified', two: 'modified', three: 'modified' });
    change('code/run.sh', 'echo 2', 'echo 3');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.read('out/version'), 'mine\n');
  });
});

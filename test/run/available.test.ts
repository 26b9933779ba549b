import assert from 'node:assert/strict';
import { spec, TestProject } from '../rigs/project.ts';

/** A step for each datum, which fails where the datum says so, and one over those that are there. */
describe('a pipeline that takes what is there', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    for (const name of ['one', 'two', 'three']) project.write(`data/${name}/a.txt`, `${name}\n`);
    project.write(
      'code/each.sh',
      '! grep -q bad "$1/a.txt" && sleep 0.$(wc -l < "$1/a.txt") && cp "$1/a.txt" "$2"\n',
    );
    project.write(
      'each/spec.yml',
      spec('each', 'data', '[sh, code/each.sh, "{data}", "{out}"]', 'datum_tries: 1\n'),
    );
    project.write(
      'all/spec.yml',
      'input: {pfs: {repo: each, glob: "/", upstream: available}}\ntransform: {cmd: "cat {each}/*/a.txt > {out}/all"}\n',
    );
    project.commit('Add pipelines');
  });
  afterEach(() => project.remove());

  const counts = (): Record<string, Record<string, number>> =>
    Object.fromEntries(
      project
        .status()
        .pipelines.map((one: { name: string; counts: Record<string, number> }) => [one.name, one.counts]),
    );
  const times = (): number => project.records().filter((subject) => subject.includes('all:')).length;

  it('waits for a first result, and says so', () => {
    const [, all] = project.status().pipelines;
    assert.equal(all.waitsFor, 'Waits for a first result of each.');
    assert.match(project.minipach('plan').stdout, /all +no datum +Waits for a first result of each/);
  });

  it('runs once, when nothing is left to do on the other', () => {
    project.write('data/two/a.txt', 'two\n'.repeat(7));
    project.commit('Let one of them take longer');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(times(), 1);
    project.write('data/three/a.txt', 'three\n'.repeat(6));
    project.write('data/two/a.txt', 'more\n');
    project.write('data/four/a.txt', 'four\n');
    project.commit('Change and add');
    assert.equal(project.minipach('run', '-j', '1').code, 0);
    assert.equal(times(), 2);
    assert.deepEqual(counts(), { each: { done: 4 }, all: { done: 1 } });
  });

  it('takes the others where one fails, also when nothing else is new', () => {
    project.write('data/two/a.txt', 'bad\n');
    project.commit('Spoil one');
    assert.equal(project.minipach('run').code, 1);
    assert.equal(project.read('all/all'), 'one\nthree\n');
    assert.deepEqual(counts(), { each: { done: 2, failed: 1 }, all: { done: 1 } });
    project.write('data/three/a.txt', 'bad, too\n');
    project.commit('Spoil another one');
    assert.equal(project.minipach('run').code, 1);
    assert.equal(project.read('all/all'), 'one\n');
    assert.equal(project.minipach('run', '--fail-fast', '--retry-failed').code, 1);
    assert.deepEqual(counts(), { each: { done: 1, failed: 2 }, all: { done: 1 } });
  });

  it('keeps what it made of results that are to be computed again', () => {
    assert.equal(project.minipach('run').code, 0);
    project.write('code/each.sh', `${project.read('code/each.sh')}# New\n`);
    project.commit('Change the code');
    assert.deepEqual(counts(), { each: { stale: 3 }, all: {} });
    assert.equal(project.minipach('run').code, 0);
    assert.deepEqual(counts(), { each: { done: 3 }, all: { done: 1 } });
  });
});

import assert from 'node:assert/strict';
import { spec, TestProject } from '../rigs/project.ts';

describe('equal inputs of other names', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    for (const path of ['data/o1', 'data/o2', 'more/n1', 'more/n2']) project.write(`${path}/a.dat`, 'same\n');
  });
  afterEach(() => project.remove());

  // When the last job of a run ends shortly before its result is recorded anyhow, or shortly after that.
  for (const seconds of [0, 0.1, 0.2, 0.3, 0.35, 0.4])
    it(`are all computed where results carry the names, with jobs of ${seconds} s`, () => {
      for (const [name, repo] of [
        ['copy', 'data'],
        ['other', 'more'],
      ] as const) {
        const command = `sleep ${seconds}; cp -r $${repo} $out`;
        project.write(`${name}/spec.yml`, spec(name, repo, JSON.stringify(['sh', '-c', command])));
      }
      project.commit('Add equal directories');
      assert.equal(project.minipach('run', '-j', '2').code, 0);
      assert.deepEqual(
        project.status().pipelines.map(({ counts }: { counts: unknown }) => counts),
        [{ done: 2 }, { done: 2 }],
      );
      for (const path of ['copy/o1/o1', 'copy/o2/o2', 'other/n1/n1', 'other/n2/n2'])
        assert.equal(project.read(`${path}/a.dat`), 'same\n');
    });

  it('are told apart by names of one letter, too, where these are all of a name', () => {
    for (const path of ['data/o1', 'data/o2', 'more/n1', 'more/n2']) project.ok('rm', ['-r', path]);
    for (const path of ['data/a', 'data/b']) project.write(`${path}/x.dat`, 'same\n');
    project.write('copy/spec.yml', spec('copy', 'data', '[cp, -r, "{data}", "{out}"]'));
    project.commit('Add equal directories');
    assert.equal(project.minipach('run').code, 0);
    for (const path of ['copy/a/a', 'copy/b/b']) assert.equal(project.read(`${path}/x.dat`), 'same\n');
  });
});

import assert from 'node:assert/strict';
import { spec, TestProject } from '../rigs/project.ts';

describe('a datum whose name changes and whose place does not', () => {
  let project: TestProject;
  afterEach(() => project.remove());

  function start(): void {
    project = TestProject.make();
    project.write('data/a-1/x.txt', 'one\n');
    project.write('data/b-1/x.txt', 'two\n');
    const text = spec('copy', 'data', 'cp -r {data}/. {out}', 'output: "{1}"\n');
    project.write('copy/spec.yml', text.replace('"/*"', '"/(*)-*"'));
    project.commit('Begin');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.records().length, 2);
    project.git('mv', 'data/a-1', 'data/a-2');
  }

  it('is done where its content is the same', () => {
    start();
    project.commit('Rename');
    const again = project.minipach('run');
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.equal(project.records().length, 2);
    assert.match(project.minipach('status').stdout, /2 done/);
    assert.doesNotMatch(project.minipach('status').stdout, /orphaned/);
  });

  it('is computed again where it changed, and what the earlier result left goes', () => {
    start();
    project.write('data/a-2/y.txt', 'three\n');
    project.git('rm', '-qf', 'data/a-2/x.txt');
    project.commit('Rename and change');
    assert.match(project.minipach('plan').stdout, /1 job to run/);
    const again = project.minipach('run');
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.equal(project.records().length, 3);
    assert.equal(project.git('ls-files', 'copy'), 'copy/a/y.txt\ncopy/b/x.txt\ncopy/spec.yml\n');
    assert.equal(project.git('status', '--porcelain'), '');
    assert.match(project.minipach('status').stdout, /2 done/);
  });
});

describe('a pipeline whose output is another now', () => {
  let project: TestProject;
  afterEach(() => project.remove());

  it('replaces the file that a datum left by the directory of that name', () => {
    project = TestProject.make();
    project.write('data/a.txt', 'one\n');
    project.write('copy/spec.yml', spec('copy', 'data', 'cp {data} {out}/', 'output: .\n'));
    project.commit('Merge results');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.git('ls-files', 'copy'), 'copy/a.txt\ncopy/spec.yml\n');
    project.write('copy/spec.yml', spec('copy', 'data', 'cp {data} {out}/'));
    project.commit('Give each result a directory');
    const again = project.minipach('run');
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.equal(project.git('ls-files', 'copy'), 'copy/a.txt/a.txt\ncopy/spec.yml\n');
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('moves a result into the place that another one leaves', () => {
    project = TestProject.make();
    project.write('data/a-b', 'one\n');
    project.write('data/b-c', 'two\n');
    const text = (output: string): string =>
      spec('copy', 'data', `'cp {data} {out}/$(cat {data})'`, `output: "${output}"\n`).replace(
        '"/*"',
        '"/(*)-(*)"',
      );
    project.write('copy/spec.yml', text('{1}'));
    project.commit('Begin');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.git('ls-files', 'copy'), 'copy/a/one\ncopy/b/two\ncopy/spec.yml\n');
    project.write('copy/spec.yml', text('{2}'));
    project.commit('Move');
    const moved = project.minipach('run');
    assert.equal(moved.code, 0, moved.stdout + moved.stderr);
    assert.equal(project.git('ls-files', 'copy'), 'copy/b/one\ncopy/c/two\ncopy/spec.yml\n');
    assert.match(project.minipach('status').stdout, /2 done/);
  });

  for (const [what, same] of [
    ['of equal names', true],
    ['of other names', false],
  ] as const)
    it(`lets results exchange their places, with files ${what}`, () => {
      project = TestProject.make();
      for (const name of ['a-b', 'b-a', 'c-c']) project.write(`data/${name}`, `${name}\n`);
      const text = (output: string, more = ''): string =>
        spec(
          'copy',
          'data',
          `'cp {data} {out}/${same ? 'x' : '$(cat {data})'}; cat {data} {data} > {out}/two; touch {out}/own-$(cat {data})${more}'`,
          `output: "${output}"\nidentity: path\n`,
        ).replace('"/*"', '"/(*)-(*)"');
      project.write('copy/spec.yml', text('{1}'));
      project.commit('Begin');
      assert.equal(project.minipach('run').code, 0);
      const assertPlaced = (output: 1 | 2): void => {
        for (const name of ['a-b', 'b-a', 'c-c'])
          assert.deepEqual(
            project
              .git('ls-files', `copy/${name.split('-')[output - 1]}`)
              .trim()
              .split('\n')
              .map((path) => path.split('/')[2]),
            same ? [`own-${name}`, 'two', 'x'] : [name, `own-${name}`, 'two'],
            name,
          );
        assert.deepEqual(project.status().pipelines[0].counts, { done: 3 });
        assert.equal(project.git('status', '--porcelain'), '');
        assert.match(project.minipach('run').stdout, /3 were done before/);
      };
      assertPlaced(1);
      // Moved as they are, and computed anew for it.
      for (const [output, more] of [
        ['{2}', ''],
        ['{1}', '; true'],
      ] as const) {
        project.write('copy/spec.yml', text(output, more));
        project.commit('Exchange');
        const moved = project.minipach('run');
        assert.equal(moved.code, 0, moved.stdout + moved.stderr);
        assertPlaced(output === '{2}' ? 2 : 1);
      }
    });
});

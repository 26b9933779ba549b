import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { spec, TestProject } from '../rigs/project.ts';

describe('results of one directory', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    project.write('data/one/a.txt', 'one\n');
  });
  afterEach(() => project.remove());

  const pipeline = (cmd: string, more: string): void => {
    project.write('out/spec.yml', spec('out', 'data', cmd, more));
    project.commit('Add a pipeline');
  };

  it('replace no directory by a file and no file by a directory', () => {
    project.write('data/two/a.txt', 'two\n');
    project.write('out/notes/mine.txt', 'mine\n');
    project.write('out/plan', 'mine\n');
    for (const [name, told] of [
      ['notes', /out\/notes, and out\/notes\/mine\.txt is in the project already/],
      ['plan/x', /out\/plan\/x, and out\/plan is in the project already/],
    ] as const) {
      pipeline(`'mkdir -p "$(dirname {out}/${name})"; cp {data}/a.txt {out}/${name}'`, 'output: "."\n');
      const result = project.minipach('run');
      assert.equal(result.code, 1);
      assert.match(result.stderr, told);
      assert.equal(project.read('out/notes/mine.txt'), 'mine\n');
      assert.equal(project.read('out/plan'), 'mine\n');
    }
    pipeline(
      `'if [ {data} = data/one ]; then cp {data}/a.txt {out}/same; else sleep 1; mkdir {out}/same; cp {data}/a.txt {out}/same/x; fi'`,
      'output: "."\n',
    );
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(
      result.stderr,
      /out\/two was not recorded.*out\/same\/x, and out\/one wrote out\/same, which cannot both/,
    );
    assert.equal(project.read('out/same'), 'one\n');
  });

  it('may write into one directory; two that write one file differently are both named', () => {
    project.write('data/two/a.txt', 'two\n');
    pipeline(`'cp {data}/a.txt {out}/{datum}.txt'`, 'output: "."\n');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.read('out/two.txt'), 'two\n');
    assert.ok(existsSync(project.path('out/spec.yml')));
    project.ok('datalad', ['rerun', 'HEAD']);
    assert.equal(project.git('status', '--porcelain'), '');
    pipeline(`'cp {data}/a.txt {out}/same.txt'`, 'output: "."\n');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stderr, /out\/two was not recorded.*out\/one both wrote out\/same\.txt/);
  });

  it('replay where the command makes a folder', () => {
    project.write('data/two/a.txt', 'two\n');
    pipeline(
      `'mkdir {out}/{datum} {out}/{datum}/-deep && cp {data}/a.txt {out}/{datum}/-deep'`,
      'output: "."\n',
    );
    assert.equal(project.minipach('run').code, 0);
    const before = project.head();
    for (const commit of ['HEAD', 'HEAD~1']) project.ok('datalad', ['rerun', commit]);
    assert.equal(project.head(), before);
    assert.equal(project.git('status', '--porcelain'), '');
    assert.equal(project.read('out/two/-deep/a.txt'), 'two\n');
  });

  it('name the other datum in later runs as well, also one that owned the directory alone', () => {
    pipeline("'cp {data}/a.txt {out}/same'", 'output: all\n');
    assert.equal(project.minipach('run').code, 0);
    project.write('data/two/a.txt', 'two\n');
    project.commit('Add a datum');
    for (const round of [1, 2]) {
      const result = project.minipach('run');
      assert.equal(result.code, 1, `round ${round}`);
      assert.match(
        result.stderr,
        /out\/two was not recorded.*out\/one both wrote out\/all\/same, with different/,
      );
    }
  });

  it('leave one as it is that had the directory alone, whichever is computed again', () => {
    pipeline("'cp {data}/a.txt {out}/{datum}.txt'", 'output: all\n');
    assert.equal(project.minipach('run').code, 0);
    const expect = (counts: object): void => {
      const result = project.minipach('run');
      assert.equal(result.code, 0, result.stdout + result.stderr);
      assert.deepEqual(project.status().pipelines[0].counts, counts);
      assert.equal(project.git('status', '--porcelain'), '');
    };
    // Both that are sorted before it and after it.
    for (const [name, done] of [
      ['two', 2],
      ['an', 3],
    ] as const) {
      project.write(`data/${name}/a.txt`, `${name}\n`);
      project.commit('Add a datum');
      expect({ done });
    }
    for (const name of ['one', 'an']) {
      project.write(`data/${name}/a.txt`, `${name} changed\n`);
      project.commit('Change it');
      expect({ done: 3 });
      assert.equal(project.read(`out/all/${name}.txt`), `${name} changed\n`);
    }
    assert.equal(project.read('out/all/two.txt'), 'two\n');
  });
  it('leave each other alone where one that had the directory alone is computed again with them', () => {
    pipeline("'cp {data}/a.txt {out}/{datum}.txt'", 'output: all\n');
    assert.equal(project.minipach('run').code, 0);
    for (const name of ['an', 'one', 'two']) project.write(`data/${name}/a.txt`, `${name} new\n`);
    project.commit('Add and change');
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.deepEqual(project.status().pipelines[0].counts, { done: 3 });
    for (const name of ['an', 'one', 'two'])
      assert.equal(project.read(`out/all/${name}.txt`), `${name} new\n`);
  });
});

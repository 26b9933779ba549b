import assert from 'node:assert/strict';
import { TestProject } from '../rigs/project.ts';

/** Results with files that git or git-annex treat in a way of their own; each beside one that is like any other. */
for (const annex of [false, true]) {
  describe(`odd results in ${annex ? 'a git-annex' : 'a plain git'} project`, function () {
    this.timeout(60_000);
    let project: TestProject;
    beforeEach(() => {
      project = TestProject.make({ annex });
      project.write('raw/odd', 'odd\n');
      project.write('raw/plain', 'plain\n');
    });
    afterEach(() => project.remove());

    const run = (command: string, code: number, more = '', plain = 'p/plain/o'): string => {
      project.write(
        'p/spec.yml',
        `input: {pfs: {repo: raw, glob: "/(*)"}}\ntransform: {cmd: '${command}'}\n${more}datum_tries: 1\n`,
      );
      project.commit('Begin');
      const result = project.minipach('run');
      assert.equal(result.code, code, result.stdout + result.stderr);
      assert.equal(project.read(plain), 'plain\n');
      assert.equal(project.git('status', '--porcelain'), '');
      return result.stdout + result.stderr;
    };

    it('are recorded with rules of their own that ignore everything', () => {
      run('cat {raw} > {out}/o; test {datum} = plain || echo "*" > {out}/.gitignore', 0);
      assert.equal(project.read('p/odd/.gitignore'), '*\n');
      assert.equal(project.read('p/odd/o'), 'odd\n');
    });

    it('fail alone where git refuses a name', () => {
      for (const name of ['.GIT', 'git~1', '.git .', 'deep/.g\u200Cit', '.GIT/x']) {
        const told = run(
          `cat {raw} > {out}/o; test {datum} = plain || { cd {out}; mkdir -p "$(dirname "${name}")"; echo > "${name}"; }`,
          1,
        );
        assert.match(told, /p\/odd: It left \S.*: git keeps no file or folder named /);
      }
    });

    it('are refused before anything runs where git would refuse the name of their place', () => {
      project.write('raw/git', 'odd\n');
      const text = `input: {pfs: {repo: raw, glob: "/(*)"}}\ntransform: {cmd: 'cat {raw} > {out}/o'}\n`;
      project.write('p/spec.yml', `${text}output: "{1}~1"\n`);
      project.commit('Begin');
      const result = project.minipach('run');
      assert.equal(result.code, 2, result.stdout + result.stderr);
      assert.match(result.stderr, /would go to `p\/git~1`, and git keeps no folder named git~1/);
      assert.equal(project.records().length, 0);
    });

    it('are held back where one has a file and another one a directory', () => {
      project.write('raw/other', 'other\n');
      const told = run(
        'cat {raw} > {out}/o-{datum}; if test {datum} = odd; then echo > {out}/x; elif test {datum} = other; then mkdir {out}/x; echo > {out}/x/y; fi',
        1,
        'output: "."\n',
        'p/o-plain',
      );
      assert.match(told, /p\/other was not recorded\. It wrote p\/x\/y, and p\/odd wrote p\/x, which cannot/);
    });
  });
}

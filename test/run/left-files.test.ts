import assert from 'node:assert/strict';
import { lstatSync, readlinkSync, statSync, truncateSync } from 'node:fs';
import { largeFiles } from '../../src/run/recording/large-files.ts';
import { TestProject } from '../rigs/project.ts';

/** What jobs leave that would tie a result to its workspace, to somebody else's files, or to the machine's memory. */
for (const annex of [false, true]) {
  describe(`files that a job leaves in ${annex ? 'a git-annex' : 'a plain git'} project`, function () {
    this.timeout(60_000);
    let project: TestProject;
    beforeEach(() => {
      project = TestProject.make({ annex });
      project.write('data/odd', 'odd\n');
      project.write('data/plain', 'plain\n');
    });
    afterEach(() => project.remove());

    /** Runs a script for the datum `odd`, in its output directory; `plain` is a datum like any other. */
    const run = (script: string, code: number): string => {
      project.write(
        'code/run.sh',
        `IN="$PWD/$1"; cat "$1" > "$2/o"; cd "$2"\ncase "$1" in data/odd)\n${script}\nesac\n`,
      );
      project.write(
        'p/spec.yml',
        'input: {pfs: {repo: data, glob: "/*", name: data}}\ntransform: {cmd: [sh, code/run.sh, "{data}", "{out}"]}\ndatum_tries: 1\n',
      );
      project.commit('Begin');
      const result = project.minipach('run');
      assert.equal(result.code, code, result.stdout + result.stderr);
      assert.equal(project.read('p/plain/o'), 'plain\n', 'the other datum is recorded');
      assert.equal(project.git('status', '--porcelain'), '');
      return result.stdout + result.stderr;
    };

    it('are links within the project, whatever way they were written', () => {
      run(
        'ln -s "$PWD/o" own; ln -s "$IN" input; ln -s "$PWD" here; mkdir d; ln -s "$PWD/d" d/up; ln -s nowhere no; ln -s /etc/passwd etc',
        0,
      );
      const links = ['own', 'input', 'here', 'd/up', 'no', 'etc'].map((name) =>
        readlinkSync(project.path('p/odd', name)),
      );
      assert.deepEqual(links, ['o', '../../data/odd', '.', '.', 'nowhere', '/etc/passwd']);
      assert.equal(project.read('p/odd/input'), 'odd\n');
    });

    it('are no links to what goes with the workspace', () => {
      assert.match(
        run('ln -s "$OLDPWD/.git/x" gone', 1),
        /p\/odd: It left gone, a link to \S+, which is gone with/,
      );
    });

    it('are nobody else’s, and cannot be run in their owner’s name', () => {
      const cache = project.path('..', 'cache');
      run(
        `echo cached > '${cache}'; ln '${cache}' linked; ln linked twice; echo x > run; chmod 6755 run; chmod 2777 .`,
        0,
      );
      for (const name of ['linked', 'twice', 'run']) {
        const path = project.path('p/odd', name);
        assert.notEqual(statSync(path).ino, statSync(cache).ino);
        assert.equal(statSync(path).mode & 0o7000, 0, name);
        assert.equal(project.read(`p/odd/${name}`), name === 'run' ? 'x\n' : 'cached\n');
      }
      // The owner of the cache goes on using it.
      truncateSync(cache, 0);
      assert.equal(project.read('p/odd/linked'), 'cached\n');
      if (annex) project.git('annex', 'fsck', '--quiet', 'p');
    });

    it('are as large as they like', () => {
      run('truncate -s 70M big; truncate -s 100K middle; seq 1 20000 > text', 0);
      assert.equal(statSync(project.path('p/odd/big')).size, 70 * 1024 * 1024);
      assert.equal(lstatSync(project.path('p/odd/middle')).isSymbolicLink(), annex);
      assert.match(project.read('p/odd/text'), /^1\n2\n[\s\S]*\n20000\n$/);
      if (!annex) assert.match(project.git('cat-file', '-s', 'HEAD:p/odd/big'), /^73400320/);
      project.git('fsck', '--strict');
    });
  });
}

describe('files that git is to store', () => {
  it('are held in memory only as far as they are small, and not too many', () => {
    const file = (name: string, size: number) =>
      ({ file: { name, path: `/${name}`, type: 'file', size } }) as const;
    const many = Array.from({ length: 5000 }, (_, position) => file(`f${position}`, 65_536));
    const stored = largeFiles([file('small', 10), file('huge', 2 ** 40), file('large', 65_537), ...many]);
    assert.deepEqual(
      stored.slice(0, 2).map((one) => one.file.name),
      ['huge', 'large'],
    );
    const held = many.length + 1 - (stored.length - 2);
    assert.ok(held > 4000 && held * 65_536 <= 2 ** 28, String(held));
  });
});

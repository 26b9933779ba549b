import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { spec, TestProject } from '../rigs/project.ts';

/** The shell line of the newest record. */
function lineOf(project: TestProject): string {
  const message = project.git('log', '-1', '--format=%B', '--fixed-strings', '--grep=[DATALAD RUNCMD]');
  const record = JSON.parse(message.slice(message.indexOf('{'), message.lastIndexOf('}') + 1));
  return record.cmd;
}

describe('what is discarded', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    project.write('data/one/a.txt', 'one\n');
  });
  afterEach(() => project.remove());

  const run = (cmd: string, more: string): void => {
    project.write('out/spec.yml', spec('out', 'data', cmd, more));
    project.commit('Add a pipeline');
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.equal(project.status().pipelines[0].counts.done, project.status().pipelines[0].datums.length);
  };
  const kept = (): string[] => project.git('ls-files', 'out').trim().split('\n');
  const replay = (): void => {
    const before = project.git('rev-parse', 'HEAD^{tree}');
    project.ok('datalad', ['rerun', 'HEAD']);
    assert.equal(project.git('status', '--porcelain', '--ignored'), '');
    assert.equal(project.git('rev-parse', 'HEAD^{tree}'), before);
  };

  it('is not recorded, nor are folders that are empty without it, also on a replay with other names', () => {
    run(
      `'cd {out}; mkdir -p logs/deep keep; echo x > keep/x; date +%N > logs/deep/$(date +%N).log; date +%N > "it is $(date +%N).log"; echo y > .hidden.log; echo z > keep/.log'`,
      'discard: ["**.log"]\n',
    );
    assert.deepEqual(kept(), ['out/one/.hidden.log', 'out/one/keep/.log', 'out/one/keep/x', 'out/spec.yml']);
    assert.ok(!existsSync(project.path('out/one/logs')));
    replay();
  });

  it('may be told by directory, by dot-file and by alternatives', () => {
    run(
      `'cd {out}; mkdir -p cache/a .tmp; date +%N | tee cache/.n cache/a/b .tmp/x c.out d.err kept >&2; echo k > kept'`,
      'discard: [cache, "/.tmp", "*.{out,err}"]\n',
    );
    assert.deepEqual(kept(), ['out/one/kept', 'out/spec.yml']);
    assert.match(lineOf(project), /find out\/one /);
    replay();
  });

  it('is never an error, whatever it is', () => {
    run(
      `'cd {out}; mkfifo pipe; mkdir -p .git/x locked; touch .git/x/y locked/z "$(printf "bad\\\\377.tmp")"; chmod 555 locked; touch ok'`,
      'discard: [pipe, ".git", locked, "*.tmp"]\n',
    );
    assert.deepEqual(kept(), ['out/one/ok', 'out/spec.yml']);
  });

  it('may be everything', () => {
    run(`'date +%N | tee {out}/a {out}/b'`, 'discard: ["/"]\n');
    assert.deepEqual(kept(), ['out/spec.yml']);
    replay();
  });

  it('is removed from a shared directory on a replay, but nothing that somebody else has committed', () => {
    project.write('data/two/a.txt', 'two\n');
    run(
      `'cp {data}/a.txt {out}/{datum}.txt; mkdir -p {out}/logs; date | tee {out}/$(date +%N).log {out}/logs/$(date +%N).x'`,
      'output: "."\ndiscard: ["*.log", logs]\n',
    );
    assert.deepEqual(kept(), ['out/one.txt', 'out/spec.yml', 'out/two.txt']);
    assert.match(lineOf(project), /git clean -dfq -- 'out\/\*\.log'/);
    project.write('out/mine.log', 'mine\n');
    project.commit('Add a log of my own');
    project.ok('datalad', ['rerun', 'HEAD~1']);
    assert.equal(project.read('out/mine.log'), 'mine\n');
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('leaves code and inputs alone that lie where the result goes', () => {
    project.write('out/one/run.sh', 'cp "$1/a.txt" "$2/b.txt"; date > "$2/x.sh"\n');
    run('[sh, out/one/run.sh, "{data}", "{out}"]', 'discard: ["*.sh"]\n');
    assert.deepEqual(kept(), ['out/one/b.txt', 'out/one/run.sh', 'out/spec.yml']);
    replay();
  });

  it('is removed by what is kept where the globs are too much for find and the files too many', () => {
    run(
      `'cd {out}; mkdir d; for i in $(seq 1500); do echo > d/long-name-of-a-file-$i.tmp; done; echo k > d/kept.txt'`,
      'discard: ["d/+(long|name|-|file|of|a|[0-9])*.tmp"]\n',
    );
    assert.deepEqual(kept(), ['out/one/d/kept.txt', 'out/spec.yml']);
    assert.match(lineOf(project), /find out\/one ! -type d ! -path out\/one\/d\/kept.txt -exec rm -f/);
    assert.ok(lineOf(project).length < 1000);
    replay();
  });

  it('counts in a copy as well', () => {
    run(`'cp {data}/a.txt {out}/b; date +%N > {out}/x.log'`, 'discard: ["**.log"]\n');
    project.write('data/twin/a.txt', 'one\n');
    project.commit('Add an equal datum');
    assert.equal(project.minipach('run').code, 0);
    assert.deepEqual(kept(), ['out/one/b', 'out/spec.yml', 'out/twin/b']);
    replay();
  });
});

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../rigs/processes.ts';
import { ended, spec, TestProject } from '../rigs/project.ts';

describe('jobs', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    project.write('data/one/a.txt', 'one\n');
  });
  afterEach(() => project.remove());

  const pipeline = (cmd: string, more = ''): void => {
    project.write('out/spec.yml', spec('out', 'data', cmd, more));
    project.commit('Add a pipeline');
  };
  const state = (): string => project.status().pipelines[0].datums[0].state;

  it('run a string under sh, with placeholders quoted and variables set', () => {
    project.write("data/it's $(here)/a.txt", 'two\n');
    pipeline(`'cat {data}/a.txt > {out}/x; printf "%s" "$data|$out" > "$out"/y'`);
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(project.read("out/it's $(here)/x"), 'two\n');
    assert.equal(project.read("out/it's $(here)/y"), "data/it's $(here)|out/it's $(here)");
  });

  it('are tried again and then failed, with a log, until asked for', () => {
    pipeline(`'echo trying; exit 7'`, 'datum_tries: 2\n');
    const first = project.minipach('run');
    assert.equal(first.code, 1);
    assert.match(first.stdout + first.stderr, /exit code 7/);
    assert.equal(state(), 'failed');
    assert.equal(project.minipach('logs', 'out/one').stdout.match(/trying/g)?.length, 2);
    assert.equal(project.records().length, 0);
    const second = project.minipach('run');
    assert.equal(second.code, 1);
    assert.match(second.stderr, /--retry-failed/);
    assert.equal(project.minipach('logs', 'out/one').stdout.match(/trying/g)?.length, 2, 'not tried again');
    project.write('out/spec.yml', spec('out', 'data', `'touch {out}/x'`));
    project.commit('Mend it');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(state(), 'done');
  });

  it('start every try with an empty output, and keep nothing of a failed one', () => {
    pipeline(
      `'test -e {out}/x && exit 9; touch {out}/x {out}/$RANDOM; test -e "$MARK" || { touch "$MARK"; exit 1; }'`.replaceAll(
        '$MARK',
        project.path('..', 'mark'),
      ),
    );
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(state(), 'done');
  });

  it('end when their time is over', () => {
    pipeline(`'sleep 60'`, 'datum_timeout: 1s\ndatum_tries: 1\n');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /time limit of 1 s/);
  });

  it('count further exit codes as success, also on replay', () => {
    pipeline(`[sh, -c, 'touch "$out"/x; exit 3']`, '  accept_return_code: [3]\n');
    assert.equal(project.minipach('run').code, 0);
    project.ok('datalad', ['rerun', 'HEAD']);
    assert.equal(project.records().length, 1);
  });

  it('run where working_dir says, with paths from there, also on replay', () => {
    pipeline(`'pwd; cp {data}/a.txt {out}/c'`, '  working_dir: build/here\n');
    assert.equal(project.minipach('run').code, 0);
    project.ok('datalad', ['rerun', 'HEAD']);
    assert.equal(project.records().length, 1);
    assert.equal(project.read('out/one/c'), 'one\n');
  });

  it('may leave a file that is called spec.yml, which makes no pipeline', () => {
    const left = ['input:', '  pfs:', '    repo: out', '    glob: /', 'transform:', '  cmd: x', ''];
    pipeline(`>-\n    printf "${left.join('\\n')}" > {out}/spec.yml`);
    for (const command of ['run', 'run', 'check']) {
      const { code, stderr } = project.minipach(command);
      assert.equal(code, 0, stderr);
    }
    assert.equal(project.status().pipelines.length, 1);
    assert.equal(state(), 'done');
  });

  it('leave alone what a person has committed where their result goes', () => {
    project.write('out/one/README', 'mine\n');
    pipeline(`'cp {data}/a.txt {out}/c'`);
    assert.equal(project.minipach('run').code, 0);
    assert.equal(state(), 'done');
    project.write('data/one/a.txt', 'changed\n');
    project.commit('Change the input');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(state(), 'done');
    assert.equal(project.read('out/one/c'), 'changed\n');
    assert.equal(project.read('out/one/README'), 'mine\n');
  });

  it('may leave nothing at all', () => {
    pipeline('["true"]');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(state(), 'done');
  });

  it('fail with a reason when they leave what git cannot keep', () => {
    pipeline(`'mkfifo {out}/pipe'`, 'datum_tries: 1\n');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /It left pipe: only files/);
  });

  it('fail alone, with a reason, when they spoil their output directory', () => {
    for (const name of ['two', 'three', 'four']) project.write(`data/${name}/a.txt`, `${name}\n`);
    pipeline(
      `'case {datum} in one) rm -r {out} ;; two) rm -r {out}; touch {out} ;; three) mkdir {out}/d; touch {out}/d/x; chmod 555 {out}/d ;; *) touch {out}/x ;; esac'`,
      'datum_tries: 1\n',
    );
    const result = project.minipach('run');
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stdout, /out\/one: Its output directory is gone/);
    assert.match(result.stdout, /out\/two: Its output directory is a file now/);
    assert.deepEqual(project.status().pipelines[0].counts, { failed: 2, done: 2 });
  });

  it('of a deep glob are known once the files of its upstream are, and are no orphans before', () => {
    project.write('x/spec.yml', spec('x', 'data', `'sleep 1; false'`, 'datum_tries: 1\n'));
    project.write(
      'deep/spec.yml',
      spec('deep', 'out', `'cp {out_} {out}/d'`).replace('glob: "/*"', 'name: out_\n    glob: "/*/c"'),
    );
    pipeline(`'cp {data}/a.txt {out}/c'`);
    const result = project.minipach('run', '-j', '3');
    assert.equal(result.code, 1);
    assert.ok(existsSync(project.path('deep/one/c/d')), 'computed in the same run');
    pipeline(`'cp {data}/a.txt {out}/c; true'`);
    const deep = project.status('deep').pipelines[0];
    assert.equal(deep.counts.orphaned, undefined);
    assert.match(deep.waitsFor, /Waits for the results of out/);
    project.write('out/spec.yml', 'input: {pfs: {repo: dta, glob: "/*"}}\ntransform: {cmd: ["true"]}\n');
    project.commit('Break the upstream');
    const broken = project.status('deep').pipelines[0];
    assert.equal(broken.counts.orphaned, undefined);
    assert.match(broken.waitsFor, /out, whose spec has errors/);
  });

  it('are not recorded on a branch that was switched to meanwhile', async () => {
    // The job goes on when it is told to, however long the machine takes for the rest.
    pipeline(`'while ! [ -e "$COUNT_FILE.go" ]; do sleep 0.05; done; cp {data}/a.txt {out}/c'`);
    project.git('branch', 'other');
    const runner = project.start(['run']);
    while (project.status().runs.length === 0) await delay(50);
    project.git('switch', '--quiet', 'other');
    writeFileSync(`${project.countFile}.go`, '');
    assert.equal(await ended(runner), 3);
    assert.equal(project.git('status', '--porcelain'), '');
    assert.equal(project.records().length, 0);
    project.git('switch', '--quiet', 'main');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.records().length, 1, 'the result that waited is recorded');
  });

  it('fail with a reason when their program is not there', () => {
    pipeline('[no-such-program, "{out}"]', 'datum_tries: 1\n');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /`no-such-program` could not be started/);
  });

  it('see only the datum and the code, and cannot reach the project', () => {
    project.write('secret.txt', 'x\n');
    project.write(
      'code/run.sh',
      'find . -type f -not -path "./out/*" | sort > "$1/files"; git rev-parse 2> "$1/git" || echo outside >> "$1/git"; echo gone > data/one/new\n',
    );
    pipeline('[sh, code/run.sh, "{out}"]');
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    const files = project
      .read('out/one/files')
      .trim()
      .split('\n')
      .filter((file) => !file.startsWith('./.git/'));
    assert.deepEqual(files, ['./code/run.sh', './data/one/a.txt']);
    assert.match(project.read('out/one/git'), /outside/);
    assert.ok(!existsSync(project.path('data/one/new')));
  });

  it('have symlinks, executable bits and odd names of their results kept', () => {
    project.write(
      'code/run.sh',
      'cd "$1"; echo x > "a b"; ln -s "a b" link; printf "#!/bin/sh\\n" > run; chmod +x run; mkdir -p -- -d; echo y > "-d/ünï \\" \\$(x) {z}"\n',
    );
    pipeline('[sh, code/run.sh, "{out}"]');
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(project.git('status', '--porcelain'), '');
    assert.match(project.git('ls-files', '-s', 'out/one'), /100755 .*run[\s\S]*|120000 .*link/);
    assert.equal(project.read('out/one/-d/ünï " $(x) {z}'), 'y\n');
    project.ok('datalad', ['rerun', 'HEAD']);
    assert.equal(project.git('status', '--porcelain'), '');
  });

  it('are ended by stop with all they started, and what is finished is recorded', async () => {
    project.write('data/two/a.txt', 'two\n');
    pipeline(
      `'case {datum} in one) touch {out}/x ;; *) sleep 300 & echo $! > ${project.path('..', 'child')}; wait ;; esac'`,
    );
    const runner = project.start(['run', '-j', '2']);
    while (!existsSync(project.path('..', 'child'))) await delay(50);
    const stopped = project.minipach('stop');
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.equal(await ended(runner), 130);
    const child = Number(project.read('../child'));
    assert.ok(!isAlive(child));
    assert.deepEqual(project.status().pipelines[0].counts, { done: 1, pending: 1 });
    assert.deepEqual(project.status().runs, []);
  });

  it('are ended at once by a second Ctrl-C, although they ignore the first', async () => {
    pipeline(`'trap "" TERM; echo $$ > ${project.path('..', 'child')}; while :; do sleep 1; done'`);
    const runner = project.start(['run']);
    while (!existsSync(project.path('..', 'child'))) await delay(50);
    runner.kill('SIGINT');
    await delay(300);
    assert.ok(isAlive(Number(project.read('../child'))), 'it ignores being asked');
    runner.kill('SIGINT');
    assert.equal(await ended(runner), 130);
    while (isAlive(Number(project.read('../child')))) await delay(20);
    assert.deepEqual(project.status().pipelines[0].counts, { pending: 1 }, "its claim is nobody's");
  });

  it('of one pipeline wait for those whose results they read', () => {
    project.write('data/two/a.txt', 'two\n');
    pipeline(`'cp {data}/a.txt {out}/'`);
    project.write(
      'each/spec.yml',
      spec('each', 'out', `'cat {out_}/a.txt > {out}/b.txt'`).replace('glob:', 'name: out_\n    glob:'),
    );
    project.write(
      'all/spec.yml',
      spec('all', 'each', `'cat {each}/*/b.txt > {out}/all.txt'`).replace('"/*"', '"/"'),
    );
    project.commit('Add two more');
    const planned = project.status().pipelines;
    assert.deepEqual(
      planned.map((one: { counts: object }) => one.counts),
      [{ pending: 2 }, { blocked: 2 }, { blocked: 1 }],
    );
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(project.read('all/all.txt'), 'one\ntwo\n');
    project.git('rm', '-r', '--quiet', 'data/two');
    project.commit('Drop a datum');
    const after = project.status().pipelines;
    assert.deepEqual(
      after.map((one: { counts: object }) => one.counts),
      [{ done: 1, orphaned: 1 }, { done: 1, orphaned: 1 }, { stale: 1 }],
    );
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.read('all/all.txt'), 'one\n');
  });

  it('are not copied when their result carries the name of its datum', () => {
    project.write('data/two/a.txt', 'one\n');
    pipeline(`'cp {data}/a.txt {out}/$(basename {data}).txt'`);
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.ok(existsSync(project.path('out/one/one.txt')));
    assert.ok(existsSync(project.path('out/two/two.txt')));
    assert.deepEqual(project.status().pipelines[0].counts, { done: 2 });
  });
});

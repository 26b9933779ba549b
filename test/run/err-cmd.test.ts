import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ended, spec, TestProject } from '../rigs/project.ts';

interface Event {
  readonly event: string;
  readonly counts?: Record<string, number>;
  readonly reason?: string;
}

describe('err_cmd', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    for (const name of ['one', 'two']) project.write(`data/${name}/a.txt`, `${name}\n`);
  });
  afterEach(() => project.remove());

  const pipeline = (cmd: string, more: string): void => {
    project.write('out/spec.yml', spec('out', 'data', cmd, more));
    project.commit('Add a pipeline');
  };
  const states = (name = 'out'): Record<string, string> =>
    Object.fromEntries(
      project
        .status(name)
        .pipelines[0].datums.map((datum: { datum: string; state: string }) => [datum.datum, datum.state]),
    );
  const BREAKS = `'case {datum} in two) echo half > {out}/half; test -e "$HOME/mended" || exit 4 ;; esac; cp {data}/a.txt {out}/b'`;
  const breaks = (): string => BREAKS.replace('$HOME', project.path('..'));

  it('recovers a datum, which is tried again by the next run and has no result', () => {
    pipeline(
      breaks(),
      '  err_cmd: [sh, -c, \'ls -A "$out"; cat "$data/a.txt" - ; echo seen to\']\n  err_stdin: ["from err_stdin"]\ndatum_tries: 2\n',
    );
    const first = project.minipach('run', '--json');
    assert.equal(first.code, 0, first.stderr);
    const events = first.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Event);
    assert.deepEqual(events.at(-1)?.counts, {
      done: 1,
      reused: 0,
      notStarted: 0,
      skipped: 0,
      failed: 0,
      stopped: 0,
      recovered: 1,
      unchanged: 0,
    });
    assert.match(events.find(({ event }) => event === 'job-recovered')?.reason ?? '', /exit code 4/);
    assert.deepEqual(states(), { one: 'done', two: 'recovered' });
    assert.equal(project.records().length, 1);
    const log = project.minipach('logs', 'out/two').stdout;
    const told =
      /^\[minipach\].*4\.\n--- try 2 of 2, \S+ ---\n\[minipach\].*4\.\n--- err_cmd, \S+ ---\ntwo\nfrom err_stdin\nseen to\n$/;
    assert.match(log, told);

    const second = project.minipach('run');
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stdout, /recovered out\/two: It ended with exit code 4/);
    assert.match(second.stdout, /1 recovered, 1 was done before\./);
    assert.match(project.minipach('plan').stdout, /run {5}two/);
    assert.match(project.minipach('status').stdout, /recovered two {2}It ended with exit code 4/);
    writeFileSync(project.path('../mended'), '');
    assert.equal(project.minipach('run').code, 0);
    assert.deepEqual(states(), { one: 'done', two: 'done' });
    assert.deepEqual(
      readdirSync(project.path('.git/minipach/failed')).flatMap((name) =>
        readdirSync(project.path('.git/minipach/failed', name)),
      ),
      [],
    );
  });

  it('that fails makes the datum fail, and both reasons are told', () => {
    pipeline(`'exit 4'`, '  err_cmd: ["false"]\ndatum_tries: 1\n');
    const result = project.minipach('run');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /exit code 4\. Its err_cmd failed, too: It ended with exit code 1\./);
    assert.deepEqual(states(), { one: 'failed', two: 'failed' });
  });

  it('has the time limit of a try', () => {
    pipeline(`'exit 4'`, '  err_cmd: [sleep, "60"]\ndatum_tries: 1\ndatum_timeout: 1s\n');
    const result = project.minipach('run');
    assert.match(result.stdout, /Its err_cmd failed, too: It took longer than its time limit of 1 s/);
  });

  it('keeps a recovered datum from blocking anybody, whose results of before are offered no more', () => {
    project.write(
      'all/spec.yml',
      spec('all', 'out', `'cat {out_}/*/b > {out}/all'`).replace('"/*"', '"/"\n    name: out_'),
    );
    pipeline(breaks(), '  err_cmd: ["true"]\ndatum_tries: 1\n');
    const first = project.minipach('run');
    assert.equal(first.code, 0, first.stdout + first.stderr);
    assert.equal(project.read('all/all'), 'one\n', 'in the same run');
    writeFileSync(project.path('../mended'), '');
    assert.equal(project.minipach('run').code, 0);
    assert.equal(project.read('all/all'), 'one\ntwo\n');
    pipeline(`'test {datum} = one && cp {data}/a.txt {out}/b'`, '  err_cmd: ["true"]\ndatum_tries: 1\n');
    const third = project.minipach('run');
    assert.equal(third.code, 0, third.stdout + third.stderr);
    assert.deepEqual(states(), { one: 'done', two: 'recovered' });
    assert.ok(existsSync(project.path('out/two/b')), 'nobody has removed it');
    assert.equal(project.read('all/all'), 'one\n');
  });

  it('counts no more once the spec is without it', () => {
    pipeline(`'exit 4'`, '  err_cmd: ["true"]\ndatum_tries: 1\n');
    assert.equal(project.minipach('run').code, 0);
    pipeline(`'exit 4'`, 'datum_tries: 1\n');
    assert.deepEqual(states(), { one: 'failed', two: 'failed' });
  });

  it('recovers what had failed before the spec had it only where the run is to try that again', () => {
    pipeline(`'echo run >> ${project.path('../tries')}; exit 4'`, 'datum_tries: 1\n');
    assert.equal(project.minipach('run').code, 1);
    project.write(
      'out/spec.yml',
      `${project.read('out/spec.yml')}`.replace('datum_tries', '  err_cmd: ["true"]\ndatum_tries'),
    );
    project.commit('Add err_cmd');
    const plain = project.minipach('run');
    assert.equal(plain.code, 1);
    assert.match(plain.stderr, /2 jobs failed earlier and were not tried again: minipach run --retry-failed/);
    assert.equal(project.read('../tries'), 'run\n'.repeat(2));
    assert.equal(project.minipach('run', '--retry-failed').code, 0);
    assert.deepEqual(states(), { one: 'recovered', two: 'recovered' });
    assert.equal(project.read('../tries'), 'run\n'.repeat(4));
  });

  it('is not needed to read marks of earlier versions', () => {
    pipeline(`'exit 4'`, 'datum_tries: 1\n');
    assert.equal(project.minipach('run').code, 1);
    const folder = project.path('.git/minipach/failed');
    for (const first of readdirSync(folder))
      for (const name of readdirSync(`${folder}/${first}`)) {
        const facts = JSON.parse(readFileSync(`${folder}/${first}/${name}`, 'utf8'));
        assert.deepEqual(Object.keys(facts).sort(), ['at', 'datum', 'job', 'pipeline', 'reason']);
      }
    assert.deepEqual(states(), { one: 'failed', two: 'failed' });
  });

  it('lets two runners come to the same end, with pipelines behind it', async () => {
    for (const name of ['three', 'four', 'five', 'six']) project.write(`data/${name}/a.txt`, `${name}\n`);
    const reads = (name: string, repo: string, glob: string, cmd: string): void =>
      project.write(`${name}/spec.yml`, spec(name, repo, cmd).replace('"/*"', `"${glob}"\n    name: from`));
    reads('deep', 'out', '/*/c.txt', `'cp {from} {out}/d'`);
    reads('all', 'deep', '/', `'cat {from}/*/c.txt/d > {out}/all'`);
    pipeline(
      `'case {datum} in t*) exit 1 ;; esac; sleep 0.2; cp {data}/a.txt {out}/c.txt'`,
      '  err_cmd: ["true"]\ndatum_tries: 1\n',
    );
    const runners = [project.start(['run', '-j', '2']), project.start(['run', '-j', '2'])];
    assert.deepEqual(await Promise.all(runners.map(ended)), [0, 0]);
    assert.equal(project.read('all/all'), 'five\nfour\none\nsix\n');
    assert.deepEqual(states(), {
      five: 'done',
      four: 'done',
      one: 'done',
      six: 'done',
      three: 'recovered',
      two: 'recovered',
    });
  });
});

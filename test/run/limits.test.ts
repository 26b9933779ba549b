import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, spec, TestProject } from '../rigs/project.ts';

describe('limits', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
  });
  afterEach(() => project.remove());

  /** A pipeline whose jobs note beside the project how many of them and of all ran at once. */
  const pipeline = (name: string, datums: number, more: string): void => {
    for (let datum = 1; datum <= datums; datum += 1)
      project.write(`data-${name}/${datum}/a`, `${name} ${datum}\n`);
    const beside = project.path('..');
    const cmd = `'touch ${beside}/on-${name}-{datum}; ls ${beside} | grep -c on-${name}- > {out}/own; ls ${beside} | grep -c on- > {out}/all; sleep 0.7; rm ${beside}/on-${name}-{datum}'`;
    project.write(`${name}/spec.yml`, spec(name, `data-${name}`, cmd, more));
  };
  /** The most that ran at once. */
  const most = (name: string, file: 'own' | 'all'): number =>
    Math.max(
      ...project
        .git('ls-files', name)
        .trim()
        .split('\n')
        .filter((path) => path.endsWith(`/${file}`))
        .map((path) => Number(project.read(path))),
    );
  const run = (...args: string[]): void => {
    project.commit('Add pipelines');
    const result = project.minipach('run', ...args);
    assert.equal(result.code, 0, result.stdout + result.stderr);
  };

  it('of parallelism_spec hold for one pipeline, and the others use the room', () => {
    pipeline('few', 3, 'parallelism_spec: {constant: 1}\n');
    pipeline('many', 4, '');
    run('-j', '3');
    assert.equal(most('few', 'own'), 1);
    assert.ok(most('many', 'own') >= 2, 'others run beside it');
    assert.ok(Math.max(most('few', 'all'), most('many', 'all')) <= 3);
  });

  it('of the pool count the cores that a job asks for, and one that asks for too many runs alone', () => {
    pipeline('two', 3, 'resource_requests: {cpu: 1.5}\n');
    run('-j', '3');
    assert.equal(most('two', 'own'), 1, 'two places each, of three');
    pipeline('huge', 2, 'resource_limits: {cpu: 64}\n');
    run('-j', '3');
    assert.equal(most('huge', 'all'), 1);
  });

  it('of memory are those of the machine', () => {
    pipeline('big', 2, `resource_requests: {memory: ${Math.floor(totalmem() * 0.6)}}\n`);
    pipeline('small', 2, `resource_requests: {memory: ${Math.floor(totalmem() * 0.1)}}\n`);
    pipeline('vast', 1, `resource_requests: {memory: ${totalmem() * 4}}\n`);
    run('-j', '4');
    assert.equal(most('big', 'own'), 1);
    assert.equal(most('vast', 'all'), 1);
  });

  it('of time end what runs and start nothing more, for this run', () => {
    for (const name of ['1', '2', '3']) project.write(`data/${name}/a`, `${name}\n`);
    const slow = `'test {datum} = 1 || test -e ${project.path('..')}/quick || sleep 60; cp {data}/a {out}/'`;
    project.write('slow/spec.yml', spec('slow', 'data', slow, 'job_timeout: 2s\n'));
    project.write('other/spec.yml', spec('other', 'data', `'cp {data}/a {out}/b'`));
    project.commit('Add pipelines');
    const result = project.minipach('run', '-j', '1', '--json');
    assert.equal(result.code, 1, result.stderr);
    const events = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const messages = events.filter(({ event }) => event === 'message').map(({ message }) => message);
    assert.equal(messages.length, 1);
    assert.match(
      messages[0],
      /slow has used up its job_timeout of 2 s: 1 running job is ended and 1 is not started/,
    );
    assert.equal(events.filter(({ event }) => event === 'job-stopped').length, 1);
    assert.deepEqual(events.at(-1).counts, {
      done: 4,
      reused: 0,
      notStarted: 0,
      skipped: 0,
      failed: 0,
      stopped: 1,
      recovered: 0,
      unchanged: 0,
    });
    const counts = (name: string): object => project.status(name).pipelines[0].counts;
    assert.deepEqual([counts('slow'), counts('other')], [{ done: 1, pending: 2 }, { done: 3 }]);
    project.ok('touch', ['../quick']);
    assert.equal(project.minipach('run').code, 0, 'the next run has its own time');
    assert.deepEqual(counts('slow'), { done: 3 });
  });

  it('of time that are not reached change nothing', () => {
    pipeline('quick', 2, 'job_timeout: 10000h\ndatum_timeout: 10000h\n');
    run('-j', '2');
  });

  it('to patience are told when a stop waits for jobs', async () => {
    project.write('data/1/a', '1\n');
    project.write(
      'out/spec.yml',
      spec('out', 'data', `'trap "" TERM; touch ${project.path('..', 'on')}; while :; do sleep 0.2; done'`),
    );
    project.commit('Add a pipeline');
    const runner = project.start(['run', '--json'], 'pipe');
    let output = '';
    runner.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    while (!existsSync(project.path('..', 'on'))) await delay(50);
    runner.kill('SIGINT');
    assert.equal(await ended(runner), 130);
    assert.match(output, /Waiting for 1 job to end; it is killed in 4 s\./);
  });
});

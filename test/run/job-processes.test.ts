import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../rigs/processes.ts';
import { ended, spec, TestProject } from '../rigs/project.ts';

describe('processes that a job leaves behind', function () {
  this.timeout(60_000);
  let project: TestProject;
  before(function () {
    // Elsewhere a job is ended with its process group, and no more can be known.
    if (process.platform !== 'linux') this.skip();
  });
  beforeEach(() => {
    project = TestProject.make();
    project.write('data/one/a.txt', 'one\n');
  });
  afterEach(() => project.remove());

  /** A pipeline whose script can write beside the project, in `$BESIDE`. */
  const pipeline = (script: string, more = ''): void => {
    project.write('code/run.sh', `BESIDE='${project.path('..')}'; OUT="$PWD/$2"\n${script}\n`);
    project.write('out/spec.yml', spec('out', 'data', '[bash, code/run.sh, "{data}", "{out}"]', more));
    project.commit('Add a pipeline');
  };
  const pids = (): number[] => project.read('../pids').trim().split('\n').map(Number);

  it('are ended before the result is recorded, also in sessions of their own', () => {
    pipeline(`cat > "$OUT/late.sh" <<'END'
echo $$ >> "$BESIDE/pids"; while :; do echo late >> "$OUT/late"; sleep 0.01; done
END
      export BESIDE OUT
      (setsid bash "$OUT/late.sh" < /dev/null > /dev/null 2>&1 & )
      (cd / && setsid bash "$OUT/late.sh" < /dev/null > /dev/null 2>&1 & )
      bash "$OUT/late.sh" &
      until [ "$(wc -l < "$BESIDE/pids")" = 3 ] && [ -s "$OUT/late" ]; do sleep 0.01; done`);
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(pids().map(isAlive), [false, false, false]);
    assert.equal(project.git('status', '--porcelain'), '');
    assert.deepEqual(project.status().pipelines[0].counts, { done: 1 });
    assert.match(project.minipach('logs', 'out/one').stdout, /It left \d processes running.*: bash/);
  });

  it('may finish what they write, as a `tee` does that the shell does not wait for', () => {
    pipeline(`exec > >(cat > /dev/null; while [ ! -e "$BESIDE/gone" ]; do sleep 0.01; done; echo all > "$OUT/all")
      (while kill -0 $$ 2> /dev/null; do sleep 0.01; done; touch "$BESIDE/gone") > /dev/null &
      echo text`);
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(project.read('out/one/all'), 'all\n');
  });

  it('end with their time limit', () => {
    pipeline(
      `setsid bash -c 'trap "" TERM; echo $$ > "$0/pids"; while :; do sleep 1; done' "$BESIDE" & wait`,
      'datum_timeout: 2s\ndatum_tries: 1\n',
    );
    assert.match(project.minipach('run').stdout, /time limit of 2 s/);
    assert.deepEqual(pids().map(isAlive), [false]);
  });

  it('end before the job of a killed runner is run again', async () => {
    pipeline(`for pid in $(cat "$BESIDE/pids" 2> /dev/null); do
        if kill -0 "$pid" 2> /dev/null && ! grep -q ') Z' "/proc/$pid/stat"; then echo "$pid" >> "$BESIDE/beside"; fi
      done
      if [ -e "$BESIDE/pids" ]; then touch "$OUT/x"; exit; fi
      (cd /; setsid sleep 300 < /dev/null > /dev/null 2>&1 & echo $! >> "$BESIDE/all")
      env -i sleep 300 & echo $! >> "$BESIDE/all"
      echo $$ >> "$BESIDE/all"; mv "$BESIDE/all" "$BESIDE/pids"; wait`);
    const runner = project.start(['run']);
    while (!existsSync(project.path('../pids'))) await delay(20);
    runner.kill('SIGKILL');
    await ended(runner);
    assert.ok(isAlive(pids()[0] ?? 0), 'one in a session of its own lives on');
    assert.deepEqual(project.status().pipelines[0].counts, { pending: 1 });
    const next = project.minipach('run');
    assert.equal(next.code, 0, next.stderr);
    assert.deepEqual(pids().map(isAlive), [false, false, false]);
    assert.ok(!existsSync(project.path('../beside')), 'none lived beside the second one');
  });

  it('of another pipeline end with the next run, too', async () => {
    pipeline('echo $$ > "$BESIDE/all"; mv "$BESIDE/all" "$BESIDE/pids"; sleep 300');
    project.write('other/spec.yml', spec('other', 'data', `'cp {data}/a.txt {out}/'`));
    project.commit('Add another one');
    const runner = project.start(['run', 'out']);
    while (!existsSync(project.path('../pids'))) await delay(20);
    runner.kill('SIGKILL');
    await ended(runner);
    assert.equal(project.minipach('run', 'other').code, 0);
    assert.deepEqual(pids().map(isAlive), [false]);
  });
});

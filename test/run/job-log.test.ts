import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { LOG_ENDS, lastWords } from '../../src/run/job-log.ts';
import { ended, spec, TestProject } from '../rigs/project.ts';

describe('the log of a job', function () {
  this.timeout(60_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
    project.write('data/one/a.txt', 'one\n');
  });
  afterEach(() => project.remove());

  const pipeline = (script: string, more = ''): void => {
    project.write('code/run.sh', script);
    project.write('out/spec.yml', spec('out', 'data', '[sh, code/run.sh, "{data}", "{out}"]', more));
    project.commit('Add a pipeline');
  };

  it('of a job that floods it keeps its beginning and its end', () => {
    pipeline(
      // It writes on once its log has been cut, so that the end comes after the middle.
      'echo first; yes "0123456789 0123456789 0123456789" | head -c 150000000; echo\nwhile [ "$(stat -Lc %s /proc/self/fd/1)" -gt 64000000 ]; do sleep 0.02; done\necho last; touch "$2/x"\n',
    );
    const result = project.minipach('run');
    assert.equal(result.code, 0, result.stderr);
    const log = project.minipach('logs', 'out/one').stdout;
    assert.match(log.slice(0, 20), /^first\n0123/);
    assert.match(log.slice(-20), /\nlast\n$/);
    const note = /\n\[minipach\] About (\d+) MiB are left out here: one try may print 64 MiB/.exec(log);
    assert.ok(Number(note?.[1]) > 64, 'more than half of 143 MiB');
    const path = project.minipach('logs', '--path', 'out/one').stdout.trim();
    assert.ok(statSync(path).size < 2 * LOG_ENDS + 200);
  });

  it('tells with the failure what the command said, wherever that is shown', () => {
    pipeline(
      'echo "Traceback (most recent call last):" >&2; echo "FileNotFoundError: no such sample" >&2; echo "sample 7 of 9"; exit 3\n',
      'datum_tries: 1\n',
    );
    const result = project.minipach('run');
    const reason = 'It ended with exit code 3: FileNotFoundError: no such sample';
    assert.ok(result.stdout.includes(`failed   out/one: ${reason} (minipach logs out/one)`), result.stdout);
    assert.equal(project.status().pipelines[0].datums[0].reason, reason);
    assert.ok(project.minipach('status').stdout.includes(reason));
    assert.match(project.minipach('logs', 'out/one').stdout, /sample 7 of 9\n\[minipach\] .* code 3\.\n$/);
  });

  it('is searched for the last words that tell most', () => {
    const table: readonly (readonly [string, string | undefined])[] = [
      ['', undefined],
      ['\n \n', undefined],
      ['one\ntwo\n\n', 'two'],
      ['10 %\r20 %\rdisk full\r\n', 'disk full'],
      ['\u001b[31mred\u001b[0m\u0007\n', 'red'],
      ['ValueError: bad\nprinted before, flushed after\n', 'ValueError: bad'],
      ['numpy.linalg.LinAlgError: Singular matrix\n', 'numpy.linalg.LinAlgError: Singular matrix'],
      ['Error in f(x) : no\nCalls: f\nExecution halted\n', 'Error in f(x) : no'],
      ['tool: error: no such option\nusage: tool\n', 'tool: error: no such option'],
      ['error rate 0.2\ndone\n', 'done'],
      ['words\n[minipach] It ended with exit code 1.\n--- try 2 of 2, 2026 ---\n', 'words'],
      [`${'x'.repeat(400)}\n`, `${'x'.repeat(300)}…`],
    ];
    for (const [output, expected] of table) assert.equal(lastWords(output), expected, output);
  });

  it('of an earlier try is not taken for the words of the last one', () => {
    pipeline(
      `if [ -e '${project.path('..', 'mark')}' ]; then exit 5; fi; touch '${project.path('..', 'mark')}'; echo first try; exit 4\n`,
      'datum_tries: 2\n',
    );
    assert.match(project.minipach('run').stdout, /failed {3}out\/one: It ended with exit code 5\. \(/);
  });

  it('is followed while it grows, over all tries, to its end', async () => {
    const beside = project.path('..');
    pipeline(
      `touch '${beside}/try'; n=$(wc -l < '${beside}/try'); echo >> '${beside}/try'; echo "begin $n"; until [ -e "${beside}/go$n" ]; do sleep 0.02; done; echo "end $n"; exit 7\n`,
      'datum_tries: 2\n',
    );
    const runner = project.start(['run']);
    while (project.status().runs.length === 0) await delay(20);
    while (project.status().pipelines[0].datums[0].state !== 'running') await delay(20);
    const follower = project.start(['logs', '-f', 'out/one'], 'pipe');
    let told = '';
    follower.stdout?.on('data', (chunk) => {
      told += chunk;
    });
    for (const number of [0, 1]) {
      while (!told.includes(`begin ${number}`)) await delay(20);
      writeFileSync(`${beside}/go${number}`, '');
    }
    assert.equal(await ended(runner), 1);
    assert.equal(await ended(follower), 0);
    const said = '\\[minipach\\] It ended with exit code 7\\.';
    assert.match(
      told,
      new RegExp(`^begin 0\\nend 0\\n${said}\\n--- try 2 of 2, \\S+ ---\\nbegin 1\\nend 1\\n${said}\\n$`),
    );
  });
});

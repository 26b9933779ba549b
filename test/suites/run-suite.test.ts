import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSuite, type Suite, type SuiteOutcome } from './run-suite.ts';
import { succeeded, summarize } from './summary.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the test command', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minipach-suites-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function run(suite: Partial<Suite>, timeoutMilliseconds = 60_000): Promise<SuiteOutcome> {
    return await runSuite(
      { name: 'planted', file: process.execPath, args: [], kind: 'counts', needs: [], ...suite },
      {
        cwd: ROOT,
        env: process.env,
        reports: folder,
        missingPackages: ['chromium'],
        timeoutMilliseconds,
        output: 'ignore',
      },
    );
  }

  /** Runs tests with the real mocha and our reporter, `--parallel` as `npm test` does. */
  async function runMocha(tests: string): Promise<SuiteOutcome> {
    const file = join(folder, 'planted.test.mjs');
    await writeFile(file, tests);
    const options = ['--no-config', '--parallel', '--jobs=2', '--reporter=./test/suites/spec-and-report.ts'];
    const args = ['node_modules/mocha/bin/mocha.js', ...options, '--reporter-option=output={report}', file];
    return await run({ args });
  }

  it('counts what passes, fails and is skipped', async () => {
    const outcome = await runMocha(`
      describe('sums', () => {
        it('adds', () => {});
        it('subtracts', () => {});
        it('divides', () => { throw new Error('by zero\\nat length'); });
        it.skip('integrates', () => {});
        it('waits for its program', function () { this.skip(); });
      });`);
    assert.deepEqual(outcome, {
      name: 'planted',
      passed: 2,
      failed: 1,
      skipped: 2,
      failures: ['sums divides: by zero'],
      skips: ['sums integrates', 'sums waits for its program'],
    });
    assert(!succeeded([outcome]));
  });

  it('takes a suite without any test for a failure', async () => {
    const outcome = await runMocha("describe('nothing', () => {});");
    assert.deepEqual([outcome.failed, outcome.failures], [1, ['ran no test']]);
  });

  it('takes a test file that cannot be loaded for a failure', async () => {
    const outcome = await runMocha("import './absent.mjs';");
    assert.equal(outcome.failed, 1);
  });

  it('takes a crash for a failure', async () => {
    const outcome = await runMocha("it('dies', () => { process.kill(process.ppid, 'SIGKILL'); });");
    assert.equal(outcome.failed, 1);
    assert.match(outcome.failures.join(), /crashed: it left no report and was ended by SIGKILL/);
  });

  it('does not take the report of an earlier run for one of a crash', async () => {
    const write =
      "require('fs').writeFileSync('{report}', JSON.stringify({ passed: 3, failed: 0, skipped: 0 }))";
    assert.equal((await run({ args: ['-e', write] })).passed, 3);
    const outcome = await run({ args: ['-e', 'process.exit(4)'] });
    assert.deepEqual([outcome.passed, outcome.failed], [0, 1]);
    assert.match(outcome.failures.join(), /ended with exit code 4/);
  });

  it('does not believe a good report of a suite that exits with another code', async () => {
    const write =
      "require('fs').writeFileSync('{report}', JSON.stringify({ passed: 3, failed: 0, skipped: 0 }))";
    const outcome = await run({ args: ['-e', `${write}; process.exit(7)`] });
    assert.deepEqual([outcome.passed, outcome.failed], [3, 1]);
    assert.match(outcome.failures.join(), /no test failed, but it ended with exit code 7/);
  });

  it('takes half a report for a crash', async () => {
    const outcome = await run({ args: ['-e', "require('fs').writeFileSync('{report}', '{\"passed\": 3')"] });
    assert.equal(outcome.failed, 1);
  });

  it('counts a check as one test', async () => {
    const good = await run({ kind: 'check', args: ['-e', ''] });
    assert.deepEqual([good.passed, good.failed], [1, 0]);
    const bad = await run({ kind: 'check', args: ['-e', 'process.exit(1)'] });
    assert.deepEqual([bad.passed, bad.failed], [0, 1]);
  });

  it('fails when a program cannot be started', async () => {
    const outcome = await run({ file: join(folder, 'absent') });
    assert.match(outcome.failures.join(), /could not be started/);
  });

  it('skips a suite by name when a package is missing', async () => {
    const outcome = await run({ needs: ['git', 'chromium'], args: ['-e', 'process.exit(1)'] });
    assert.deepEqual([outcome.failed, outcome.skipped], [0, 1]);
    assert.deepEqual(outcome.skips, ['all of it, for want of chromium']);
  });

  it('ends a suite that hangs, with what it started', async () => {
    const pidFile = join(folder, 'pid');
    const hang = `
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      setInterval(() => {}, 1000);`;
    const outcome = await run({ args: ['-e', hang] }, 1_500);
    assert.match(outcome.failures.join(), /took longer than 1.5 s/);
    const pid = Number(await readFile(pidFile, 'utf8'));
    // Gone, or dead and not yet collected by whoever inherited it. A signal takes a moment to be felt; a child that was
    // not ended never is, and the test runs out of time.
    const state = (): Promise<string> => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => `${pid} (gone) Z`);
    while (!/\) [ZX]/.test(await state())) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('ends with the sum of all suites, in a line of its own', async () => {
    const one: SuiteOutcome = {
      name: 'one',
      passed: 2,
      failed: 0,
      skipped: 1,
      failures: [],
      skips: ['slow'],
    };
    const two: SuiteOutcome = { name: 'two', passed: 3, failed: 1, skipped: 0, failures: ['bad'], skips: [] };
    const lines = summarize([one, two]);
    assert.equal(lines.at(-1), '5 passed, 1 failed, 1 skipped');
    assert(lines.includes('skipped  one: slow') && lines.includes('FAILED   two: bad'));
    assert(succeeded([one]));
    assert(!succeeded([one, two]));
    assert(!succeeded([]), 'nothing at all is not a success');
  });
});

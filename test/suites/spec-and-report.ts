/**
 * A mocha reporter that prints like `spec` while tests run and writes the counts to a file at the end:
 * `mocha --reporter ./test/suites/spec-and-report.ts --reporter-option output=FILE`. mocha takes one reporter
 * only, and its own JSON reporter would leave the terminal silent.
 */
import { writeFileSync } from 'node:fs';
import mocha, { type MochaOptions, type Runner, type Test } from 'mocha';
import type { SuiteReport } from './suite-report.ts';

class SpecAndReport extends mocha.reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const file: unknown = options.reporterOptions?.output;
    if (typeof file !== 'string') throw new Error('Give the report file: --reporter-option output=FILE');
    const failures: { title: string; message: string }[] = [];
    const skips: string[] = [];
    runner.on('pending', (test: Test) => skips.push(test.fullTitle()));
    runner.on('fail', (test: Test, error: Error) => {
      failures.push({ title: test.fullTitle(), message: String(error?.message ?? error) });
    });
    // Written at once, not with a promise: nothing waits for reporters when a process exits.
    runner.once('end', () => {
      const { passes, failures: failed, pending } = this.stats;
      const report: SuiteReport = { passed: passes, failed, skipped: pending, failures, skips };
      writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    });
  }
}

// mocha loads reporters with `require` and wants the class itself, which is what this name of an export gives.
export { SpecAndReport as 'module.exports' };

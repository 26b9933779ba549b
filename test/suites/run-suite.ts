/** Runs one suite as a process of its own, live on the terminal, and says how it went. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readSuiteReport } from './suite-report.ts';

/** A program that tests something. */
export interface Suite {
  /** What people call it, such as `unit and integration`. */
  readonly name: string;
  readonly file: string;
  /** `{report}` stands for the report file. */
  readonly args: readonly string[];
  /** `counts` writes a report file; `check` counts as one test, which passes when it exits with 0. */
  readonly kind: 'counts' | 'check';
  /** System packages without which it is skipped. */
  readonly needs: readonly string[];
}

/** How a suite went; a suite that did not run to its end counts as one failed test. */
export interface SuiteOutcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each failed test, and for what went wrong with the suite itself. */
  readonly failures: readonly string[];
  /** The names of skipped tests, or why the whole suite was skipped. */
  readonly skips: readonly string[];
}

/** Where and how suites run. */
export interface SuiteRunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An existing folder for report files. */
  readonly reports: string;
  readonly missingPackages: readonly string[];
  readonly timeoutMilliseconds: number;
  /** Suites' output goes to the terminal unless a test of this module wants it quiet. */
  readonly output: 'inherit' | 'ignore';
}

/** Runs a suite to its end, and ends whatever it left running. */
export async function runSuite(suite: Suite, options: SuiteRunOptions): Promise<SuiteOutcome> {
  const absent = suite.needs.filter((name) => options.missingPackages.includes(name));
  if (absent.length > 0) {
    return outcome(suite, { skipped: 1, skips: [`all of it, for want of ${absent.join(', ')}`] });
  }
  const report = join(options.reports, `${suite.name.replaceAll(/[^a-z0-9]+/gi, '-')}.json`);
  // A report of an earlier run must not speak for one that crashes.
  await rm(report, { force: true });
  const ended = await run(suite, report, options);
  if (suite.kind === 'check') {
    return ended.ok ? outcome(suite, { passed: 1 }) : outcome(suite, { failed: 1, failures: [ended.how] });
  }
  const counts = await readSuiteReport(report);
  if (counts === undefined) {
    return outcome(suite, { failed: 1, failures: [`crashed: it left no report and ${ended.how}`] });
  }
  const failures = (counts.failures ?? []).map(({ title, message }) => `${title}: ${firstLine(message)}`);
  const found = { ...counts, failures, skips: counts.skips ?? [] };
  if (counts.passed + counts.failed + counts.skipped === 0) {
    return outcome(suite, { failed: 1, failures: ['ran no test'] });
  }
  if (!ended.ok && counts.failed === 0) {
    return outcome(suite, { ...found, failed: 1, failures: [`no test failed, but it ${ended.how}`] });
  }
  return outcome(suite, found);
}

function outcome(suite: Suite, part: Partial<SuiteOutcome>): SuiteOutcome {
  const nothing = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
  return { ...nothing, ...part, name: suite.name };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

/** How a process ended, as the end of a sentence that starts with its name. */
interface Ended {
  readonly ok: boolean;
  readonly how: string;
}

async function run(suite: Suite, report: string, options: SuiteRunOptions): Promise<Ended> {
  // At the head of a group of its own, so that servers and browsers that it forgot can be ended with it.
  const child = spawn(
    suite.file,
    suite.args.map((word) => word.replaceAll('{report}', report)),
    {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', options.output, options.output],
    },
  );
  const stop = () => killGroup(child.pid);
  const interrupted = (signal: NodeJS.Signals) => {
    stop();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeoutMilliseconds);
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const ended = await new Promise<Ended>((resolve) => {
    child.on('error', (error) => resolve({ ok: false, how: `could not be started: ${error.message}` }));
    child.on('exit', (code, signal) => {
      const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      resolve({ ok: code === 0, how });
    });
  });
  clearTimeout(timer);
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  stop();
  if (timedOut) return { ok: false, how: `took longer than ${options.timeoutMilliseconds / 1000} s` };
  return ended;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: everything in the group has ended by itself.
  }
}

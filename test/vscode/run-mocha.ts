/** Running mocha from code, in a plain process as well as inside an extension host. */
import type { MochaOptions, Test } from 'mocha';
import type { SuiteResult } from './suite-result.ts';

/** Runs tests to their end. `load` defines them: mocha's globals exist while it runs. */
export async function runMocha(
  options: MochaOptions,
  load: () => Promise<void>,
  print: (line: string) => void,
): Promise<SuiteResult> {
  const { default: Mocha } = await import('mocha');
  // Tests print through `print`: an extension host's own console goes where nobody reads.
  const mocha = new Mocha({ timeout: 60_000, forbidOnly: true, color: false, ...options, reporter: 'min' });
  // It goes through the environment: a test that runs in an extension host has no other way to be told.
  if (process.env['MINIPACH_GREP']) mocha.grep(process.env['MINIPACH_GREP']);
  mocha.reporter(class Silent {} as unknown as string);
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await load();
  const failures: { title: string; message: string }[] = [];
  const skips: string[] = [];
  let passed = 0;
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test: Test) => {
      passed += 1;
      print(`  ✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
    });
    runner.on('pending', (test: Test) => {
      skips.push(test.fullTitle());
      print(`  - ${test.fullTitle()}`);
    });
    runner.on('fail', (test: Test, error: Error) => {
      failures.push({ title: test.fullTitle(), message: error.message });
      print(`  ✘ ${test.fullTitle()}\n${(error.stack ?? error.message).replace(/^/gm, '      ')}`);
    });
  });
  return { passed, failed: failures.length, skipped: skips.length, failures, skips };
}

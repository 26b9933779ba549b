/** What stands at the end of `npm test`. */
import type { SuiteOutcome } from './run-suite.ts';

/** All that is printed after the suites; the last line stands alone and is what machines read. */
export function summarize(outcomes: readonly SuiteOutcome[]): readonly string[] {
  const lines: string[] = [];
  for (const { name, skips } of outcomes) for (const skip of skips) lines.push(`skipped  ${name}: ${skip}`);
  for (const { name, failures } of outcomes)
    for (const failure of failures) lines.push(`FAILED   ${name}: ${failure}`);
  if (lines.length > 0) lines.push('');
  const width = Math.max(0, ...outcomes.map(({ name }) => name.length));
  for (const outcome of outcomes) lines.push(`${outcome.name.padEnd(width)}  ${counts(outcome)}`);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of outcomes) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return [...lines, '', counts(total)];
}

/** Whether all went well; nothing at all having passed is not well. */
export function succeeded(outcomes: readonly SuiteOutcome[]): boolean {
  return outcomes.every(({ failed }) => failed === 0) && outcomes.some(({ passed }) => passed > 0);
}

function counts(total: Pick<SuiteOutcome, 'passed' | 'failed' | 'skipped'>): string {
  return `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`;
}

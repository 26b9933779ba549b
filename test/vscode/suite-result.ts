/** What a suite of VS Code tests leaves in a file: the counts, and what to tell about them. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
  readonly skips: readonly string[];
}

/** Nothing has run. */
export const NO_RESULT: SuiteResult = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };

/** Two suites as one. */
export function addResults(a: SuiteResult, b: SuiteResult): SuiteResult {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
    skips: [...a.skips, ...b.skips],
  };
}

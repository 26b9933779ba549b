/** Runs the tests of `user/`: a browser on VS Code's server, driven as a person would. */
import path from 'node:path';
import { runMocha } from './run-mocha.ts';
import type { SuiteResult } from './suite-result.ts';

const SUITES = [
  'write-and-run.test.ts',
  'graph.test.ts',
  'inputs.test.ts',
  'restricted-mode.test.ts',
  'folders.test.ts',
  'new-pipeline.test.ts',
  'housekeeping.test.ts',
  'images.test.ts',
  'datasets.test.ts',
  'reload.test.ts',
];

/** Runs the suite and returns how it went. */
export async function runUserSuite(root: string): Promise<SuiteResult> {
  return runMocha(
    { timeout: 180_000 },
    async () => {
      for (const name of SUITES) await import(path.join(root, 'test/vscode/user', name));
    },
    (line) => console.log(line),
  );
}

/** What a suite leaves in its report file when it has run to its end. */
import { readFile } from 'node:fs/promises';

/** The counts of one suite; every test is in exactly one of the first three. */
export interface SuiteReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures?: readonly { readonly title: string; readonly message: string }[];
  /** The names of the skipped tests. */
  readonly skips?: readonly string[];
}

/** Reads a report file; `undefined` when it is absent or not a report, which is how a crash looks. */
export async function readSuiteReport(file: string): Promise<SuiteReport | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
  return isSuiteReport(value) ? value : undefined;
}

function isSuiteReport(value: unknown): value is SuiteReport {
  if (typeof value !== 'object' || value === null) return false;
  const counts = value as Record<string, unknown>;
  return ['passed', 'failed', 'skipped'].every((name) => Number.isSafeInteger(counts[name]));
}

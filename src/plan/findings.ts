/** What planning finds wrong with a spec, before its place in the text is looked up. */
import type { Diagnostic, Severity } from '../spec/diagnostic.ts';
import type { Places, SpecPath } from '../spec/places.ts';

/** Something wrong, and the field that it is about. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: SpecPath;
}

/** The finding as a diagnostic of the text that has these places. */
export function diagnosticOf({ path, ...finding }: Finding, places: Places): Diagnostic {
  return { ...finding, range: places.key(path) ?? places.nearest(path) };
}

/** Specs as the checks of a project take them. */
import type { ParsedSpec } from '../spec/parse.ts';

/** A spec, and where it is. */
export interface ProjectSpec {
  /** The file, relative to the project's root. */
  readonly file: string;
  /** The pipeline's directory, relative to the project's root; empty for the root itself. */
  readonly directory: string;
  /** Specs with errors are checked as far as they can be read. */
  readonly parsed: ParsedSpec;
}

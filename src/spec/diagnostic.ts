/**
 * What is wrong with a document, as plain data: `minipach check`, the runner and the editor show the same.
 */

/** Zero-based, in UTF-16 code units, as the Language Server Protocol counts. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** From `start` up to, not including, `end`. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** `error` keeps a pipeline from running; `warning` is probably a mistake; `information` is worth knowing. */
export type Severity = 'error' | 'warning' | 'information';

/** Another place that helps to understand a diagnostic. */
export interface RelatedPlace {
  /** Path relative to the project's root. */
  readonly file: string;
  readonly range: Range;
  readonly message: string;
}

/** A replacement of one range that would mend a diagnostic. */
export interface Fix {
  readonly title: string;
  readonly range: Range;
  readonly newText: string;
}

/** One mistake, told in one sentence. */
export interface Diagnostic {
  /** Stable id in kebab-case, such as `unknown-field`; settings and documentation refer to it. */
  readonly rule: string;
  readonly severity: Severity;
  /** What happened, where, and what to do, in one plain sentence. */
  readonly message: string;
  readonly range: Range;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
}

/** Takes note of something that is wrong. */
export type Report = (
  rule: string,
  severity: Severity,
  message: string,
  range: Range,
  fixes?: readonly Fix[],
) => void;

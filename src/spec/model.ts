/**
 * What a valid `spec.yml` says, with every default filled in. `parse.ts` makes it; everything downstream
 * reads only this, never YAML.
 */

/** One pipeline's specification. */
export interface Spec {
  /** Unique in the project; the directory's name unless `pipeline.name` says otherwise. */
  readonly name: string;
  readonly description: string | undefined;
  readonly input: PfsInput;
  readonly transform: Transform;
  /** Where a datum's result goes, under the pipeline's directory. A template; `{datum}` by default. */
  readonly output: string;
  /** With `path`, the matched paths count in the job's key as well as their content. */
  readonly identity: 'content' | 'path';
  /** Any text; a change makes every datum stale. */
  readonly salt: string | undefined;
  /** How often a job is tried before its datum counts as failed. */
  readonly datumTries: number;
  /** Milliseconds after which one try of a job is ended; `undefined` means never. */
  readonly datumTimeout: number | undefined;
}

/** Files of one repo, cut into datums by a glob. */
export interface PfsInput {
  readonly kind: 'pfs';
  /** The name that placeholders and environment variables use. */
  readonly name: string;
  /** A directory of the project, relative to its root, without leading or trailing slash. */
  readonly repo: string;
  readonly glob: string;
}

/** The command, and what it needs beside its datum. */
export interface Transform {
  /** A list runs as it stands; a string runs under `sh -c`. */
  readonly cmd: readonly CommandWord[] | string;
  /** Lines for standard input; joined by newlines, with one at the end. */
  readonly stdin: readonly string[] | undefined;
  /** Values are templates. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the command runs, relative to the project's root; the root itself by default. */
  readonly workingDir: string;
  /** Exit codes that count as success, beside 0. */
  readonly acceptReturnCode: readonly number[];
  /** Globs of project files that the command needs and that count in the job's key. */
  readonly code: readonly string[];
  /** Globs of project files that must be present and do not count in the job's key. */
  readonly context: readonly string[];
}

/** A template, or a list of templates that is repeated once for each path and vanishes where there is none. */
export type CommandWord = string | readonly string[];

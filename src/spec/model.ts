/**
 * What a valid `spec.yml` says, with every default filled in. `parse.ts` makes it; everything downstream
 * reads only this, never YAML.
 */

/** One pipeline's specification. */
export interface Spec {
  /** Unique in the project; the directory's name unless `pipeline.name` says otherwise. */
  readonly name: string;
  readonly description: string | undefined;
  readonly input: Input;
  readonly transform: Transform;
  /** Where a datum's result goes, under the pipeline's directory. A template; `{datum}` by default. */
  readonly output: string;
  /** Globs of files, relative to the output directory, that are left out of the result. */
  readonly discard: readonly string[];
  /** With `path`, the matched paths count in the job's key as well as their content. */
  readonly identity: 'content' | 'path';
  /** Any text; a change makes every datum stale. */
  readonly salt: string | undefined;
  /** How often a job is tried before its datum counts as failed. */
  readonly datumTries: number;
  /** Milliseconds after which one try of a job is ended; `undefined` means never. */
  readonly datumTimeout: number | undefined;
  /** Milliseconds after which a run starts no further job of this pipeline and ends those that run. */
  readonly jobTimeout: number | undefined;
  /** How many jobs of this pipeline run at once at most; `undefined` means as many as there is room for. */
  readonly parallelism: number | undefined;
  /** How many datums one task of a Slurm array takes. */
  readonly datumsPerTask: number;
  /** What one job is promised. */
  readonly requests: Resources;
  /** What one job may not exceed. */
  readonly limits: Resources;
  readonly scheduling: Scheduling;
}

/** Where the datums come from. */
export type Input = PfsInput | CombinedInput;

/** Files of one repo, cut into datums by a glob. */
export interface PfsInput {
  readonly kind: 'pfs';
  /** The name that placeholders and environment variables use. */
  readonly name: string;
  /** A directory of the project, relative to its root, without leading or trailing slash. */
  readonly repo: string;
  readonly glob: string;
  /** The key by which a `join` brings files together; `$1` stands for a capture of the glob. */
  readonly joinOn: string;
  /** Whether a `join` keeps files of this input for which another member has none. */
  readonly outerJoin: boolean;
  /** The key by which a `group` brings files together; `$1` stands for a capture of the glob. */
  readonly groupBy: string;
  /** Whether the command sees empty files of these names; their content does not count in the key. */
  readonly emptyFiles: boolean;
  /** Whether only the paths count in the job's key, not the content. */
  readonly reference: boolean;
  /** Of another pipeline's results: wait for all of them, take what is done, or (`undefined`) what the datum needs. */
  readonly upstream: 'complete' | 'available' | undefined;
}

/** Several inputs as one. */
export interface CombinedInput {
  readonly kind: 'cross' | 'union' | 'join' | 'group';
  readonly members: readonly Input[];
}

/** Every `pfs` input of an input, in the order of the spec. */
export function leavesOf(input: Input): readonly PfsInput[] {
  return input.kind === 'pfs' ? [input] : input.members.flatMap(leavesOf);
}

/** The command, and what it needs beside its datum. */
export interface Transform {
  /** A container registered with DataLad, an image file of the project, or a docker reference; none on the host. */
  readonly image: string | undefined;
  readonly cmd: Command;
  /** Lines for standard input; joined by newlines, with one at the end. */
  readonly stdin: readonly string[] | undefined;
  /** What is run when `cmd` has failed; its success makes the datum `recovered`. */
  readonly errCmd: Command | undefined;
  readonly errStdin: readonly string[] | undefined;
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

/** A list runs as it stands; a string runs under `sh -c`. */
export type Command = readonly CommandWord[] | string;

/** A template, or a list of templates that is repeated once for each path and vanishes where there is none. */
export type CommandWord = string | readonly string[];

/** What a job needs of a machine; what is `undefined` was not said. */
export interface Resources {
  /** Processor cores; may be a fraction. */
  readonly cpu: number | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
  /** Bytes. */
  readonly disk: number | undefined;
  readonly gpu: { readonly type: string | undefined; readonly number: number } | undefined;
}

/** Where Slurm may run the jobs; each as `sbatch` takes it. */
export interface Scheduling {
  readonly partition: string | undefined;
  readonly constraint: string | undefined;
  readonly qos: string | undefined;
}

/**
 * The JSON that machines read: `plan --json`, `status --json` and its feed, `why --json`,
 * `check --format json`; events of `run --json` are in `run-event.ts`.
 * Versioned and additive: fields are added, never renamed or given another meaning, without a new version.
 */
import type { Diagnostic } from '../spec/diagnostic.ts';

/** The version of every document and event below. */
export const REPORT_VERSION = 1;

/** Exactly one per datum. */
export type DatumState =
  /** Its result is committed and is what today's content, command and code ask for. */
  | 'done'
  /** Never computed. */
  | 'pending'
  /** Computed before, for other content, command or code. Runs like `pending`. */
  | 'stale'
  /** A live runner holds its claim. */
  | 'running'
  /** Its last run failed for exactly this content; tried again by `run --retry-failed`. */
  | 'failed'
  /** It failed, and `err_cmd` has seen to it: blocks nobody, has no result, is tried again by the next run. */
  | 'recovered'
  /** An upstream datum that it can match is not done, or a subdataset that it needs is not here. */
  | 'blocked'
  /** Its committed result is not what the last recorded job left: as far as can be told, a person edited it. Run over by `run --force PIPELINE/DATUM` only. */
  | 'modified'
  /** A result whose datum is gone. */
  | 'orphaned';

/** How many datums are in each state; states without a datum are left out. */
export type StateCounts = Partial<Record<DatumState, number>>;

/** One datum of a pipeline. */
export interface DatumReport {
  /** The datum's name; empty for the whole repo. */
  readonly datum: string;
  readonly state: DatumState;
  /** The job's key, 64 hexadecimal digits; `null` while its inputs are not known. */
  readonly job: string | null;
  /** The output directory, relative to the project's root. */
  readonly output: string;
  /** Paths relative to the project's root, by input name. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  /** Bytes of annexed input content that would have to be fetched first. */
  readonly bytesToFetch: number;
  /** The output directory of an equal job whose result would be copied instead of computed. */
  readonly copyOf?: string;
  /** Why it is in this state, in one sentence, where that is not plain. */
  readonly reason?: string;
  /** The commit that recorded the result, where there is one. */
  readonly commit?: string;
  /** Who runs it, where someone does: host and process. */
  readonly holder?: {
    readonly host: string;
    readonly pid: number;
    readonly run: string;
    /** The task of a Slurm array that it is; its process, where there is one, is on a node. */
    readonly task?: { readonly array: string; readonly task: number };
    /** What Slurm says of the task; absent where it was not asked, or did not answer. */
    readonly slurm?: SlurmTaskReport;
  };
}

/** A task as Slurm tells of it. */
export interface SlurmTaskReport {
  /** Slurm's name of the task, `123_4`. */
  readonly id: string;
  /** Such as `PENDING` or `RUNNING`. */
  readonly state: string;
  /** Why it waits, or has ended, in Slurm's word. */
  readonly reason: string;
  /** Empty while it waits. */
  readonly node: string;
  /** How long it has run, as Slurm writes it: `days-hours:minutes:seconds`. Changes of it alone are not told in the feed. */
  readonly elapsed: string;
}

/** A diagnostic with the file that it is about, relative to the project's root. */
export interface FileDiagnostic extends Diagnostic {
  readonly file: string;
}

/** The image of a pipeline. */
export interface ImageReport {
  /** As the spec names it. */
  readonly name: string;
  /** The annex key, the blob id, or the digest of what it stands for; `null` while that is not known. */
  readonly key: string | null;
  /** Whether its content is in the project; `unknown` for images from registries. */
  readonly state: 'present' | 'absent' | 'unknown';
  /** Bytes of annexed content that would have to be fetched first. */
  readonly bytesToFetch: number;
}

/** One `pfs` input as a spec has it; of a spec with errors, as far as it is written. */
export interface InputReport {
  /** Relative to the project's root. */
  readonly repo: string;
  /** `null` where none is written. */
  readonly glob: string | null;
  /** What it is a member of, from the outside in; empty where it stands alone. */
  readonly within: readonly ('cross' | 'union' | 'join' | 'group')[];
  /** The `join_on` or `group_by` that the innermost of these goes by. */
  readonly key?: string;
}

/** One pipeline. */
export interface PipelineReport {
  readonly name: string;
  /** Relative to the project's root; empty for the root itself. */
  readonly directory: string;
  /** The spec's path, relative to the project's root. */
  readonly spec: string;
  /** What it reads, in the order of the spec. */
  readonly inputs: readonly InputReport[];
  readonly counts: StateCounts;
  /** What its commands run in; `null` on the host. */
  readonly image: ImageReport | null;
  readonly datums: readonly DatumReport[];
  readonly diagnostics: readonly FileDiagnostic[];
  /** What a pipeline whose datums are not known yet waits for, in one sentence. */
  readonly waitsFor?: string;
  /** Why a pipeline has no datum and waits for none, in one sentence, where that is not plain. */
  readonly nothing?: string;
}

/** The project's root or one of its subdatasets. */
export interface DatasetReport {
  /** Relative to the project's root; empty for the root itself. */
  readonly path: string;
  /** The DataLad dataset id, where it has one. */
  readonly id: string | null;
  readonly installed: boolean;
  /** The commit recorded in the project, or HEAD for the root. */
  readonly commit: string;
  readonly annex: boolean;
  /** Directories in it that pipelines name as inputs. */
  readonly repos: readonly RepoReport[];
}

/** A directory that pipelines take input from. */
export interface RepoReport {
  readonly path: string;
  readonly files: number;
  /** The pipelines that read it. */
  readonly usedBy: readonly string[];
}

/** What `plan --json` and `status --json` print, and the first line of the feed. */
export interface StatusReport {
  readonly version: typeof REPORT_VERSION;
  readonly kind: 'status';
  /** The commit that was read. */
  readonly head: string;
  /** Changed or untracked files under inputs, specs and code: not used until they are saved. */
  readonly dirty: readonly string[];
  /** All files that a merge has left in conflict, so that nothing can be recorded; absent where there is none. */
  readonly unmerged?: readonly string[];
  /** Whether the clone is shallow, so that datums can look pending whose records are not here; absent where it is not. */
  readonly shallow?: true;
  readonly pipelines: readonly PipelineReport[];
  readonly datasets: readonly DatasetReport[];
  readonly runs: readonly RunReport[];
}

/** A live run. */
export interface RunReport {
  readonly run: string;
  readonly host: string;
  readonly pid: number;
  /** Its process was stopped by a signal. */
  readonly stopped?: true;
  /** How many jobs it held when the document was made; absent in events. */
  readonly jobs?: number;
  /** Whether it was recording results then. */
  readonly recording?: true;
  /** The run itself is gone, and this many of its tasks are in Slurm; `pid` is 0. */
  readonly tasks?: number;
}

/** A difference between what a datum's result was made for and what there is now. */
export interface WhyChange {
  /** `result` is a change of the result itself, by a person or another datum. */
  readonly kind: 'input' | 'code' | 'command' | 'image' | 'environment' | 'result';
  /** The file that changed, relative to the project's root; for what a spec says, the spec. */
  readonly path: string;
  /** What of it changed where that is not the file's content: the field of a spec, or what counts of an input. */
  readonly field?: string;
  /** A blob id or an annex key; for a field its text; `null` where there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
  /** The commit that brought what there is now; `null` where none is found. */
  readonly since: string | null;
}

/** A commit for people. */
export interface CommitReport {
  /** The author's day, as `2026-01-31`. */
  readonly date: string;
  readonly author: string;
  readonly subject: string;
}

/** A datum that others wait for. */
export interface UpstreamReport {
  readonly pipeline: string;
  /** `null` for a pipeline as a whole. */
  readonly datum: string | null;
  /** `null` for a pipeline that cannot be planned, or whose datums are not known. */
  readonly state: DatumState | null;
  /** Why it is in this state, in sentences, where that is not plain. */
  readonly reason?: string;
}

/** What `why PIPELINE/DATUM --json` prints. */
export interface WhyReport {
  readonly version: typeof REPORT_VERSION;
  readonly kind: 'why';
  readonly pipeline: string;
  readonly datum: string;
  readonly state: DatumState;
  /** The job that it asks for now. */
  readonly job: string | null;
  /** The commit that recorded its result last, and the job that this was made by. */
  readonly recorded: { readonly commit: string; readonly job: string; readonly reused: boolean } | null;
  readonly changes: readonly WhyChange[];
  /** What is to be said besides, in sentences. */
  readonly reason?: string;
  /** What it waits for, where it is blocked. */
  readonly waitsFor?: readonly UpstreamReport[];
  /** Where the waiting begins: what is to be done or mended first. */
  readonly rootCauses?: readonly UpstreamReport[];
  /** Every commit that is named above, by its id. */
  readonly commits: Readonly<Record<string, CommitReport>>;
}

/** Datums of a pipeline that have one cause. */
export interface WhyGroup {
  readonly state: DatumState;
  readonly datums: readonly string[];
  /** Those of its first datum; of the other ones, inputs have other paths and content, and all else may have been otherwise before. */
  readonly changes: readonly WhyChange[];
  readonly reason?: string;
}

/** What `why PIPELINE --json` prints. */
export interface WhySummary {
  readonly version: typeof REPORT_VERSION;
  readonly kind: 'why-summary';
  readonly pipeline: string;
  readonly counts: StateCounts;
  /** All datums that are not done, by cause. */
  readonly groups: readonly WhyGroup[];
  /** Why not all of its datums are known, or none. */
  readonly reason?: string;
  /** Where the waiting begins, when its datums are not known. */
  readonly rootCauses?: readonly UpstreamReport[];
  readonly commits: Readonly<Record<string, CommitReport>>;
}

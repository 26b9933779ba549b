/** What a plan says, as plain data. */
import type { ExpandedCommand } from './expand.ts';
import type { Finding } from './findings.ts';
import type { ImageResolution } from './images.ts';
import type { DatumInput } from './input.ts';
import type { PipelineSource } from './order.ts';
import type { ResultRecord } from './record.ts';
import type { DatumState } from './report.ts';
import type { TreeEntry } from './tree.ts';

/** Whether a datum that is to be computed again is so even where a person has edited its result. */
export type AgainWish = 'keep-edits' | 'over-edits';

/** A live runner that holds a claim. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly run: string;
  /** The task of a Slurm array that it is, queued or at work. */
  readonly task?: { readonly array: string; readonly task: number };
}

/** One datum, and all that is needed to run and record it. */
export interface PlannedDatum {
  readonly datum: string;
  readonly state: DatumState;
  /** The job's key; `null` while its inputs are not known. */
  readonly job: string | null;
  /** The output directory, relative to the project's root. */
  readonly output: string;
  readonly inputs: readonly DatumInput[];
  /** The command with real paths; absent for an orphan. */
  readonly command?: ExpandedCommand;
  /** What is run when the command has failed for good, where the spec says so. */
  readonly errCommand?: ExpandedCommand;
  /** Why it is in this state, where that is not plain. */
  readonly reason?: string;
  readonly holder?: Holder;
  /** The datum's own record: the one that makes it `done`, else its newest. */
  readonly record?: ResultRecord;
  /** An equal job's record, with its result in the tree, that can be copied instead of computing. */
  readonly source?: ResultRecord;
  /** It is to be computed again, although it may have a result. */
  readonly again?: AgainWish;
  /** Its result is `modified`, and asks for another job than the one that was recorded. */
  readonly isOutdated?: true;
  /** Whether the record owns the whole output directory, or only the files it wrote. */
  readonly ownsDirectory: boolean;
}

/** The image of a pipeline. */
export interface PlannedImage {
  /** As the spec names it. */
  readonly name: string;
  readonly resolution: ImageResolution;
}

/** One pipeline. */
export interface PlannedPipeline {
  readonly name: string;
  readonly source: PipelineSource;
  readonly datums: readonly PlannedDatum[];
  /** Files that the command needs beside the datum, key-relevant ones first. */
  readonly code: readonly TreeEntry[];
  readonly context: readonly TreeEntry[];
  /** What its commands run in; absent where they run on the host. */
  readonly image?: PlannedImage;
  /** What is wrong with its datums. */
  readonly findings: readonly Finding[];
  /** What must be done before all its datums are known. */
  readonly waitsFor?: string;
  /** Why it has no datum and none is to come, in a sentence, where that is not plain. */
  readonly nothing?: string;
  /** Why it cannot be planned at all. */
  readonly problem?: string;
}

/** All pipelines, upstream first. */
export interface Plan {
  readonly head: string;
  readonly pipelines: readonly PlannedPipeline[];
}

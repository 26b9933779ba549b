/** What a batch of recordings takes and makes. */
import type { ResultRecord } from '../../plan/record.ts';
import type { DatumPlace } from '../planner.ts';
import type { GitContent } from '../result-files.ts';
import type { StagedFacts } from '../staging.ts';
import type { NewCommit } from './fast-import.ts';

/** A staged result whose content has been taken in. */
export interface TakenResult extends Pick<StagedFacts, 'job' | 'pipeline' | 'datum' | 'exit' | 'again'> {
  /** Files by their name relative to the output directory. */
  readonly files: readonly { readonly name: string; readonly content: GitContent }[];
  /** Names of files that were left out. */
  readonly discarded: readonly string[];
}

/** One commit to make, for one datum. */
export interface Recording {
  readonly place: DatumPlace;
  readonly commit: NewCommit;
  readonly record: Omit<ResultRecord, 'commit'>;
}

/** A datum whose result cannot be recorded now, in one sentence. */
export interface HeldBack {
  readonly place: DatumPlace;
  readonly message: string;
}

/**
 * What travels by a store that project and machine share: for each finished job one ref, which names a commit without a
 * parent that holds `description.json`, the job's `log`, and what it left in `output/`. A ref appears whole or not at all, so
 * that a result does; annexed content is in the store before.
 */
import type { FailureFacts } from '../failures.ts';
import type { StagedFacts } from '../staging.ts';

/** Where refs of results are, by the job's key. */
export const RESULT_REFS = 'refs/minipach/results/';

/** Where those of failures are. */
export const FAILURE_REFS = 'refs/minipach/failures/';

/** The file of a commit that says what it is. */
export const DESCRIPTION = 'description.json';

/** The file that holds the job's log. */
export const LOG = 'log';

/** The directory that holds what the job has left. */
export const OUTPUT = 'output/';

/** The version of the layout; another one is left where it is. */
const VERSION = 1;

/** What is said of one job. */
export interface Description {
  readonly version: number;
  /** Of a job that has left a result. */
  readonly result?: StagedFacts;
  /** Of one that has failed. */
  readonly failure?: FailureFacts;
  /** The annexed content of the result, and the git-annex repository that has it. */
  readonly content?: { readonly keys: readonly string[]; readonly uuid: string };
}

/** Writes a description; the same facts give the same text. */
export function writeDescription(said: Omit<Description, 'version'>): Buffer {
  return Buffer.from(`${JSON.stringify({ version: VERSION, ...said }, undefined, 1)}\n`);
}

/** Reads one; `undefined` where it is none, or of another version. */
export function readDescription(content: Buffer | undefined): Description | undefined {
  try {
    const said = JSON.parse(content?.toString('utf8') ?? '') as Description;
    return said.version === VERSION ? said : undefined;
  } catch {
    return undefined;
  }
}

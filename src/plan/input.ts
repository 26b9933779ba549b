/** One input of a datum: which path of which repo, and which files are there. */
import { joinPaths } from './paths.ts';
import type { TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** One input of one datum. */
export interface DatumInput {
  /** The input's name in the spec. */
  readonly name: string;
  /** The repo's path, relative to the project's root. */
  readonly repo: string;
  /** The matched path within the repo; empty for the whole repo. */
  readonly match: string;
  /** What the glob's capture groups took; index 0 is the whole match. */
  readonly captures: readonly string[];
  /**
   * The files at or under the matched path, where the repo is a pipeline: only recorded results of its current datums
   * are offered, though its directory holds more. Absent where everything that is tracked there counts.
   */
  readonly offered?: OfferedFiles;
}

/** A stretch of the files that a pipeline offers. */
export interface OfferedFiles {
  /** Relative to the repo, sorted; shared by all datums. */
  readonly paths: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** The path of an input, relative to the project's root. */
export function inputPath(input: Pick<DatumInput, 'repo' | 'match'>): string {
  return joinPaths(input.repo, input.match);
}

/** The files of an input. */
export function inputEntries(index: TreeIndex, input: DatumInput): readonly TreeEntry[] {
  const { offered, repo } = input;
  if (offered === undefined) return index.under(inputPath(input));
  return offered.paths
    .slice(offered.start, offered.end)
    .flatMap((path) => index.file(joinPaths(repo, path)) ?? []);
}

/** The digest of an input's content; see `TreeIndex.digest`. */
export function inputDigest(index: TreeIndex, input: DatumInput): string {
  if (input.offered === undefined) return index.digest(inputPath(input));
  return index.digestOf(inputPath(input), inputEntries(index, input));
}

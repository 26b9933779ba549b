/** One input of a datum: which path of which repo, and which files are there. */
import { createHash } from 'node:crypto';
import { isGitOwn } from './digest.ts';
import type { TreeMatch } from './match-tree.ts';
import { joinPaths, parentPath } from './paths.ts';
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
  /** What the glob's capture groups took, worked out when it is asked for; index 0 is the whole match. */
  readonly matched: Pick<TreeMatch, 'captures'>;
  /**
   * The files at or under the matched path, where the repo is a pipeline: only recorded results of its current datums
   * are offered, though its directory holds more. Absent where everything that is tracked there counts.
   */
  readonly offered?: OfferedFiles;
  /** Whether the command sees empty files: then nothing is fetched, and only names count. */
  readonly emptyFiles?: true;
  /** Whether only the path counts in the job's key. */
  readonly reference?: true;
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
  return entriesAt(index, input, inputPath(input));
}

/** The annexed content of an input; a key may come several times. */
export function inputKeys(
  index: TreeIndex,
  input: DatumInput,
): Iterable<Pick<TreeEntry, 'annexKey' | 'dataset'>> {
  return input.offered === undefined ? index.keysUnder(inputPath(input)) : inputEntries(index, input);
}

function entriesAt(
  index: TreeIndex,
  { offered, repo }: Pick<DatumInput, 'offered' | 'repo'>,
  path: string,
): readonly TreeEntry[] {
  if (offered === undefined) return index.under(path);
  return offered.paths
    .slice(offered.start, offered.end)
    .flatMap((found) => index.file(joinPaths(repo, found)) ?? []);
}

/** What the job's key has of an input: the digest of its content, or what stands for it. */
export function inputDigest(index: TreeIndex, input: DatumInput): string {
  // Two datums with different reference files are two jobs, so the path takes the place of the content.
  if (input.reference) return `reference ${inputPath(input)}`;
  if (input.emptyFiles) return namesDigest(index, input);
  const path = inputPath(input);
  const [digest, only] =
    input.offered === undefined
      ? [index.digest(path), index.onlyFile(path)]
      : digestOfOffered(index, input, path);
  if (only === path) return digest;
  // A directory of one file has the digest of that file, and a command that reads the one need not read the other.
  return only !== undefined && parentPath(only) === path ? `directory ${digest}` : digest;
}

/** The digest of what a pipeline offers at a path, and the file that it is where there is only one. */
function digestOfOffered(index: TreeIndex, input: DatumInput, path: string): [string, string | undefined] {
  const entries = entriesAt(index, input, path);
  const [only, ...more] = entries.filter(
    (entry) => entry.path === path || !isGitOwn(entry.path.slice(path.length + 1)),
  );
  return [index.digestOf(path, entries), more.length === 0 ? only?.path : undefined];
}

/** The digest of the names of an input's files, from the last segment of the matched path on. */
function namesDigest(index: TreeIndex, input: DatumInput): string {
  const path = inputPath(input);
  const cut = path.lastIndexOf('/') + 1;
  const hash = createHash('sha256');
  for (const entry of inputEntries(index, input)) hash.update(`${entry.path.slice(cut)}\0`);
  return `names ${hash.digest('hex')}`;
}

/** The same function, asked once for each input: a cross has each of them in many datums. */
export function perInput<T>(find: (input: DatumInput) => T): (input: DatumInput) => T {
  const known = new Map<DatumInput, { readonly value: T }>();
  return (input) => {
    const found = known.get(input) ?? { value: find(input) };
    known.set(input, found);
    return found.value;
  };
}

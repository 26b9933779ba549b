/** What a result is once committed: which files a record owns, and the digest that tells whether they still stand. */
import { createHash } from 'node:crypto';
import { identity } from './digest.ts';
import type { History } from './history.ts';
import { compareCodePoints } from './match-tree.ts';
import type { ResultRecord } from './record.ts';
import type { TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** One file of a result, named relative to its output directory. */
export interface ResultFile extends Pick<TreeEntry, 'type' | 'blob' | 'annexKey'> {
  readonly name: string;
}

/**
 * The digest of a result: of each file's name and content id as git or git-annex computed them. Unlike the
 * digest of an input, links count as themselves, so that nothing outside the result changes it.
 */
export function outputDigest(files: readonly ResultFile[]): string {
  return digestOf(files.map((file) => [file.name, identity(file)]));
}

function digestOf(files: readonly (readonly [name: string, identity: string])[]): string {
  const hash = createHash('sha256');
  for (const [name, id] of [...files].sort(([a], [b]) => compareCodePoints(a, b))) {
    hash.update(`${name}\0${id}\0`);
  }
  return hash.digest('hex');
}

/** The committed files that a record owns and that are still there. */
export function ownedEntries(
  index: TreeIndex,
  record: Pick<ResultRecord, 'path' | 'files'>,
): readonly TreeEntry[] {
  if (record.files === undefined) return index.under(record.path);
  return record.files.flatMap((file) => index.file(file) ?? []);
}

/** The same files, named relative to the output directory. */
export function ownedFiles(index: TreeIndex, record: Pick<ResultRecord, 'path' | 'files'>): ResultFile[] {
  const cut = record.path === '' ? 0 : record.path.length + 1;
  return ownedEntries(index, record).map((entry) => ({ ...entry, name: entry.path.slice(cut) }));
}

/** Whether the tree still holds exactly what the job left. */
export function isIntact(index: TreeIndex, record: ResultRecord): boolean {
  return outputDigest(ownedFiles(index, record)) === record.output;
}

/**
 * The first file in which a result differs from what its job left only because another datum's job has left it anew
 * since; `undefined` where that explains nothing, or not everything.
 */
export function replacedFile(index: TreeIndex, history: History, record: ResultRecord): string | undefined {
  if (record.files === undefined) return undefined;
  const cut = record.path === '' ? 0 : record.path.length + 1;
  let first: string | undefined;
  const files = ownedEntries(index, record).map((entry) => {
    const since = history.replacing(entry.path, record);
    const newest = since[0];
    const before = since.at(-1)?.replaced?.[entry.path];
    // What a person has made of it since is that person's, and stays.
    const name = entry.path.slice(cut);
    if (newest === undefined || before === undefined || !isIntact(index, newest))
      return [name, identity(entry)] as const;
    first ??= entry.path;
    return [name, before] as const;
  });
  return digestOf(files) === record.output ? first : undefined;
}

/** Whether a person has changed and committed what a job left. */
export function isEdited(index: TreeIndex, history: History, record: ResultRecord): boolean {
  return !isIntact(index, record) && replacedFile(index, history, record) === undefined;
}

/**
 * Whether a result's file names hold the name of the datum that it was computed for. Such a result must not be
 * copied to a datum of another name, though the content is equal: scripts see names, and this one used it.
 */
export function namesItsDatum(
  files: readonly Pick<ResultFile, 'name'>[],
  inputPaths: readonly string[],
): boolean {
  // A cross or a nested directory has a name of several segments, each of which a script may have used.
  const names = inputPaths
    .flatMap((path) => path.split('/'))
    .flatMap((segment) => [segment, stemOf(segment)]);
  const long = names.filter((name) => name.length > 1);
  // A single letter is in most names, and was used where it is all of one.
  const letters = names.filter((name) => name.length === 1);
  const isLetter = (segment: string): boolean =>
    letters.includes(segment) || letters.includes(stemOf(segment));
  return files.some(
    ({ name }) =>
      long.some((one) => name.includes(one)) || (letters.length > 0 && name.split('/').some(isLetter)),
  );
}

function stemOf(segment: string): string {
  return segment.replace(/\..*$/, '');
}

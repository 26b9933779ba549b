/** Whether annexed content is here, and fetching what is not. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Subdataset, TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { escapeKey, objectPath } from './annex.ts';
import { git, gitLine } from './git.ts';
import type { CommandResult } from './process.ts';
import { type DatasetPlace, placeOf } from './repository.ts';
import { wordsOf } from './words-of.ts';

/** Where the annex of a dataset keeps the content of a key, whether it is there or not. */
export function contentPath({ commonDirectory }: Pick<DatasetPlace, 'commonDirectory'>, key: string): string {
  return `${commonDirectory}/annex/objects/${objectPath(key)}`;
}

/** Whether the content of a key is in the annex of a dataset: one look, nothing read. */
export function isPresent(dataset: Pick<DatasetPlace, 'commonDirectory'>, key: string): boolean {
  return existsSync(contentPath(dataset, key));
}

/**
 * The same for very many keys at one moment: where an annex has little of what is asked for, its directories tell so
 * without a look at each file.
 */
export class Presence {
  /** The names in each directory that was looked into, by its path. */
  readonly #names = new Map<string, ReadonlySet<string>>();
  /** Whether an annex has nothing at all, by its repository. */
  readonly #empty = new Map<string, boolean>();

  /** Whether the content of a key is in the annex of a dataset. */
  has({ commonDirectory }: Pick<DatasetPlace, 'commonDirectory'>, key: string): boolean {
    if (this.#isEmpty(commonDirectory)) return false;
    const objects = `${commonDirectory}/annex/objects`;
    const path = objectPath(key);
    const [first = '', second = ''] = path.split('/', 2);
    return this.#namesIn(`${objects}/${first}`).has(second) && existsSync(`${objects}/${path}`);
  }

  #isEmpty(commonDirectory: string): boolean {
    const known = this.#empty.get(commonDirectory) ?? listed(`${commonDirectory}/annex/objects`).length === 0;
    this.#empty.set(commonDirectory, known);
    return known;
  }

  #namesIn(directory: string): ReadonlySet<string> {
    const known = this.#names.get(directory) ?? new Set(listed(directory));
    this.#names.set(directory, known);
    return known;
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Keys whose content one dataset must have and does not have. */
export interface AbsentContent {
  readonly dataset: DatasetPlace;
  readonly keys: readonly string[];
  /** A file in the project for each key. */
  readonly paths: readonly string[];
}

/** What `git annex get --json` answers for a key. */
interface GetAnswer {
  readonly 'error-messages'?: readonly string[];
  readonly note?: string;
  readonly success?: boolean;
}

/** How many files are named when more than that could not be fetched. */
const NAMED = 3;

/** The content of files that is not here, each key once a dataset: a file's content is in the annex of its own. */
export function absentContent(
  project: DatasetPlace,
  index: Pick<TreeIndex, 'subdataset'>,
  files: readonly Pick<TreeEntry, 'path' | 'annexKey' | 'dataset'>[],
): AbsentContent[] {
  const wanted = new Map<string | undefined, Map<string, string>>();
  for (const { path, annexKey, dataset } of files) {
    if (annexKey === undefined) continue;
    const keys = wanted.get(dataset);
    if (keys === undefined) wanted.set(dataset, new Map([[annexKey, path]]));
    else if (!keys.has(annexKey)) keys.set(annexKey, path);
  }
  return [...wanted].flatMap(([path, keys]) => {
    const dataset = placeOf(project, index, path);
    const absent = [...keys].filter(([key]) => !isPresent(dataset, key));
    if (absent.length === 0) return [];
    return [{ dataset, keys: absent.map(([key]) => key), paths: absent.map(([, file]) => file) }];
  });
}

/** A look at single files of a commit, whenever it is asked: content comes and goes while the commit stays. */
export function contentLook(
  project: DatasetPlace,
  subdatasets: readonly Subdataset[] = [],
): (file: Pick<TreeEntry, 'annexKey' | 'dataset'>) => boolean {
  const known = new Map(subdatasets.map((subdataset) => [subdataset.path, subdataset]));
  const index = { subdataset: (path: string) => known.get(path) };
  return ({ annexKey, dataset }) =>
    annexKey === undefined || isPresent(placeOf(project, index, dataset), annexKey);
}

/** What could not be fetched. */
export interface FetchProblem {
  readonly keys: readonly string[];
  /** What git-annex and the remotes said. */
  readonly why: string;
  /** Whether somebody else is fetching it at this time, such as a `git annex get` in another terminal. */
  readonly isBusy: boolean;
}

/** How content is fetched. */
export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** Variables of git-annex and of what it starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of git's for this time, such as `annex.verify=true`. */
  readonly config?: readonly string[];
}

/** Fetches content through git-annex into a dataset, from wherever it knows a copy. Returns what went wrong. */
export async function fetchContent(
  { dataset, keys }: AbsentContent,
  { signal, env, config = [] }: FetchOptions = {},
): Promise<FetchProblem | undefined> {
  // Without a repository of its own the folder would be taken for a part of the superdataset.
  if (!existsSync(join(dataset.root, '.git'))) {
    const why = `the subdataset ${dataset.root} is not checked out: install it again with \`datalad get -n\` or \`git submodule update --init\`.`;
    return { keys, why, isBusy: false };
  }
  const settings = config.flatMap((one) => ['-c', one]);
  const means = { ...(signal === undefined ? {} : { signal }), ...(env === undefined ? {} : { env }) };
  const get = async (wanted: readonly string[]): Promise<CommandResult> =>
    git(dataset.root, [...settings, 'annex', 'get', '--batch-keys', '--json', '--json-error-messages'], {
      input: `${wanted.join('\n')}\n`,
      ...means,
    });
  const isMissing = (key: string): boolean => !isPresent(dataset, key);
  let result = await get(keys);
  // Asked by keys, git-annex does not look at what a pull has brought about where content is, as it does otherwise.
  if (keys.some(isMissing) && (await mergesLocations(dataset.root, means)))
    result = await get(keys.filter(isMissing));
  const missing = keys.filter(isMissing);
  if (missing.length === 0) return undefined;
  const reasons = result.stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : whyNot(answerOf(line))));
  const why =
    wordsOf([...new Set(reasons)].join(' ')) || wordsOf(result.stderr) || 'git-annex gave no reason';
  return { keys: missing, why, isBusy: /transfer already in progress|transfer lock/.test(why) };
}

/** Has git-annex take in what siblings note about where content is. Returns whether there was anything new. */
async function mergesLocations(root: string, means: Pick<FetchOptions, 'signal' | 'env'>): Promise<boolean> {
  const tip = (): Promise<string | undefined> => gitLine(root, ['rev-parse', '-q', '--verify', 'git-annex']);
  const before = await tip();
  await git(root, ['annex', 'merge', '--quiet'], means);
  return (await tip()) !== before;
}

/** How much of a key has come so far: git-annex keeps what is not complete, and goes on from there. */
export function fetchedBytes(dataset: Pick<DatasetPlace, 'commonDirectory'>, key: string): number {
  const partial = join(dataset.commonDirectory, 'annex', 'tmp', escapeKey(key));
  return statSync(partial, { throwIfNoEntry: false })?.size ?? 0;
}

/** Says which files could not be fetched, and why. */
export function cannotFetch({ keys, paths }: AbsentContent, problem: FetchProblem): string {
  const missing = paths.filter((_, position) => problem.keys.includes(keys[position] ?? ''));
  return `The content of ${named(missing)} could not be fetched: ${problem.why.replace(/\.?$/, '.')}`;
}

/** What git-annex prints besides, such as the words of a remote that fails, is told as it is. */
function answerOf(line: string): GetAnswer {
  try {
    return JSON.parse(line) as GetAnswer;
  } catch {
    return { 'error-messages': [line] };
  }
}

/** Where no copy can be reached, git-annex says so in a note and has no message. */
function whyNot(answer: GetAnswer): readonly string[] {
  if (answer.success === true) return [];
  const messages = answer['error-messages'] ?? [];
  return messages.length > 0 || answer.note === undefined ? messages : [answer.note.replaceAll(/\s+/g, ' ')];
}

function named(paths: readonly string[]): string {
  if (paths.length === 1) return paths.join();
  const more = paths.length - NAMED;
  if (more > 0) return `${paths.slice(0, NAMED).join(', ')} and ${more} more`;
  return `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`;
}

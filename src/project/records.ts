/** Reading what has been computed from the project's own commits. */
import { join } from 'node:path';
import { parseRecords, RECORD_VERSION, type ResultRecord } from '../plan/record.ts';
import { readCache, writeCache } from './cache.ts';
import { GitError, git } from './git.ts';
import type { Project } from './open.ts';

/** All records that can be reached from a commit, newest first. */
interface Known {
  readonly tip: string;
  readonly records: readonly ResultRecord[];
}

/** So many new records, or a tenth of the known ones, are worth a new file. */
const WORTH_KEEPING = 200;

/** Grows when more is found in the same messages: what an older program has kept would lack it. */
const READING = 1;

/** What was read last, by the one who reads: a run and a feed read again and again. */
const remembered = new WeakMap<object, Known>();

/**
 * The records reachable from a commit, newest first. They are kept in a file, to which only what is new is added, where
 * that gives the very order of a log of everything.
 * @param reader - Whose reading is remembered while it lives.
 */
export async function readRecords(
  project: Pick<Project, 'root' | 'commonDirectory' | 'shallow'>,
  commit: string,
  reader: object,
): Promise<readonly ResultRecord[]> {
  const { root } = project;
  // What lies beyond the border of a shallow clone can be fetched, and then more can be reached from the same commit.
  if (project.shallow) return logRecords(root, commit);
  const cache = join(project.commonDirectory, 'minipach', 'cache', `records-${RECORD_VERSION}.${READING}`);
  const known = remembered.get(reader) ?? readKept(cache);
  const added = known === undefined ? undefined : await recordsSince(root, known.tip, commit);
  const records =
    known === undefined || added === undefined
      ? await logRecords(root, commit)
      : added.length === 0
        ? known.records
        : [...added, ...known.records];
  remembered.set(reader, { tip: commit, records });
  const fresh = added === undefined ? records.length : added.length;
  if (fresh >= WORTH_KEEPING && fresh * 10 >= records.length) keep(cache, { tip: commit, records });
  return records;
}

/**
 * The records of the commits that came on top of a tip; `undefined` where they did not simply come on top: among the
 * lines of a merge, a log has an order of its own.
 */
async function recordsSince(root: string, tip: string, commit: string): Promise<ResultRecord[] | undefined> {
  if (tip === commit) return [];
  const range = `${tip}..${commit}`;
  const [isBelow, merges, records] = await Promise.all([
    git(root, ['merge-base', '--is-ancestor', tip, commit]),
    git(root, ['rev-list', '--merges', '--max-count=1', range, '--']),
    logRecords(root, range).catch(() => undefined),
  ]);
  return isBelow.ok && merges.ok && merges.stdout.length === 0 ? records : undefined;
}

/** The newest record of a job on a branch, here or of a remote, that a commit is not on. */
export async function recordElsewhere(
  root: string,
  commit: string,
  job: string,
): Promise<ResultRecord | undefined> {
  // What git-annex keeps on its own branch are no records, and very many commits.
  const branches = ['--exclude=git-annex', '--branches', '--exclude=*/git-annex', '--remotes'];
  const found = await readLog(root, `"job": "${job}"`, [...branches, '--not', commit]);
  return found.find((record) => record.job === job);
}

function logRecords(root: string, range: string): Promise<ResultRecord[]> {
  return readLog(root, '"minipach": {', [range]);
}

async function readLog(root: string, text: string, revisions: readonly string[]): Promise<ResultRecord[]> {
  const result = await git(
    root,
    [
      'log',
      '--no-show-signature',
      '--no-decorate',
      '--topo-order',
      '-z',
      '--format=%H%n%B',
      // Where a user's programs want messages in another encoding, names in records would not be what files are called.
      '--encoding=UTF-8',
      '--fixed-strings',
      `--grep=${text}`,
      ...revisions,
      '--',
    ],
    { large: true },
  );
  if (!result.ok) throw new GitError('Reading the records of results', result);
  return result.stdout
    .toString('utf8')
    .split('\0')
    .flatMap((text) => {
      const end = text.indexOf('\n');
      return end < 0 ? [] : parseRecords(text.slice(0, end), text.slice(end));
    });
}

function readKept(cache: string): Known | undefined {
  const text = readCache(cache);
  return text === '' ? undefined : (JSON.parse(text) as Known);
}

function keep(cache: string, known: Known): void {
  writeCache(cache, JSON.stringify(known));
}

/**
 * Work that was done more often than once, and results that later ones have taken the place of: history tells of both.
 * They are only told: what a commit names is nobody's to remove.
 */
import type { History } from '../../plan/history.ts';
import type { ResultRecord } from '../../plan/record.ts';
import type { TreeEntry } from '../../plan/tree.ts';
import { git } from '../../project/git.ts';
import { readLinks } from '../../project/links.ts';
import type { Planning } from '../planner.ts';
import { bytesOf, sizesOf } from './orphans.ts';

/** What history holds besides what is there now. */
export interface PastResults {
  /** Jobs of one key that were computed and recorded several times, by whatever program: how many times too often. */
  readonly again: { readonly jobs: number; readonly times: number };
  /** Results that are in history only, and the bytes of their files that nothing there is now. */
  readonly overwritten: { readonly count: number; readonly bytes: number };
}

const ABSENT = '000000';
const LINK = '120000';

/** Finds them. */
export async function findPastResults(root: string, { history, index }: Planning): Promise<PastResults> {
  const records = history.newestFirst();
  const computed = new Map<string, number>();
  for (const { job, reused } of records) if (!reused) computed.set(job, (computed.get(job) ?? 0) + 1);
  const several = [...computed.values()].filter((times) => times > 1);
  const overwritten = overwrittenAmong(records, history);
  const present = new Set(Array.from(index.tree.entries, ({ blob }) => blob));
  const files = await filesOf(root, overwritten);
  const gone = [...files.values()].filter(({ blob }) => !present.has(blob));
  return {
    again: { jobs: several.length, times: several.reduce((sum, times) => sum + times - 1, 0) },
    overwritten: { count: overwritten.length, bytes: await bytesOf(root, await withKeys(root, gone)) },
  };
}

/** All but the newest one of each datum and of each place. */
function overwrittenAmong(records: readonly ResultRecord[], history: History): readonly ResultRecord[] {
  return records.filter((record) => {
    const { directory, datum, path, files } = record;
    if (history.ofDatum(directory, datum)[0] !== record) return true;
    return files === undefined && history.atPlace(directory, path)[0] !== record;
  });
}

/** The files that the commits of records have brought, each content once, by one process. */
async function filesOf(root: string, records: readonly ResultRecord[]): Promise<Map<string, TreeEntry>> {
  const files = new Map<string, TreeEntry>();
  if (records.length === 0) return files;
  const commits = [...new Set(records.map(({ commit }) => commit))];
  const words = [
    'diff-tree',
    '--stdin',
    '--root',
    '-r',
    '-m',
    '--first-parent',
    '-z',
    '--no-renames',
    '--raw',
  ];
  const diff = await git(root, [...words, '--no-commit-id'], {
    input: `${commits.join('\n')}\n`,
    large: true,
  });
  const fields = diff.stdout.toString('utf8').split('\0');
  fields.forEach((field, position) => {
    const [, mode = '', , blob = ''] = field.startsWith(':') ? field.split(' ') : [];
    if (blob === '' || mode === ABSENT || mode === '160000') return;
    const path = fields[position + 1] ?? '';
    files.set(blob, { path, blob, type: mode === LINK ? 'symlink' : 'file' });
  });
  return files;
}

/** The same with the keys of what is annexed. */
async function withKeys(root: string, files: readonly TreeEntry[]): Promise<readonly TreeEntry[]> {
  if (files.length === 0) return files;
  const sizes = await sizesOf(root, files);
  const run = (args: readonly string[], options?: Parameters<typeof git>[2]) => git(root, args, options);
  const listed = {
    length: files.length,
    typeAt: (position: number) => files[position]?.type ?? 'file',
    blobAt: (position: number) => files[position]?.blob ?? '',
    sizeAt: (position: number) => sizes[position] ?? 0,
  };
  const { links } = await readLinks(run, listed, undefined);
  return files.map((file, position) => ({ ...file, ...links.linkAt(position) }));
}

/** Reading what has been computed from the project's own commits. */
import { parseRecord, type ResultRecord } from '../plan/record.ts';
import { GitError, git } from './git.ts';

/** The records reachable from a commit and not from `since`, newest first. */
export async function readRecords(root: string, commit: string, since?: string): Promise<ResultRecord[]> {
  const result = await git(root, [
    'log',
    '--no-show-signature',
    '--no-decorate',
    '--topo-order',
    '-z',
    '--format=%H%n%B',
    '--fixed-strings',
    '--grep="minipach": {',
    since === undefined ? commit : `${since}..${commit}`,
    '--',
  ]);
  if (!result.ok) throw new GitError('Reading the records of results', result);
  return result.stdout
    .toString('utf8')
    .split('\0')
    .flatMap((text) => {
      const end = text.indexOf('\n');
      return end < 0 ? [] : (parseRecord(text.slice(0, end), text.slice(end)) ?? []);
    });
}

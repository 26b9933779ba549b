/** Reading what has been computed from the project's own commits. */
import { parseRecord, type ResultRecord } from '../plan/record.ts';
import { GitError, git } from './git.ts';

/** The records reachable from a commit and not from `since`, newest first. */
export function readRecords(root: string, commit: string, since?: string): Promise<ResultRecord[]> {
  return readLog(root, '"minipach": {', [since === undefined ? commit : `${since}..${commit}`]);
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

async function readLog(root: string, text: string, revisions: readonly string[]): Promise<ResultRecord[]> {
  const result = await git(root, [
    'log',
    '--no-show-signature',
    '--no-decorate',
    '--topo-order',
    '-z',
    '--format=%H%n%B',
    '--fixed-strings',
    `--grep=${text}`,
    ...revisions,
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

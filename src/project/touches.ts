/** Which commits changed paths, from one `git log` for all of them, and what a commit is called for people. */
import { parentPath } from '../plan/paths.ts';
import type { CommitReport } from '../plan/report.ts';
import type { CatFile } from './cat-file.ts';
import { GitError, git, gitLine } from './git.ts';

/** A commit that changed a path. */
export interface Touch {
  readonly commit: string;
  readonly path: string;
  /** Git's id of what it left there: a blob, or the commit of a subdataset; `undefined` where nothing. */
  readonly left: string | undefined;
}

/** Up to this many paths are given to git; for more, their directories are. */
const MOST_PATHS = 100;

/**
 * The commits after `from` that changed any of the paths, newest first. A merge counts where it changed something beside
 * one of its parents.
 */
export async function readTouches(
  root: string,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<Touch[]> {
  if (paths.length === 0 || from === to) return [];
  const result = await git(root, [
    '--literal-pathspecs',
    // Following a single path through its renames would leave out where it was put in place of another.
    ...['-c', 'log.follow=false', '-c', 'log.diffMerges=separate'],
    ...['log', '--no-show-signature', '--no-decorate', '--no-notes', '--topo-order', '-z', '-m'],
    ...['--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none', '--format=%x01%H'],
    `${from}..${to}`,
    '--',
    ...fewPaths(paths),
  ]);
  if (!result.ok) throw new GitError('Reading which commits changed files', result);
  const wanted = new Set(paths);
  const touches: Touch[] = [];
  let commit = '';
  const fields = result.stdout.toString('utf8').split('\0');
  for (let at = 0; at < fields.length; at += 1) {
    const field = (fields[at] ?? '').replace(/^\n+/, '');
    if (field.startsWith('\u0001')) commit = field.slice(1).trim();
    if (!field.startsWith(':')) continue;
    // `:<mode> <mode> <id> <id> <letter>`, and the path in a field of its own.
    at += 1;
    const path = fields[at] ?? '';
    const [, mode = '', , id = ''] = field.slice(1).split(' ');
    if (wanted.has(path)) touches.push({ commit, path, left: mode === '000000' ? undefined : id });
  }
  return touches;
}

/** The paths, or so few directories around them that a command line takes them and git is quick to compare. */
function fewPaths(paths: readonly string[]): readonly string[] {
  let some = [...new Set(paths)];
  while (some.length > MOST_PATHS) {
    some = [...new Set(some.map(parentPath))];
    if (some.includes('')) return [];
  }
  return some;
}

/** What commits are called, by their ids; those that are not there are left out. */
export async function describeCommits(
  objects: CatFile,
  ids: Iterable<string>,
): Promise<Record<string, CommitReport>> {
  const wanted = [...new Set(ids)];
  const found = await Promise.all(wanted.map((id) => objects.read(id)));
  return Object.fromEntries(
    wanted.flatMap((id, position) => {
      const content = found[position]?.content;
      return content === undefined ? [] : [[id, describeCommit(commitText(content))]];
    }),
  );
}

/** The text of a commit, in the encoding that it names; git takes UTF-8 where it names none. */
function commitText(content: Buffer): string {
  const text = content.toString('utf8');
  const encoding = /^(?:.+\n)*?encoding (\S+)\n/.exec(text)?.[1];
  try {
    return encoding === undefined ? text : new TextDecoder(encoding).decode(content);
  } catch {
    // Git takes names of encodings that nobody else knows.
    return text;
  }
}

/** @param text - A commit as git stores it. */
function describeCommit(text: string): CommitReport {
  const end = text.indexOf('\n\n');
  const header = end < 0 ? text : text.slice(0, end);
  const [, author = '', seconds = '0', zone = '+0000'] =
    /^author (.*?) ?<[^>\n]*> (\d+) ([+-]\d{4})$/m.exec(header) ?? [];
  const minutes = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) * (zone.startsWith('-') ? -1 : 1);
  // The day where the author was.
  const date = new Date((Number(seconds) + minutes * 60) * 1000).toISOString().slice(0, 10);
  const subject = (text.slice(end + 2).split('\n\n', 1)[0] ?? '').trim().replaceAll('\n', ' ');
  return { date, author, subject };
}

/** The newest commit that changed anything at or below a path. */
export function lastTouch(root: string, commit: string, path: string): Promise<string | undefined> {
  const args = ['--literal-pathspecs', 'log', '--no-show-signature', '-1', '--format=%H', commit, '--', path];
  return gitLine(root, args);
}

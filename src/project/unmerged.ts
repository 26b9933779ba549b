/** Files that a merge has left in conflict: until they are resolved, git makes no commit. */
import { GitError, git } from './git.ts';

/** Paths that are named before the rest is only counted. */
const NAMED = 5;

/** Why nothing can be committed in a work tree, in a sentence; `undefined` where no file is in conflict. */
export async function unmergedProblem(root: string): Promise<string | undefined> {
  const result = await git(root, ['ls-files', '--unmerged', '-z']);
  if (!result.ok) return new GitError('Reading the index', result).message;
  const lines = result.stdout.toString('utf8').split('\0').filter(Boolean);
  // Each path comes once for each side of the conflict.
  const paths = [...new Set(lines.map((line) => line.slice(line.indexOf('\t') + 1)))];
  if (paths.length === 0) return undefined;
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return `In conflict (unmerged) in ${root}: ${paths.slice(0, NAMED).join(' ')}${more}. Git commits nothing until that is resolved: resolve it and commit, or abort it; \`git status\` says how.`;
}

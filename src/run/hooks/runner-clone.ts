/** The clone that runs what is pushed to a repository without a work tree: which one it is, and bringing it up to date. */
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shownWord } from '../../plan/shown-name.ts';
import { git, gitLine } from '../../project/git.ts';
import { openProject, type Project } from '../../project/open.ts';
import { readRemotes } from '../../project/remotes.ts';
import { wordsOf } from '../../project/words-of.ts';

/** A clone that can run what is pushed, and what it calls the repository; or why it cannot, in a sentence. */
export type RunnerClone =
  | { readonly project: Project; readonly remote: string }
  | { readonly reason: 'no-clone' | 'no-branch' | 'no-remote'; readonly message: string };

/** Opens the clone, which must know the repository by its path: what is pushed by path is known for its own push. */
export async function openRunnerClone(directory: string, repository: string): Promise<RunnerClone> {
  const opened = await openProject(directory);
  if (!opened.ok) return { reason: 'no-clone', message: opened.problem.message };
  const { project } = opened;
  if (project.branch === undefined)
    return {
      reason: 'no-branch',
      message: `${project.root} is on no branch, and results are committed on one: go to the branch that people push, for example \`git -C ${shownWord(project.root)} switch main\`.`,
    };
  const { remotes } = await readRemotes(project.root);
  const remote = remotes.find(({ url }) => url !== undefined && isAt(project.root, url, repository));
  if (remote !== undefined) return { project, remote: remote.name };
  return {
    reason: 'no-remote',
    message: `${project.root} does not know ${repository} by its path, and could not pull from there: add it with \`git -C ${shownWord(project.root)} remote add pushed ${shownWord(repository)}\`, and try again.`,
  };
}

function isAt(root: string, url: string, repository: string): boolean {
  const path = url.startsWith('file://') ? pathOf(url) : resolve(root, url);
  const places = [path, `${path}.git`, `${path}/.git`].filter((place) => existsSync(place));
  return places.some((place) => realpathSync(place) === realpathSync(repository));
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return '/dev/null';
  }
}

/**
 * Brings the clone's branch up to what was pushed: forward where it can go forward. Results that were recorded while
 * somebody pushed are in the clone alone; then the two are merged, which they can be, as nobody else writes where results go.
 * @returns Why it could not, in a sentence.
 */
export async function pullPushed(
  { root, branch = 'HEAD' }: Project,
  remote: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const short = branch.replace('refs/heads/', '');
  const tip = `refs/remotes/${remote}/${short}`;
  const fetched = await git(root, ['fetch', '--quiet', '--', remote], { signal });
  if (!fetched.ok)
    return `${root} could not fetch from ${remote}: ${wordsOf(fetched.stderr)}; see to it, and push again.`;
  if ((await gitLine(root, ['rev-parse', '-q', '--verify', `${tip}^{commit}`])) === undefined)
    return undefined;
  const forward = await git(root, ['merge', '--quiet', '--ff-only', tip], { signal });
  if (forward.ok || (await git(root, ['merge-base', '--is-ancestor', tip, 'HEAD'])).ok) return undefined;
  const isBehind = (await git(root, ['merge-base', '--is-ancestor', 'HEAD', tip])).ok;
  const merged = isBehind ? forward : await git(root, ['merge', '--quiet', '--no-edit', tip], { signal });
  if (merged.ok) return undefined;
  if (!isBehind) await git(root, ['merge', '--abort']);
  const said = wordsOf(merged.stderr || merged.stdout.toString('utf8'));
  return `${root} could not take in ${short} as it was pushed: ${said}; merge it there by hand, \`git -C ${shownWord(root)} merge ${shownWord(`${remote}/${short}`)}\`, and push again.`;
}

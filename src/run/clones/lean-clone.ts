/**
 * Clones for jobs: one commit with its history, by which is known what was computed, and what the annex knows; nothing is
 * checked out but what git and git-annex go by. Jobs read the rest from the objects.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../../project/git.ts';
import { wordsOf } from '../../project/words-of.ts';

/** The remote of a lean clone. */
export const LEAN_REMOTE = 'origin';

/** What is checked out: where subdatasets are, and what decides how files are kept. */
const CHECKED_OUT = '/.gitmodules\n/.datalad/config\n.gitattributes\n';

/** Why a commit cannot be had. */
export interface LeanProblem {
  readonly reason: 'clone-failed' | 'commit-missing';
  readonly message: string;
}

/** Makes one at a place where nothing is. */
export async function makeLeanClone(
  place: string,
  url: string,
  commit: string,
  signal: AbortSignal,
): Promise<LeanProblem | undefined> {
  mkdirSync(place, { recursive: true });
  for (const args of [
    ['init', '--quiet'],
    ['remote', 'add', LEAN_REMOTE, url],
    ['config', 'core.sparseCheckout', 'true'],
  ]) {
    const done = await git(place, args, { signal });
    if (!done.ok) return { reason: 'clone-failed', message: wordsOf(done.stderr) };
  }
  mkdirSync(join(place, '.git', 'info'), { recursive: true });
  writeFileSync(join(place, '.git', 'info', 'sparse-checkout'), CHECKED_OUT);
  return bringCommit(place, commit, signal);
}

/** Brings a commit into one that is there, and what is known of content by now. */
export async function bringCommit(
  place: string,
  commit: string,
  signal: AbortSignal,
): Promise<LeanProblem | undefined> {
  const known = `+refs/heads/git-annex:refs/remotes/${LEAN_REMOTE}/git-annex`;
  // A name keeps it from being tidied away, and shows that the remote has it.
  const kept = `refs/remotes/${LEAN_REMOTE}/at/${commit}`;
  const fetch = (...refs: string[]) => git(place, ['fetch', '--quiet', '--no-tags', ...refs], { signal });
  const isHere = async (): Promise<boolean> =>
    (await git(place, ['cat-file', '-e', `${commit}^{commit}`])).ok;
  // A dataset need not have an annex, and some servers give no single commits.
  const single = [LEAN_REMOTE, `${commit}:${kept}`];
  if (!(await fetch(...single, known)).ok && !(await fetch(...single)).ok) {
    const whole = await fetch(LEAN_REMOTE, `+refs/heads/*:refs/remotes/${LEAN_REMOTE}/*`);
    if (!whole.ok)
      return {
        reason: 'clone-failed',
        message: wordsOf(whole.stderr) || `git ended with ${whole.code ?? whole.signal}`,
      };
    if (!(await isHere())) return { reason: 'commit-missing', message: `it has no commit ${commit}` };
    await git(place, ['update-ref', kept, commit]);
  }
  const checkedOut = await git(place, ['checkout', '--quiet', '--force', '--detach', commit], { signal });
  return checkedOut.ok ? undefined : { reason: 'commit-missing', message: wordsOf(checkedOut.stderr) };
}

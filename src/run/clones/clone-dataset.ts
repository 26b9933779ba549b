/**
 * Cloning one dataset from the first of its candidates that works. It is made beside its place and renamed into it when
 * everything is set up: whoever finds it there finds it whole, and a process that is killed leaves nothing in the place.
 */
import { join } from 'node:path';
import type { CloneSource } from '../../plan/clone-source.ts';
import { git, gitLine, gitLines } from '../../project/git.ts';
import { configIn } from '../../project/repository-config.ts';
import { wordsOf } from '../../project/words-of.ts';
import { setUpAnnex } from './clone-annex.ts';
import { discardClone, newClonePlace, settleClone } from './clone-places.ts';

/** What is to be cloned. */
export interface CloneRequest {
  /** In the order in which they are tried. */
  readonly sources: readonly CloneSource[];
  /** Where the clone goes, absolute: absent, or an empty directory. */
  readonly destination: string;
  /** A directory on the same file system, in which it is made. */
  readonly beside: string;
  /** The commit that a superdataset has recorded; `undefined` for what the source has checked out. */
  readonly commit?: string;
  /** The directory that relative paths start from. */
  readonly cwd: string;
  /** Does what belongs to a clone before anybody sees it. */
  readonly finish?: (place: string, source: CloneSource) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A candidate that did not work, and why. */
export interface CloneFailure {
  readonly source: string;
  readonly reason: 'clone-failed' | 'commit-missing' | 'annex-failed' | 'place-taken';
  readonly message: string;
}

/** How it ended; also a clone that was made can have had candidates that failed before. */
export interface CloneOutcome {
  /** `undefined` where none of the candidates worked. */
  readonly cloned: { readonly source: CloneSource; readonly commit: string | null } | undefined;
  readonly failures: readonly CloneFailure[];
  /** What a person should know of the clone, in sentences. */
  readonly notes: readonly string[];
}

/** Tries one candidate after the other. A stopped one leaves nothing. */
export async function cloneDataset(request: CloneRequest): Promise<CloneOutcome> {
  const failures: CloneFailure[] = [];
  for (const source of request.sources) {
    if (request.signal.aborted) break;
    const place = newClonePlace(request.beside);
    const made = await make(request, source, place);
    if ('reason' in made) {
      discardClone(place);
      failures.push(made);
      // Another source would find the same.
      if (made.reason === 'place-taken') break;
    } else return { cloned: { source, commit: made.commit }, failures, notes: made.notes };
  }
  return { cloned: undefined, failures, notes: [] };
}

async function make(
  { cwd, commit, destination, finish, signal }: CloneRequest,
  source: CloneSource,
  place: string,
): Promise<CloneFailure | { readonly commit: string | null; readonly notes: readonly string[] }> {
  const failed = (reason: CloneFailure['reason'], message: string): CloneFailure => ({
    source: source.text,
    reason,
    message,
  });
  const branch = source.version === undefined ? [] : [`--branch=${source.version}`];
  let said = '';
  let isCloned = false;
  for (const url of variantsOf(source.url)) {
    const cloned = await git(cwd, ['clone', '--quiet', '--no-checkout', ...branch, '--', url, place], {
      signal,
    });
    isCloned = cloned.ok;
    if (isCloned) break;
    said ||= wordsOf(cloned.stderr) || `git ended with ${cloned.code ?? cloned.signal}`;
    discardClone(place);
  }
  if (!isCloned) return failed('clone-failed', said);
  const remote = remoteOf(place);
  const missing = await checkOut(place, remote, commit, signal);
  if (missing !== undefined) return failed('commit-missing', missing);
  const annex = await setUpAnnex({ place, destination, remote, source, signal });
  if (annex.problem !== undefined) return failed('annex-failed', annex.problem);
  await finish?.(place, source);
  const head = (await gitLine(place, ['rev-parse', '-q', '--verify', 'HEAD^{commit}'])) ?? null;
  if (signal.aborted) return failed('clone-failed', 'it was stopped');
  const taken = settleClone(place, destination);
  if (taken !== undefined)
    return failed(
      'place-taken',
      `it could not be put in its place, ${destination} (${taken}): somebody else has made something there`,
    );
  return { commit: head, notes: annex.notes };
}

/** A web server without git's own protocol does not look for `.git` in a work tree. */
function variantsOf(url: string): readonly string[] {
  const start = url.replace(/\/+$/, '');
  return /^https?:/.test(url) && !start.endsWith('.git') ? [url, `${start}/.git`] : [url];
}

/** The name that git has given to where it cloned from, which can be configured. */
function remoteOf(place: string): string {
  for (const key of configIn(join(place, '.git', 'config')).keys()) {
    const name = /^remote\.(.*)\.url$/s.exec(key)?.[1];
    if (name !== undefined) return name;
  }
  return 'origin';
}

/**
 * Checks the commit out, on the branch that the source has checked out where the commit is one of its own.
 * @returns What is wrong, in a sentence.
 */
async function checkOut(
  place: string,
  remote: string,
  commit: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  let tip = await gitLine(place, ['rev-parse', '-q', '--verify', 'HEAD^{commit}']);
  if (tip === undefined) {
    // HEAD of a store may name a branch that nobody has pushed; then the latest one is meant.
    const branch = await latestBranch(place, remote);
    if (branch === undefined) return commit === undefined ? undefined : 'it has no commit at all';
    await git(place, ['checkout', '--quiet', '-f', '-B', branch, '--track', `${remote}/${branch}`], {
      signal,
    });
    tip = await gitLine(place, ['rev-parse', 'HEAD']);
  }
  const has = async (): Promise<boolean> => (await git(place, ['cat-file', '-e', `${commit}^{commit}`])).ok;
  if (commit !== undefined && commit !== tip) {
    // Servers can have commits that none of their branches leads to.
    if (!(await has())) await git(place, ['fetch', '--quiet', remote, commit], { signal });
    if (!(await has())) return `it has no commit ${commit}`;
    const isOnBranch =
      (await git(place, ['symbolic-ref', '-q', 'HEAD'])).ok &&
      (await git(place, ['merge-base', '--is-ancestor', commit, 'HEAD'])).ok;
    // On the branch work can go on; elsewhere a commit of one's own would be on none.
    const how = isOnBranch
      ? ['reset', '--quiet', '--hard', commit]
      : ['checkout', '--quiet', '-f', '--detach', commit];
    const done = await git(place, how, { signal });
    return done.ok ? undefined : wordsOf(done.stderr);
  }
  const done = await git(place, ['reset', '--quiet', '--hard', 'HEAD'], { signal });
  return done.ok ? undefined : wordsOf(done.stderr);
}

async function latestBranch(place: string, remote: string): Promise<string | undefined> {
  const start = `refs/remotes/${remote}/`;
  const refs = await gitLines(place, ['for-each-ref', '--sort=-committerdate', '--format=%(refname)', start]);
  return refs
    .map((ref) => ref.slice(start.length))
    .find(
      (name) =>
        name !== 'git-annex' &&
        name !== 'HEAD' &&
        !name.startsWith('adjusted/') &&
        !name.startsWith('synced/'),
    );
}

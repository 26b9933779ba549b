/**
 * Cloning one dataset from the first of its candidates that works. It is made beside its place and renamed into it when
 * everything is set up: whoever finds it there finds it whole, and a process that is killed leaves nothing in the place.
 */
import { join, resolve } from 'node:path';
import type { CloneSource } from '../../plan/clone-source.ts';
import { locationKind } from '../../plan/location.ts';
import { git, gitLine, gitLines } from '../../project/git.ts';
import { configIn } from '../../project/repository-config.ts';
import { wordsOf } from '../../project/words-of.ts';
import { setUpAnnex } from './clone-annex.ts';
import { discardClone, newClonePlace, settleClone } from './clone-places.ts';
import { makeLeanClone } from './lean-clone.ts';

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
  /** Looks whether what is needed of it can be had, in it or by it; returns why not, in a sentence. */
  readonly need?: (place: string, isLast: boolean) => Promise<string | undefined>;
  /** Whether the clone's annex tells nobody of itself. */
  readonly isPrivate?: boolean;
  /** Whether it is for jobs alone, and has no more than these need; the commit must be given. */
  readonly isLean?: boolean;
  readonly signal: AbortSignal;
}

/** A candidate that did not work, and why. */
export interface CloneFailure {
  readonly source: string;
  readonly reason: 'clone-failed' | 'commit-missing' | 'content-missing' | 'annex-failed' | 'place-taken';
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

/** A clone that is set up, and not in its place yet. */
interface Made {
  readonly source: CloneSource;
  readonly place: string;
  readonly notes: readonly string[];
}

/**
 * Tries one candidate after the other. Where none has all that is needed, the first that could be cloned is taken, for more
 * may come to it later. A stopped one leaves nothing.
 */
export async function cloneDataset(request: CloneRequest): Promise<CloneOutcome> {
  const { sources, beside, need, signal } = request;
  const failures: CloneFailure[] = [];
  let lacking: Made | undefined;
  const end = async (made: Made): Promise<CloneOutcome> => {
    if (lacking !== undefined && lacking !== made) discardClone(lacking.place);
    const settled = await settle(request, made);
    if (!('reason' in settled)) return { cloned: settled, failures, notes: made.notes };
    discardClone(made.place);
    // Another source would find the same.
    return { cloned: undefined, failures: [...failures, settled], notes: [] };
  };
  for (const source of sources) {
    if (signal.aborted) break;
    const place = newClonePlace(beside);
    const made = await make(request, source, place);
    if ('reason' in made) {
      discardClone(place);
      failures.push(made);
      continue;
    }
    const problem = await need?.(place, source === sources.at(-1));
    if (problem === undefined || signal.aborted) return end(made);
    failures.push({ source: source.text, reason: 'content-missing', message: problem });
    if (lacking === undefined) lacking = made;
    else discardClone(place);
  }
  return lacking === undefined ? { cloned: undefined, failures, notes: [] } : end(lacking);
}

async function make(request: CloneRequest, source: CloneSource, place: string): Promise<CloneFailure | Made> {
  const { destination, isPrivate = false, isLean = false, signal } = request;
  const problem = await obtain(request, source, place);
  if (problem !== undefined) return { source: source.text, ...problem };
  const remote = remoteOf(place);
  if (isPrivate) await git(place, ['config', 'annex.private', 'true']);
  const annex = await setUpAnnex({ place, destination, remote, source, isLean, signal });
  if (annex.problem !== undefined)
    return { source: source.text, reason: 'annex-failed', message: annex.problem };
  return { source, place, notes: annex.notes };
}

/** Gets what git has, and checks the commit out. */
async function obtain(
  { cwd, commit, isLean = false, signal }: CloneRequest,
  source: CloneSource,
  place: string,
): Promise<Pick<CloneFailure, 'reason' | 'message'> | undefined> {
  const branch = source.version === undefined ? [] : [`--branch=${source.version}`];
  let said = '';
  for (const url of variantsOf(source.url)) {
    if (isLean && commit !== undefined) {
      const from = locationKind(url) === 'path' ? resolve(cwd, url) : url;
      const lacking = await makeLeanClone(place, from, commit, signal);
      if (lacking?.reason !== 'clone-failed') return lacking;
      said ||= lacking.message;
    } else {
      const args = ['clone', '--quiet', '--no-checkout', ...branch, '--', url, place];
      const cloned = await git(cwd, args, { signal });
      if (cloned.ok) {
        const missing = await checkOut(place, remoteOf(place), commit, signal);
        return missing === undefined ? undefined : { reason: 'commit-missing', message: missing };
      }
      said ||= wordsOf(cloned.stderr) || `git ended with ${cloned.code ?? cloned.signal}`;
    }
    discardClone(place);
  }
  return { reason: 'clone-failed', message: said };
}

/** Puts a clone in its place; it is what a person finds there from then on. */
async function settle(
  { destination, finish, signal }: CloneRequest,
  { source, place }: Made,
): Promise<CloneFailure | { readonly source: CloneSource; readonly commit: string | null }> {
  await finish?.(place, source);
  const commit = (await gitLine(place, ['rev-parse', '-q', '--verify', 'HEAD^{commit}'])) ?? null;
  if (signal.aborted) return { source: source.text, reason: 'clone-failed', message: 'it was stopped' };
  const taken = settleClone(place, destination);
  if (taken === undefined) return { source, commit };
  return {
    source: source.text,
    reason: 'place-taken',
    message: `it could not be put in its place, ${destination} (${taken}): somebody else has made something there`,
  };
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

/**
 * Fetching the content of an image from wherever it can be had: git-annex asks every remote that it knows to have it; then
 * each remote is asked in turn, for what is known of a remote may be old; and all of that a few times, with longer and
 * longer waits. git-annex verifies what comes, keeps what is incomplete apart, and goes on from there.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sizeOfKey } from '../../plan/annex-key.ts';
import { type AbsentContent, fetchContent, fetchedBytes, isPresent } from '../../project/annex-content.ts';
import { git } from '../../project/git.ts';
import type { DatasetPlace } from '../../project/repository.ts';
import { freeBytes } from '../probe.ts';

/** How often everything is tried, unless otherwise asked for. */
const ROUNDS = 4;

/** Milliseconds before the second round; each further wait is twice as long, give or take a half. */
const FIRST_WAIT = 1000;

/** Milliseconds between two tries while somebody else fetches the same. */
const BUSY_WAIT = 500;

/** Milliseconds without a byte after which somebody else's fetch counts as a failure. */
const BUSY_PATIENCE = 600_000;

/** What a fetch takes. */
export interface ImageFetchOptions {
  readonly signal: AbortSignal;
  /** Marks git-annex and what it starts as ours, so that whoever finds us dead can end them. */
  readonly env: Readonly<Record<string, string>>;
  /** How often everything is tried. */
  readonly rounds?: number;
}

/** What is to come, and what has come so far, in bytes. */
export interface FetchProgress {
  readonly bytes: number;
  readonly total: number;
}

/** How far the content of several keys has come, wherever it is fetched from and by whomever. */
export function fetchProgress(wanted: readonly AbsentContent[]): FetchProgress {
  let bytes = 0;
  let total = 0;
  for (const { dataset, keys } of wanted)
    for (const key of keys) {
      const size = sizeOfKey(key);
      total += size;
      bytes += isPresent(dataset, key) ? size : fetchedBytes(dataset, key);
    }
  return { bytes, total };
}

/** Says so when there is not enough room, before anything is fetched; in a sentence. */
export function lackOfRoom(wanted: readonly AbsentContent[], name: string): string | undefined {
  for (const { dataset, keys } of wanted) {
    const annex = join(dataset.commonDirectory, 'annex');
    const { bytes, total } = fetchProgress([{ dataset, keys, paths: [] }]);
    const free = freeBytes(dataset.commonDirectory);
    if (free === undefined || total - bytes <= free) continue;
    return `There is no room for the image \`${name}\`: ${total - bytes} bytes of it are to be fetched, and ${free} are free where ${annex} is; make room, then run again.`;
  }
  return undefined;
}

/** Fetches what is absent. Returns why it could not, in a sentence or more; nothing where it was stopped. */
export async function fetchImage(
  wanted: readonly AbsentContent[],
  options: ImageFetchOptions,
): Promise<string | undefined> {
  const { signal, rounds = ROUNDS } = options;
  let reasons: readonly string[] = [];
  for (let round = 0; round < rounds && !signal.aborted; round += 1) {
    if (round > 0)
      await delay(FIRST_WAIT * 2 ** (round - 1) * (0.5 + Math.random()), undefined, { signal }).catch(
        () => undefined,
      );
    reasons = [];
    for (const content of wanted) reasons = [...reasons, ...(await fetchOne(content, options))];
    if (reasons.length === 0) return undefined;
  }
  return signal.aborted ? undefined : [...new Set(reasons)].join(' ');
}

/** One round for one dataset: what was said against it by whom. */
async function fetchOne(content: AbsentContent, options: ImageFetchOptions): Promise<readonly string[]> {
  const { dataset } = content;
  const remotes = await annexRemotes(dataset);
  // Whatever a repository or one of its remotes is told otherwise: half an image would fail hundreds of jobs.
  const config = ['annex.verify=true', ...remotes.map((remote) => `remote.${remote}.annex-verify=true`)];
  const problem = await untilFree(content, { ...options, config });
  if (problem === undefined || options.signal.aborted) return [];
  const said = [problem];
  for (const remote of remotes) {
    const missing = content.keys.filter((key) => !isPresent(dataset, key));
    if (missing.length === 0) return [];
    for (const key of missing) {
      const result = await git(
        dataset.root,
        [...config.flatMap((one) => ['-c', one]), 'annex', 'transferkey', key, `--from=${remote}`],
        { env: options.env, signal: options.signal },
      );
      if (options.signal.aborted) return [];
      if (!result.ok)
        said.push(`${remote}: ${result.stderr.trim().split('\n').at(-1) || 'it does not have it'}.`);
    }
  }
  return content.keys.every((key) => isPresent(dataset, key)) ? [] : said;
}

/** Asks git-annex, again and again while somebody else, such as another terminal, is fetching the same. */
async function untilFree(
  content: AbsentContent,
  options: ImageFetchOptions & { readonly config: readonly string[] },
): Promise<string | undefined> {
  let before = fetchProgress([content]).bytes;
  let still = performance.now();
  for (;;) {
    const problem = await fetchContent(content, options);
    if (problem === undefined || !problem.isBusy || options.signal.aborted) return problem?.why;
    const { bytes } = fetchProgress([content]);
    if (bytes !== before) still = performance.now();
    before = bytes;
    if (performance.now() - still > BUSY_PATIENCE) return problem.why;
    await delay(BUSY_WAIT, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/** The remotes of a dataset that git-annex has met. */
async function annexRemotes({ root }: DatasetPlace): Promise<readonly string[]> {
  const args = ['config', '--get-regexp', '^remote\\..*\\.annex-uuid$'];
  const { stdout } = await git(root, args, { large: true });
  return [...stdout.toString('utf8').matchAll(/^remote\.(.+)\.annex-uuid /gm)].flatMap(
    ([, name]) => name ?? [],
  );
}

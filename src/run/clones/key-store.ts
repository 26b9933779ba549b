/**
 * Annexed content that all clones on a machine share: a folder with each key once, brought by whoever asks first. Who
 * fetches a key holds its claim, so that the others wait and take what has come, and git-annex refuses none of them
 * because of another. Different keys are fetched at the same time.
 */
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isPresent } from '../../project/annex-content.ts';
import type { DatasetPlace } from '../../project/repository.ts';
import { annexSshVariables } from '../../project/ssh.ts';
import { type Claim, releaseClaim, takeClaim } from '../claims/claim.ts';
import { underSign, untilTidied } from '../claims/claim-tidying.ts';
import { Holder, type HolderFacts, Observer, readHolder } from '../claims/holder.ts';
import { emptyTrash } from '../housekeeping/trash.ts';
import { fetchImage } from '../images/image-fetch.ts';
import { endJobsIn, JOB_VARIABLE } from '../job-processes.ts';
import { listed } from '../listed.ts';
import { prepareState, type State, stateOf } from '../state.ts';
import { giveObject, isIntact, keepObject, reviveObject } from './stored-object.ts';

/** Milliseconds between two looks at what others have brought. */
const INTERVAL = 50;

/** Keys that are claimed at a time: others who need the same can bring the next ones meanwhile. */
const AT_ONCE = 500;

/** What came of it. */
export interface KeysBrought {
  /** Those that were in the store, or came into it by others; git-annex knows nothing of them yet. */
  readonly given: readonly string[];
  /** Those that this program has fetched. */
  readonly fetched: readonly string[];
  /** What could not be had, and why, in a sentence or more. */
  readonly problem: { readonly keys: readonly string[]; readonly why: string } | undefined;
}

/** How to fetch. */
export interface BringOptions {
  readonly signal: AbortSignal;
  /** How often every source is asked. */
  readonly rounds?: number;
}

/** One program's use of the store. */
export class KeyStore {
  readonly #folder: string;
  readonly #state: State;
  readonly #holder: Holder;
  readonly #observer: Observer;

  private constructor(folder: string, state: State) {
    this.#folder = folder;
    this.#state = state;
    this.#holder = new Holder(state, '');
    this.#observer = new Observer(state);
  }

  /** Opens the store in a folder, which is made where it is missing; or says in a sentence why it cannot be used. */
  static open(folder: string): KeyStore | string {
    const state = stateOf({ commonDirectory: folder });
    const unusable = prepareState(state);
    if (unusable !== undefined)
      return `The store of content ${folder} cannot be used: ${unusable.reason === 'newer-format' ? unusable.message : 'it cannot be written; name another folder with --store, or in MINIPACH_STORE.'}`;
    const { uid, mode } = statSync(folder);
    // In a folder that anybody can write to, anybody could be the one who has made it.
    if (process.getuid !== undefined && uid !== process.getuid() && (mode & 0o002) !== 0)
      return `The store of content ${folder} belongs to somebody else, and anybody can write into it: name another folder with --store, or in MINIPACH_STORE.`;
    return new KeyStore(folder, state);
  }

  /** Waits while somebody clears it. To be called before anything is laid beside it that is cleared with it. */
  untilTidied(): Promise<void> {
    return untilTidied(this.#state, this.#observer);
  }

  /** Whether anybody else who lives uses it. */
  get isShared(): boolean {
    return listed(this.#state.holders)
      .filter((token) => !token.includes('.') && token !== this.#holder.facts.token)
      .some((token) => this.#isLive(readHolder(join(this.#state.holders, token))));
  }

  /**
   * Removes all content, and folders beside it, unless anybody else uses it. All go by renames, so that whoever comes finds
   * each whole or not at all.
   * @returns Whether they are gone.
   */
  clear(folders: readonly string[]): boolean {
    const { trash, fetching } = this.#state;
    const isCleared = underSign(this.#state, this.#holder, this.#observer, this.#isLive.bind(this), () => {
      for (const path of [...['annex', ...folders].map((name) => join(this.#folder, name)), fetching])
        if (existsSync(path)) renameSync(path, join(trash, `${basename(path)}-${this.#holder.facts.token}`));
      mkdirSync(fetching, { recursive: true });
    });
    if (isCleared) emptyTrash(this.#state);
    return isCleared;
  }

  #isLive(holder: HolderFacts | undefined): boolean {
    return holder !== undefined && !this.#observer.isDead(holder);
  }

  /** Gives back what it holds. */
  end(): void {
    this.#holder.end();
  }

  /** Brings keys into the annex of a clone: from the store, else from where git-annex in that clone can have them. */
  async bring(dataset: DatasetPlace, keys: Iterable<string>, options: BringOptions): Promise<KeysBrought> {
    const wanted = new Set(keys);
    const given: string[] = [];
    const fetched: string[] = [];
    const failed: string[] = [];
    const reasons = new Set<string>();
    while (!options.signal.aborted) {
      for (const key of wanted) {
        if (isPresent(dataset, key)) wanted.delete(key);
        else if (isIntact(this.#folder, key) && giveObject(this.#folder, key, dataset)) {
          wanted.delete(key);
          given.push(key);
        }
      }
      if (wanted.size === 0) break;
      const claims = await this.#claim(wanted);
      if (claims.size === 0) {
        // Held by others, or come just now.
        await delay(INTERVAL);
        continue;
      }
      const asked = [...claims.keys()];
      const why = await this.#fetch(dataset, claims, options);
      for (const key of asked) {
        if (isPresent(dataset, key)) fetched.push(key);
        else failed.push(key);
        wanted.delete(key);
      }
      if (why !== undefined) reasons.add(why);
    }
    const problem = failed.length === 0 ? undefined : { keys: failed, why: [...reasons].join(' ') };
    return { given, fetched, problem };
  }

  /** Does something that all who use the store do one after the other; `undefined` where it was stopped before. */
  async alone<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    while (!signal.aborted) {
      const taken = takeClaim(this.#state.fetching, nameOf(what), this.#holder, this.#observer);
      if (taken.ok)
        try {
          return await work();
        } finally {
          releaseClaim(taken.claim, this.#holder);
        }
      await delay(INTERVAL);
    }
    return undefined;
  }

  /** Claims what nobody else is bringing. Nobody who holds a claim waits for another one. */
  async #claim(wanted: Iterable<string>): Promise<Map<string, Claim>> {
    const claims = new Map<string, Claim>();
    for (const key of wanted) {
      if (claims.size === AT_ONCE) break;
      const taken = takeClaim(this.#state.fetching, nameOf(key), this.#holder, this.#observer);
      if (!taken.ok) continue;
      // It may have come between the look and the claim; what has changed since it came is read once more.
      if (isIntact(this.#folder, key) || (await reviveObject(this.#folder, key)))
        releaseClaim(taken.claim, this.#holder);
      else claims.set(key, taken.claim);
    }
    return claims;
  }

  /** Fetches what is claimed, and puts each key into the store as soon as it is there. */
  async #fetch(
    dataset: DatasetPlace,
    claims: Map<string, Claim>,
    { signal, rounds }: BringOptions,
  ): Promise<string | undefined> {
    // Whoever breaks a claim of ours ends what git-annex has started first.
    const folder = join(this.#state.workspaces, this.#holder.facts.token, 'fetch');
    const env = { [JOB_VARIABLE]: folder, ...(await annexSshVariables(dataset.root)) };
    const keys = [...claims.keys()];
    const keep = (): void => {
      for (const [key, claim] of claims) {
        if (!isPresent(dataset, key)) continue;
        keepObject(this.#folder, key, dataset);
        claims.delete(key);
        releaseClaim(claim, this.#holder);
      }
    };
    const clock = setInterval(keep, INTERVAL);
    try {
      return await fetchImage([{ dataset, keys, paths: keys }], {
        signal,
        env,
        ...(rounds === undefined ? {} : { rounds }),
      });
    } finally {
      clearInterval(clock);
      if (signal.aborted) endJobsIn(folder);
      keep();
      for (const claim of claims.values()) releaseClaim(claim, this.#holder);
    }
  }
}

/** What a key, or anything else, is called in claims: it can be longer than a file's name may be. */
function nameOf(what: string): string {
  return hash('sha256', what);
}

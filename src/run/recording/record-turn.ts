/** When a runner records what waits: its own results and those of all others. */
import { join } from 'node:path';
import { generationOf } from '../claims/claim.ts';
import type { Holder } from '../claims/holder.ts';
import { LOCK_FOLDER, RECORD } from '../claims/record-lock.ts';
import type { State } from '../state.ts';

/** Milliseconds between two recordings, at least; and recording takes at most a tenth of the time. */
const INTERVAL = 300;
const SHARE = 10;

/** Milliseconds for which others may record in this runner's place; they may do so for another branch. */
const PATIENCE = 10_000;

/**
 * The turns of one runner. Where others record, they do for all: the one who goes on with it knows the branch's tip, while
 * many who take turns each plan anew what the one before has recorded.
 */
export class RecordTurn {
  readonly #folder: string;
  readonly #holder: Holder;
  #next = 0;
  #last = performance.now();
  /** Grows whenever anybody takes or gives back the record lock. */
  #generation = 0;

  constructor({ state, holder }: { readonly state: State; readonly holder: Holder }) {
    this.#folder = join(state.record, LOCK_FOLDER);
    this.#holder = holder;
    this.#generation = this.#present();
  }

  /** Whether it is time to record, nobody else having done so lately. */
  isNow(): boolean {
    const now = performance.now();
    if (now < this.#next) return false;
    const before = this.#generation;
    this.#generation = this.#present();
    if (this.#generation === before || now - this.#last > PATIENCE) return true;
    this.#next = now + INTERVAL;
    return false;
  }

  /** Notes that this runner has recorded, or tried to, from a moment until now. */
  noteEnd(started: number): void {
    const now = performance.now();
    this.#last = now;
    this.#next = now + Math.max(INTERVAL, SHARE * (now - started));
    this.#generation = this.#present();
  }

  #present(): number {
    return generationOf(this.#folder, RECORD, this.#holder.files);
  }
}

/** When to ask a service that many ask: soon after something has changed, and less and less often while nothing does. */
export class GentleClock {
  readonly #first: number;
  readonly #longest: number;
  #pause: number;
  #next: number;

  /** Milliseconds between two questions: at first, and at most. */
  constructor(first: number, longest: number) {
    this.#first = first;
    this.#longest = longest;
    this.#pause = first;
    this.#next = performance.now() + first;
  }

  /** Whether it is time. */
  get isDue(): boolean {
    return performance.now() >= this.#next;
  }

  /** Takes in whether an answer was another one than the last. */
  note(hasChanged: boolean): void {
    this.#pause = hasChanged ? this.#first : Math.min(2 * this.#pause, this.#longest);
    this.#next = performance.now() + this.#pause;
  }
}

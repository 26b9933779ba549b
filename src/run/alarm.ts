/** Waiting: a sleep that somebody else can end, and a clock that may run for months. */

/** A sleep that somebody else can end. */
export class Alarm {
  #ring: () => void = () => undefined;

  /** Ends the present sleep, if there is one. */
  ring(): void {
    this.#ring();
  }

  /**
   * Sleeps for so many milliseconds at most. It is woken by way of the event loop: a claim that another runner holds is
   * refused at once, and asking again and again must not keep signals and child processes waiting.
   */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#ring = () => {
        clearTimeout(timer);
        setImmediate(resolve);
      };
    });
  }
}

/** `setTimeout` fires at once for more milliseconds than this, which are 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls `action` after any number of milliseconds. Returns how to call it off. */
export function startClock(milliseconds: number, action: () => void): () => void {
  let left = milliseconds;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const part = Math.min(left, LONGEST_TIMER);
    left -= part;
    timer = setTimeout(() => (left > 0 ? wait() : action()), part);
  };
  wait();
  return () => clearTimeout(timer);
}

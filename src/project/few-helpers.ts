/** Long-lived helpers, one a repository, of which only a few live at once. */

/** How many helpers live at once; one for each of a thousand subdatasets would be a thousand processes. */
const KEPT = 16;

/** Helpers by a name of the caller's. */
export class FewHelpers<Helper extends { close(): void }> {
  readonly #helpers = new Map<string, Helper>();

  /** The helper of a name, made when there is none. Ask it at once: it is closed when many others are asked for. */
  of(name: string, make: () => Helper): Helper {
    const helper = this.#helpers.get(name) ?? make();
    // Asked last, it ends last.
    this.#helpers.delete(name);
    this.#helpers.set(name, helper);
    const [oldest] = this.#helpers;
    if (this.#helpers.size > KEPT && oldest !== undefined) {
      this.#helpers.delete(oldest[0]);
      oldest[1].close();
    }
    return helper;
  }

  /** Closes them all. */
  end(): void {
    for (const helper of this.#helpers.values()) helper.close();
    this.#helpers.clear();
  }
}

/** The files of a listing, of which only those that are asked for are made: most files of a large project are never looked at one by one. */
import type { Entries, TreeEntry } from '../plan/tree.ts';
import type { LinkTexts } from './link-texts.ts';
import type { Listing } from './listing.ts';

/** Files sorted by path, with what links and pointers among them say. */
export class ListedEntries implements Entries {
  readonly length: number;
  readonly #listing: Listing;
  readonly #links: LinkTexts;
  readonly #made: (TreeEntry | undefined)[];
  readonly #current: ListedEntry;
  /** Of its own: who looks at files may look for others meanwhile. */
  readonly #visited: ListedEntry;

  constructor(listing: Listing, links: LinkTexts) {
    this.length = listing.length;
    this.#listing = listing;
    this.#links = links;
    this.#made = new Array<TreeEntry | undefined>(listing.length);
    this.#current = new ListedEntry(listing, links);
    this.#visited = new ListedEntry(listing, links);
  }

  at(position: number): TreeEntry | undefined {
    if (position < 0 || position >= this.length) return undefined;
    const entry = this.#made[position] ?? this.#make(position);
    this.#made[position] = entry;
    return entry;
  }

  slice(from: number, to: number): readonly TreeEntry[] {
    const entries: TreeEntry[] = [];
    for (let position = from; position < Math.min(to, this.length); position += 1) {
      const entry = this.at(position);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  visit(from: number, to: number, look: (entry: TreeEntry) => void): void {
    for (let position = from; position < Math.min(to, this.length); position += 1) {
      this.#visited.position = position;
      look(this.#visited);
    }
  }

  filter(test: (entry: TreeEntry) => boolean): readonly TreeEntry[] {
    const found: TreeEntry[] = [];
    for (let position = 0; position < this.length; position += 1) {
      this.#current.position = position;
      const entry = test(this.#current) ? this.at(position) : undefined;
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }

  some(test: (entry: TreeEntry) => boolean): boolean {
    return this.find(test) !== undefined;
  }

  find(test: (entry: TreeEntry) => boolean): TreeEntry | undefined {
    for (let position = 0; position < this.length; position += 1) {
      this.#current.position = position;
      if (test(this.#current)) return this.at(position);
    }
    return undefined;
  }

  *[Symbol.iterator](): Iterator<TreeEntry> {
    for (let position = 0; position < this.length; position += 1) {
      const entry = this.at(position);
      if (entry !== undefined) yield entry;
    }
  }

  #make(position: number): TreeEntry {
    return {
      path: this.#listing.pathAt(position),
      type: this.#listing.typeAt(position),
      blob: this.#listing.blobAt(position),
      ...this.#links.linkAt(position),
    };
  }
}

/** One file of a listing, read as far as somebody asks. */
class ListedEntry implements TreeEntry {
  position = 0;
  readonly #listing: Listing;
  readonly #links: LinkTexts;

  constructor(listing: Listing, links: LinkTexts) {
    this.#listing = listing;
    this.#links = links;
  }

  get type(): TreeEntry['type'] {
    return this.#listing.typeAt(this.position);
  }

  get blob(): string {
    return this.#listing.blobAt(this.position);
  }

  get path(): string {
    return this.#listing.pathAt(this.position);
  }

  get annexKey(): string | undefined {
    return this.#links.keyAt(this.position);
  }

  get target(): string | undefined {
    return this.#links.targetAt(this.position);
  }
}

/** What the symlinks and pointers among many files say, as one text: most of it nobody ever asks for. */
import { isAscii } from 'node:buffer';
import type { TreeEntry } from '../plan/tree.ts';

/** What a blob says about where content is; neither, when it is content itself. */
export type Link = Pick<TreeEntry, 'annexKey' | 'target'>;

const KEY = 'K'.charCodeAt(0);
const TARGET = 'T'.charCodeAt(0);

/** What each of many files says, by its position. */
export class LinkTexts {
  /** `K<annex key>\0` or `T<target>\0`, one after the other. */
  readonly bytes: Buffer;
  /** Where each file's begins, and one more; 0 for what is content. */
  readonly places: Int32Array;
  /** All of it, where each byte is a character. */
  readonly #text: string | undefined;

  constructor(bytes: Buffer, places: Int32Array) {
    this.bytes = bytes;
    this.places = places;
    this.#text = isAscii(bytes) ? bytes.toString('latin1') : undefined;
  }

  keyAt(position: number): string | undefined {
    return this.#said(position, KEY);
  }

  targetAt(position: number): string | undefined {
    return this.#said(position, TARGET);
  }

  linkAt(position: number): Link {
    const annexKey = this.keyAt(position);
    if (annexKey !== undefined) return { annexKey };
    const target = this.targetAt(position);
    return target === undefined ? {} : { target };
  }

  #said(position: number, what: number): string | undefined {
    const place = this.places[position] ?? 0;
    if (place === 0 || this.bytes[place - 1] !== what) return undefined;
    if (this.#text !== undefined) return this.#text.slice(place, this.#text.indexOf('\0', place));
    return this.bytes.toString('utf8', place, this.bytes.indexOf(0, place));
  }
}

/** Puts what files say together, in any order. */
export class LinkTextsWriter {
  readonly #places: Int32Array;
  #bytes = Buffer.allocUnsafe(65_536);
  #length = 0;

  /** @param count - How many files there are. */
  constructor(count: number) {
    this.#places = new Int32Array(count);
  }

  /** Notes that a file's annex key is some of these bytes. */
  addKey(position: number, from: Buffer, start: number, end: number): void {
    this.#add(position, KEY, from, start, end);
  }

  /** Notes that a file leads to where some of these bytes say. */
  addTarget(position: number, from: Buffer, start: number, end: number): void {
    this.#add(position, TARGET, from, start, end);
  }

  /** Notes that a file says what one among others does. */
  copy(position: number, from: LinkTexts, other: number): void {
    const place = from.places[other] ?? 0;
    if (place === 0) return;
    this.#add(position, from.bytes[place - 1] ?? KEY, from.bytes, place, from.bytes.indexOf(0, place));
  }

  end(): LinkTexts {
    return new LinkTexts(this.#bytes.subarray(0, this.#length), this.#places);
  }

  #add(position: number, what: number, from: Buffer, start: number, end: number): void {
    const next = this.#length + end - start + 2;
    if (next > this.#bytes.length) this.#grow(next);
    this.#bytes[this.#length] = what;
    from.copy(this.#bytes, this.#length + 1, start, end);
    this.#bytes[next - 1] = 0;
    this.#places[position] = this.#length + 1;
    this.#length = next;
  }

  #grow(least: number): void {
    const before = this.#bytes;
    this.#bytes = Buffer.allocUnsafe(Math.max(least, 2 * before.length));
    before.copy(this.#bytes, 0, 0, this.#length);
  }
}

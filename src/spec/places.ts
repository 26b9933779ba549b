/** Where each thing of a spec is in its text, so that any check can point at exactly what it means. */
import type { Position, Range } from './diagnostic.ts';

/** Keys and list positions from the top of the document. */
export type SpecPath = readonly (string | number)[];

/** UTF-16 offsets, from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is known about one value of the document. */
export interface Place {
  /** The key that leads to it; a list's items have none. */
  readonly key: Span | undefined;
  readonly value: Span;
  /** The source of a text value, where its characters can be found one by one. */
  readonly source: 'plain' | 'quoted' | 'block' | 'other';
  /** Whether it was written elsewhere and only referred to here. */
  readonly aliased: boolean;
}

/** Turns offsets of one text into positions. */
export class LineTable {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The position of an offset; offsets outside the text are moved to its nearer end. */
  position(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, this.#text.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: inside - (this.#starts[low] ?? 0) };
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(Math.max(span.start, span.end)) };
  }

  /** The offset where the line of `offset` ends, without its line break. */
  lineEnd(offset: number): number {
    const next = this.#text.indexOf('\n', offset);
    const end = next === -1 ? this.#text.length : next;
    return this.#text[end - 1] === '\r' && end > offset ? end - 1 : end;
  }
}

/** The pointer by which a path is stored; the same form that ajv reports. */
export function pointerOf(path: SpecPath): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** How a message calls the value at a path. */
export function nameOf(path: SpecPath): string {
  const at = path.findLastIndex((step) => typeof step === 'number');
  if (at === -1) return `\`${path.join('.')}\``;
  const item = `item ${Number(path[at]) + 1} of ${nameOf(path.slice(0, at))}`;
  const within = path.slice(at + 1);
  // An input's own fields are known by their names alone.
  const short = within.length > 1 && within[0] === 'pfs' ? within.slice(1) : within;
  return short.length === 0 ? item : `\`${short.join('.')}\` of ${item}`;
}

/** Answers where things are. Every answer is `undefined` for a path that the document does not have. */
export class Places {
  readonly #text: string;
  readonly #lines: LineTable;
  readonly #places: ReadonlyMap<string, Place>;

  constructor(text: string, lines: LineTable, places: ReadonlyMap<string, Place>) {
    this.#text = text;
    this.#lines = lines;
    this.#places = places;
  }

  /** What is known about the value at a path, in offsets. */
  at(path: SpecPath | string): Place | undefined {
    return this.#places.get(typeof path === 'string' ? path : pointerOf(path));
  }

  /** The key at the end of a path. */
  key(path: SpecPath | string): Range | undefined {
    const span = this.at(path)?.key;
    return span === undefined ? undefined : this.#lines.range(span);
  }

  /** The value at a path; its key when the value is not written yet. */
  value(path: SpecPath | string): Range | undefined {
    const place = this.at(path);
    if (place === undefined) return undefined;
    const empty = place.value.end <= place.value.start;
    return this.#lines.range(empty ? (place.key ?? place.value) : place.value);
  }

  /** A part of a text value, in offsets of the text itself; the whole value where its source is escaped or folded. */
  within(path: SpecPath | string, start: number, end: number): Range | undefined {
    const place = this.at(path);
    if (place === undefined) return undefined;
    const from = this.#sourceOffset(place, start);
    const to = end > start ? this.#sourceOffset(place, end - 1) : from;
    if (from === undefined || to === undefined) return this.value(path);
    return this.#lines.range({ start: from, end: end > start ? to + 1 : to });
  }

  /** The nearest thing to a path that the document has: for what is missing. Never the whole document. */
  nearest(path: SpecPath): Range {
    for (let length = path.length; length > 0; length -= 1) {
      const shorter = path.slice(0, length);
      const found = length === path.length ? this.value(shorter) : (this.key(shorter) ?? this.value(shorter));
      if (found !== undefined) return found;
    }
    return this.first();
  }

  /** The first key of the document, or its first character: where to say what is wrong with the whole. */
  first(): Range {
    for (const [pointer, place] of this.#places) {
      if (pointer !== '' && place.key !== undefined) return this.#lines.range(place.key);
    }
    const start = Math.max(0, this.#text.search(/\S/));
    return this.#lines.range({ start, end: Math.min(start + 1, this.#text.length) });
  }

  #sourceOffset(place: Place, offset: number): number | undefined {
    switch (place.source) {
      case 'plain':
        return place.value.start + offset;
      case 'quoted':
        return place.value.start + 1 + offset;
      case 'block':
        return this.#blockOffset(place.value, offset);
      case 'other':
        return undefined;
    }
  }

  /** In a literal block every line is the text's own, behind the block's indentation. */
  #blockOffset(span: Span, offset: number): number | undefined {
    let lineStart = this.#text.indexOf('\n', span.start) + 1;
    if (lineStart === 0) return undefined;
    const body = this.#text.slice(lineStart, span.end);
    const indentation = /^(?:[ \t]*\r?\n)*( *)/.exec(body)?.[1]?.length ?? 0;
    let rest = offset;
    while (lineStart < span.end) {
      const lineEnd = this.#lines.lineEnd(lineStart);
      const length = Math.max(0, lineEnd - lineStart - indentation);
      if (rest <= length) return Math.min(lineStart + indentation + rest, lineEnd);
      rest -= length + 1;
      lineStart = this.#text.indexOf('\n', lineStart) + 1;
      if (lineStart === 0) return undefined;
    }
    return undefined;
  }
}

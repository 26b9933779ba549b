/** What a table of datums says, and short ways to write one. */

/** Which datums an input yields over some files. */
export interface DatumCase {
  readonly name: string;
  /** The test or document of Pachyderm that it restates, or the rule of our own that it holds. */
  readonly source: string;
  /** Tracked files, relative to the project's root. */
  readonly files: readonly string[];
  /** YAML of the `input` field's value. */
  readonly input: string;
  /** The spec's `output`, where datums have equal names and need places of their own. */
  readonly output?: string;
  /** In order; each is its inputs in order, written `<input's name>=<path from the project's root>`. */
  readonly datums: readonly (readonly string[])[];
  /** The datums' names; absent where names are not what the case is about. */
  readonly names?: readonly string[];
}

/** One row a text, cut at spaces: `rows('a=x b=y', 'a=z')`. */
export function rows(...texts: readonly string[]): readonly (readonly string[])[] {
  return texts.map((text) => text.split(' '));
}

/** A prefix before each of some endings that are separated by spaces: `each('data/foo', '1 2')`. */
export function each(prefix: string, endings: string): readonly string[] {
  return endings.split(' ').map((ending) => `${prefix}${ending}`);
}

/** `data/foo0` to `data/foo49`, over which most of Pachyderm's tables go. */
export const FIFTY: readonly string[] = Array.from({ length: 50 }, (_, index) => `data/foo${index}`);

/** The numbers 0 to 15 in binary, padded to four digits with `_` (Pachyderm's tests pad with spaces). */
export const BINARY: readonly string[] = Array.from({ length: 16 }, (_, index) =>
  index.toString(2).padStart(4, '_'),
);

/** Quick fixes that replace a part of a text value, whichever way YAML has it written. */
import type { Fix, Range } from './diagnostic.ts';
import type { Places, Span, SpecPath } from './places.ts';

/** The fix that writes `newText` in the place of a part of the text at a path; none where that is not safe. */
export function replacePart(
  path: SpecPath,
  text: string,
  { start, end }: Span,
  newText: string,
  places: Places,
): readonly Fix[] {
  const place = places.at(path);
  if (place === undefined || place.aliased) return [];
  const title = `Change to \`${newText}\``;
  // Braces and dollars in a plain text could be read as something else, so it is put in quotes.
  if (place.source === 'plain') {
    const range = places.value(path);
    if (range === undefined || !isWhole(range, text.length)) return [];
    return [{ title, range, newText: JSON.stringify(text.slice(0, start) + newText + text.slice(end)) }];
  }
  const range = places.within(path, start, end);
  return range === undefined || !isWhole(range, end - start) ? [] : [{ title, range, newText }];
}

/** Whether a range is exactly as long as the text that it should stand for. */
export function isWhole({ start, end }: Range, length: number): boolean {
  return start.line === end.line && end.character - start.character === length;
}

/** How wide text is drawn, where nothing is there that draws: for pictures that are written to a file. */

/** The kinds of text in the picture. */
export type TextKind = 'name' | 'text' | 'label';

/** The width of a text in the picture's units; an editor measures with its own fonts. */
export type TextMeasure = (text: string, kind: TextKind) => number;

/** The size of each kind of text, in the picture's units, which are pixels where nothing is scaled. */
export const TEXT_SIZES: Readonly<Record<TextKind, number>> = { name: 13, text: 11.5, label: 10.5 };

/** Of the size of a text; a little more than common sans-serif fonts take. */
const WIDTHS: readonly (readonly [pattern: RegExp, width: number])[] = [
  [/^\p{Mn}$/u, 0],
  [/^[il.,:;'|!()[\]{}/\\ fjtrI-]$/, 0.36],
  [/^[mwMW@%]$/, 0.92],
  [/^[A-Z]$/, 0.7],
  [/^[ -~\u00a0-\u024f…]$/, 0.59],
  [/^[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}]$/u, 0.66],
];

/** Names are bold. */
const BOLD = 1.06;

/** Names have few different characters. */
const known = new Map<string, number>();

function widthOf(character: string): number {
  const width = known.get(character) ?? WIDTHS.find(([pattern]) => pattern.test(character))?.[1] ?? 1.05;
  known.set(character, width);
  return width;
}

/** A guess that errs on the wide side. */
export const guessedWidth: TextMeasure = (text, kind) => {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width * TEXT_SIZES[kind] * (kind === 'name' ? BOLD : 1);
};

/** A text that is no wider than there is room, with an ellipsis where some of it is left out. */
export function fitted(text: string, kind: TextKind, room: number, measure: TextMeasure): string {
  if (measure(text, kind) <= room) return text;
  const characters = [...text];
  let [fits, above] = [0, characters.length];
  while (above - fits > 1) {
    const middle = (fits + above) >> 1;
    if (measure(`${characters.slice(0, middle).join('')}…`, kind) <= room) fits = middle;
    else above = middle;
  }
  return `${characters.slice(0, fits).join('').trimEnd()}…`;
}

/** Where words end in half-typed YAML. */

/** Where a plain word within brackets ends. */
export function plainEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (/[,[\]{}\n]/.test(character)) return trimmedEnd(text, from, at);
    if (character === ':' && /^(?:\s|$|[,[\]{}])/.test(text.slice(at + 1, at + 2))) return at;
  }
  return trimmedEnd(text, from, text.length);
}

/** Where the closing quote is; the line's end when there is none, as while typing. */
export function closingQuote(text: string, open: number, quote: '"' | "'"): number {
  const newline = text.indexOf('\n', open);
  const lineEnd = newline === -1 ? text.length : newline;
  for (let at = open + 1; at < lineEnd; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return lineEnd;
}

/** `to`, moved in front of the white space before it. */
export function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text[end - 1] ?? '')) end -= 1;
  return end;
}

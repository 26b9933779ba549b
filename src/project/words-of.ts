/** What other programs say. */

/** Their lines as a part of a sentence. */
export function wordsOf(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, '; ');
}

import type { Position } from '../../src/spec/diagnostic.ts';

/** The offset of a position in a text. */
export function offsetOf(text: string, position: Position): number {
  let start = 0;
  for (let line = 0; line < position.line; line += 1) start = text.indexOf('\n', start) + 1;
  return start + position.character;
}

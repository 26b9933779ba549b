/** The comments of a text, told apart from `#` in quotes, blocks and words by the YAML reader's own lexer. */
import { CST, Lexer } from 'yaml';
import type { Span } from './places.ts';

/** All comments in order, each from its `#` to the end of its line. Also for text that is not valid YAML. */
export function commentsOf(text: string): readonly Span[] {
  const comments: Span[] = [];
  let offset = 0;
  let inScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (inScalar) {
      inScalar = false;
      offset += token.length;
      continue;
    }
    switch (CST.tokenType(token)) {
      // A mark of no length: the next token is a plain word or a block, whatever it begins with.
      case 'scalar':
        inScalar = true;
        continue;
      case 'doc-mode':
      case 'flow-error-end':
        continue;
      case 'comment':
        comments.push({ start: offset, end: offset + token.length });
    }
    offset += token.length;
  }
  return comments;
}

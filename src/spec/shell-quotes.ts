/** What quotes and here-documents of a shell mean for the placeholders that stand in them. */
import type { Template, TemplatePart } from './template.ts';

/** Placeholders of a shell command that stand where a shell does not read the quotes that they bring. */
export interface OddlyPlaced {
  /** Within quotes, which the placeholder's own would end: `'{out}/x'` becomes `''path'/x'`. */
  readonly quoted: readonly TemplatePart[];
  /** Within a here-document, which keeps quotes as characters of its text. */
  readonly inDocument: readonly TemplatePart[];
}

/** Where a shell would misread the placeholders of its command. */
export function oddlyPlaced(text: string, template: Template): OddlyPlaced {
  const quoted: TemplatePart[] = [];
  const inDocument: TemplatePart[] = [];
  /** The here-documents that begin behind the end of this line. */
  let documents: string[] = [];
  const contexts: ('plain' | 'single' | 'double')[] = ['plain'];
  let at = 0;
  let next = 0;
  const placeholders = template.parts.filter((part) => part.kind === 'placeholder');
  while (at < text.length) {
    const part = placeholders[next];
    const context = contexts.at(-1) ?? 'plain';
    if (part !== undefined && at === part.start) {
      if (context !== 'plain') quoted.push(part);
      at = part.end;
      next += 1;
      continue;
    }
    const character = text[at] ?? '';
    if (context === 'single') {
      if (character === "'") contexts.pop();
    } else if (character === '\\') {
      // A backslash takes the next character along, but not into a placeholder.
      if (part === undefined || at + 1 < part.start) at += 1;
    } else if (character === '"') {
      if (context === 'double') contexts.pop();
      else contexts.push('double');
    } else if (character === '$' && text[at + 1] === '(') {
      contexts.push('plain');
      at += 1;
    } else if (context === 'plain') {
      const document = HERE_DOCUMENT.exec(text.slice(at, at + 200));
      if (document !== null && text[at - 1] !== '<') {
        documents.push(document[2] ?? '');
        at += document[0].length;
        continue;
      }
      if (character === '\n' && documents.length > 0) {
        at = endOfDocuments(text, at, documents);
        documents = [];
        for (let inside = placeholders[next]; inside !== undefined && inside.start < at; ) {
          inDocument.push(inside);
          next += 1;
          inside = placeholders[next];
        }
        continue;
      }
      if (character === "'") contexts.push('single');
      else if (character === ')' && contexts.length > 1) contexts.pop();
      else if (character === '#' && (at === 0 || /[\s;&|(]/.test(text[at - 1] ?? ''))) {
        // A comment's apostrophes quote nothing.
        const end = text.indexOf('\n', at);
        at = end === -1 ? text.length : end;
        while ((placeholders[next]?.start ?? text.length) < at) next += 1;
        continue;
      }
    }
    at += 1;
  }
  return { quoted, inDocument };
}

/** What begins a here-document: `<<EOF`, `<<-'EOF'`. A delimiter begins with a letter, unlike what is shifted by. */
const HERE_DOCUMENT = /^<<-?[ \t]*(["']?)([A-Za-z_]\w*)\1/;

/** The offset behind the here-documents that begin at a line's end; that offset itself where one does not end. */
function endOfDocuments(text: string, lineEnd: number, delimiters: readonly string[]): number {
  let at = lineEnd + 1;
  for (const delimiter of delimiters) {
    const end = new RegExp(`^\\t*${delimiter}\\s*$`, 'm').exec(text.slice(at));
    if (end === null) return lineEnd + 1;
    at += end.index + end[0].trimEnd().length;
  }
  return at;
}

/**
 * Placeholders in words: `{out}`, `{images}`, `{images.path}`, `{1}`. Shell and awk use braces too, so a brace is a
 * placeholder only when its name is known and no `$` stands before it; all other braces stay as they are.
 */
import { distance } from 'fastest-levenshtein';

/** A stretch of a template; offsets are of the template's text. */
export type TemplatePart =
  | { readonly kind: 'literal'; readonly literal: string; readonly start: number; readonly end: number }
  | { readonly kind: 'placeholder'; readonly name: string; readonly start: number; readonly end: number };

/** Something that looks like a placeholder and is not one. */
export interface TemplateHint {
  /** As written, without braces. */
  readonly written: string;
  /** What was probably meant. */
  readonly suggestion: string;
  readonly start: number;
  readonly end: number;
}

/** A text, cut into what stays and what is replaced. */
export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly hints: readonly TemplateHint[];
}

/**
 * Cuts `text` into parts. `{{` and `}}` stand for one literal brace each, except that two braces that close two
 * open literal ones stay two: `awk '{if ($1) {print}}'` means what it says.
 */
export function parseTemplate(text: string, known: ReadonlySet<string>): Template {
  const parts: TemplatePart[] = [];
  const hints: TemplateHint[] = [];
  const open: ('doubled' | 'literal')[] = [];
  let literal = '';
  let literalStart = 0;
  const flush = (end: number): void => {
    if (literal !== '') parts.push({ kind: 'literal', literal, start: literalStart, end });
    literal = '';
  };
  const keep = (characters: string, at: number): void => {
    if (literal === '') literalStart = at;
    literal += characters;
  };
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '{') {
      const afterDollar = text[at - 1] === '$';
      if (!afterDollar && text[at + 1] === '{') {
        open.push('doubled');
        keep('{', at);
        at += 2;
        continue;
      }
      const name = afterDollar ? undefined : braced(text, at);
      if (name !== undefined && known.has(name)) {
        flush(at);
        parts.push({ kind: 'placeholder', name, start: at, end: at + name.length + 2 });
        at += name.length + 2;
        continue;
      }
      const suggestion = name === undefined ? undefined : nearestName(name, known);
      if (name !== undefined && suggestion !== undefined) {
        hints.push({ written: name, suggestion, start: at, end: at + name.length + 2 });
      }
      open.push('literal');
    } else if (character === '}') {
      const opener = open.at(-1);
      if (text[at + 1] === '}' && opener !== 'literal') {
        open.pop();
        keep('}', at);
        at += 2;
        continue;
      }
      if (opener === 'literal') open.pop();
    }
    keep(character, at);
    at += 1;
  }
  flush(text.length);
  return { parts, hints };
}

/** What stands in the braces that open at `start`, when it could be a name. */
function braced(text: string, start: number): string | undefined {
  const end = text.indexOf('}', start);
  if (end === -1 || end - start > 80) return undefined;
  const name = text.slice(start + 1, end);
  return /^[\w .-]+$/.test(name) ? name : undefined;
}

/** The known name that `written` was probably meant to be. */
function nearestName(written: string, known: ReadonlySet<string>): string | undefined {
  const plain = written.trim().toLowerCase();
  // Short words such as `{i}` and `{a}` are everywhere in shell and awk; only near misses of some length count.
  if (/\s/.test(plain)) return undefined;
  const allowed = plain.length <= 2 ? 0 : plain.length <= 5 ? 1 : 2;
  let best: { name: string; far: number } | undefined;
  for (const name of known) {
    // A number is a capture's, and another capture is another thing.
    if (/\d*$/.exec(name)?.[0] !== /\d*$/.exec(plain)?.[0]) continue;
    const far = isSwap(plain, name.toLowerCase()) ? 1 : distance(plain, name.toLowerCase());
    if (far <= allowed && far < (best?.far ?? Number.POSITIVE_INFINITY)) best = { name, far };
  }
  return best?.name;
}

/** Whether two neighbouring letters were typed in the wrong order: `otu` for `out`. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = [...a].findIndex((character, index) => character !== b[index]);
  return at !== -1 && b === `${a.slice(0, at)}${a[at + 1] ?? ''}${a[at] ?? ''}${a.slice(at + 2)}`;
}

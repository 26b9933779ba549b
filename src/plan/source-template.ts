/**
 * Templates of sources, such as `ria+file:///store#{id}`: Python's format language, as far as it makes text of text, for
 * that is what DataLad reads them with.
 */

/** A filled template, or what is wrong with it. */
export type Filled =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly reason: 'unknown-placeholder' | 'bad-template';
      /** The placeholder without its braces, or what cannot be read. */
      readonly what: string;
    };

const FIELD = /^([^[\].!:{}]*)((?:\[\d+\])?)(?:!s)?(?::([^{}]*))?$/s;
const LAYOUT = /^(?:(.)?([<>^]))?(0?)(\d*)(?:\.(\d+))?s?$/su;

/** Puts values in the place of `{name}`; `{{` and `}}` stand for braces. */
export function fillTemplate(template: string, values: ReadonlyMap<string, string>): Filled {
  let text = '';
  for (const [piece] of template.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/gs)) {
    if (piece === '{{' || piece === '}}') text += piece[0];
    else if (piece === '{' || piece === '}') return { ok: false, reason: 'bad-template', what: piece };
    else if (!piece.startsWith('{')) text += piece;
    else {
      const filled = fillField(piece.slice(1, -1), values);
      if (!filled.ok) return filled;
      text += filled.text;
    }
  }
  return { ok: true, text };
}

function fillField(field: string, values: ReadonlyMap<string, string>): Filled {
  const [isField, name = '', index = '', layout = ''] = FIELD.exec(field) ?? [];
  if (isField === undefined) return { ok: false, reason: 'bad-template', what: `{${field}}` };
  const value = values.get(name);
  if (value === undefined) return { ok: false, reason: 'unknown-placeholder', what: name };
  const chosen = index === '' ? value : [...value][Number(index.slice(1, -1))];
  const laidOut = chosen === undefined ? undefined : layOut(chosen, layout);
  if (laidOut === undefined) return { ok: false, reason: 'bad-template', what: `{${field}}` };
  return { ok: true, text: laidOut };
}

/** Cuts and pads, such as `.3` for the first three characters. */
function layOut(value: string, layout: string): string | undefined {
  const found = LAYOUT.exec(layout);
  if (found === null) return undefined;
  const [, fill, side = '<', zero = '', width = '', most] = found;
  const characters = [...value].slice(0, most === undefined ? undefined : Number(most));
  const missing = Math.max(0, Number(width) - characters.length);
  const before = { '<': 0, '>': missing, '^': Math.floor(missing / 2) }[side] ?? 0;
  const blank = fill ?? (zero === '0' ? '0' : ' ');
  return blank.repeat(before) + characters.join('') + blank.repeat(missing - before);
}

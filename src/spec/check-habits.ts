/** Habits of Pachyderm's and the shell's that mean nothing here: `/pfs/images`, `$out` where no shell reads it, `$1`. */
import type { Fix, Report } from './diagnostic.ts';
import { declaredInputs, writtenInputs } from './input-values.ts';
import { type DeclaredInput, placeholderNames } from './placeholders.ts';
import type { Places, SpecPath } from './places.ts';
import { oddlyPlaced } from './shell-quotes.ts';
import { valueAt } from './spec-values.ts';
import { parseTemplate } from './template.ts';
import { isWhole, replacePart } from './text-fixes.ts';

/** One document, and what its placeholders can be. */
interface Context {
  readonly value: object;
  readonly places: Places;
  readonly report: Report;
  readonly inputs: readonly DeclaredInput[];
  readonly known: ReadonlySet<string>;
}

/** Checks all texts of a document. */
export function checkHabits(value: object, places: Places, report: Report): void {
  const inputs = declaredInputs(value);
  const context: Context = { value, places, report, inputs, known: placeholderNames(inputs) };
  const at = (...fields: readonly string[]): readonly SpecPath[] =>
    fields.flatMap((field) => textsAt(value, ['transform', field]));
  const env = at('env');
  const lines = at('stdin', 'err_stdin');
  const commands = at('cmd', 'err_cmd');
  // Within an image Pachyderm's paths can be there.
  if (valueAt(value, ['transform', 'image']) === undefined)
    for (const path of [...commands, ...env, ...lines])
      checkPachydermPaths(path, lines.includes(path), context);
  for (const path of lines) checkLine(path, context);
  for (const path of [...commands, ...env]) if (path.length > 2) checkVariables(path, context);
  checkEnvironment(context);
  checkCapturesOfOutput(context);
  for (const { path } of writtenInputs(value))
    for (const field of ['join_on', 'group_by']) checkCapturesOfKey([...path, field], context);
}

function textsAt(value: object, path: SpecPath): readonly SpecPath[] {
  const found = valueAt(value, path);
  if (typeof found === 'string') return [path];
  if (typeof found !== 'object' || found === null) return [];
  const keys = Array.isArray(found) ? [...found.keys()] : Object.keys(found);
  return keys.flatMap((key) => textsAt(value, [...path, key]));
}

const PACHYDERM_PATH = /(?<![\w.}/-])\/pfs\/([\w-]+)(\/\*?)?(?![\w./*?[{-])/g;

function checkPachydermPaths(path: SpecPath, isLine: boolean, context: Context): void {
  const { places, report, inputs, known } = context;
  const text = String(valueAt(context.value, path));
  for (const found of text.matchAll(/(?<![\w.}/-])\/pfs\/[\w-]+/g)) {
    const name = found[0].slice('/pfs/'.length);
    const isKnown = inputs.some((input) => input.name === name);
    const input = isKnown ? name : (inputs[0]?.name ?? 'input');
    const message = isLine
      ? `There is no \`/pfs\` here; write \`$${input}\` for the input and \`$out\` for the output, where a shell reads this.`
      : `There is no \`/pfs\` here; write \`{${input}}\` for the input and \`{out}\` for the output.`;
    const end = found.index + found[0].length;
    const fixes = isLine || !(isKnown || name === 'out') ? [] : fixesOf(found.index, end, name);
    report('pachyderm-path', 'warning', message, rangeOf(path, found.index, end, places), fixes);
  }

  function fixesOf(start: number, end: number, name: string): readonly Fix[] {
    PACHYDERM_PATH.lastIndex = start;
    const whole = PACHYDERM_PATH.exec(text);
    // What follows the output is a path in it, while an input's own path is matched by the glob.
    const exactEnd = name === 'out' ? end : whole?.index === start ? start + whole[0].length : undefined;
    if (exactEnd === undefined) return [];
    const fixed = `${text.slice(0, start)}{${name}}${text.slice(exactEnd)}`;
    const { quoted, inDocument } = oddlyPlaced(fixed, parseTemplate(fixed, known));
    const isShell = path.length === 2;
    if (isShell && [...quoted, ...inDocument].some((part) => part.start === start)) return [];
    return replacePart(path, text, { start, end: exactEnd }, `{${name}}`, places);
  }
}

/** Standard input is given as it stands. */
function checkLine(path: SpecPath, { value, places, report, inputs, known }: Context): void {
  const text = String(valueAt(value, path));
  const variables = new Set(['out', ...inputs.map(({ name }) => name)]);
  for (const part of parseTemplate(text, known).parts) {
    if (part.kind !== 'placeholder') continue;
    const hasVariable = variables.has(part.name);
    const instead = hasVariable
      ? `where a shell reads it, write \`$${part.name}\``
      : `set a variable to it in \`env\`, and write that where a shell reads it`;
    const message = `Placeholders of standard input are not replaced; ${instead}.`;
    const fixes = hasVariable ? replacePart(path, text, part, `$${part.name}`, places) : [];
    report('placeholder-in-stdin', 'warning', message, rangeOf(path, part.start, part.end, places), fixes);
  }
}

const SHELL = /^(?:.*\/)?(?:ba|da|z|k|c|tc|fi)?sh$/;

/** A word of a list, or a value of `env`, which no shell reads. */
function checkVariables(path: SpecPath, { value, places, report, inputs }: Context): void {
  const text = String(valueAt(value, path));
  // Words with spaces or quotes are programs of their own: for a shell, awk or perl.
  if (/[\s'"();|`]/.test(text)) return;
  const index = path[2];
  const before = valueAt(value, path.slice(0, 2));
  const words: readonly unknown[] = Array.isArray(before) && typeof index === 'number' ? before : [];
  const others = words.slice(0, Number(index)).map((word) => (typeof word === 'string' ? word : ''));
  const isScript = others.some((word) => SHELL.test(word)) || /^-\w*[ce]$/.test(others.at(-1) ?? '');
  if (isScript) return;
  const names = new Set(['out', ...inputs.map(({ name }) => name)]);
  for (const found of text.matchAll(/(?<![\\$])\$(?:(\w+)|\{(\w+)\})/g)) {
    const name = found[1] ?? found[2] ?? '';
    if (!names.has(name)) continue;
    const span = { start: found.index, end: found.index + found[0].length };
    const message = `No shell reads this, so \`${found[0]}\` stays as it is; write \`{${name}}\`.`;
    const fixes = replacePart(path, text, span, `{${name}}`, places);
    report('unread-variable', 'warning', message, rangeOf(path, span.start, span.end, places), fixes);
  }
}

function checkEnvironment({ value, places, report, inputs }: Context): void {
  for (const name of Object.keys(valueAt(value, ['transform', 'env']) ?? {})) {
    if (name !== 'out' && !inputs.some((input) => input.name === name)) continue;
    const path = ['transform', 'env', name];
    const what = name === 'out' ? "the result's directory" : 'the path of the input';
    const message = `The variable \`${name}\` holds ${what} otherwise; call this one something else.`;
    report('overwritten-variable', 'warning', message, places.key(path) ?? places.nearest(path));
  }
}

function checkCapturesOfOutput({ value, places, report, inputs }: Context): void {
  const path = ['output'];
  const text = valueAt(value, path);
  if (typeof text !== 'string') return;
  const only = inputs.length === 1 && inputs[0]?.only === true;
  for (const found of text.matchAll(/(?:\$\{?|\\)(\d+)(?:(?<=\{\d+)\})?/g)) {
    const span = { start: found.index, end: found.index + found[0].length };
    const written = only ? `{${found[1]}}` : `{${inputs[0]?.name ?? 'input'}.${found[1]}}`;
    const message = `A capture is written in braces here, so \`${found[0]}\` stays as it is; write \`${written}\`.`;
    const fixes = only ? replacePart(path, text, span, written, places) : [];
    report('capture-style', 'warning', message, rangeOf(path, span.start, span.end, places), fixes);
  }
}

function checkCapturesOfKey(path: SpecPath, { value, places, report }: Context): void {
  const text = valueAt(value, path);
  if (typeof text !== 'string') return;
  for (const found of text.matchAll(/(?<!\$)\{(?:\w+\.)?(\d+)\}|\\(\d+)/g)) {
    const span = { start: found.index, end: found.index + found[0].length };
    const number = found[1] ?? found[2];
    const written = /\d/.test(text[span.end] ?? '') ? `\${${number}}` : `$${number}`;
    const message = `A key has its captures as \`$1\`, so \`${found[0]}\` stays as it is; write \`${written}\`.`;
    const fixes = replacePart(path, text, span, written, places);
    report('capture-style', 'warning', message, rangeOf(path, span.start, span.end, places), fixes);
  }
}

function rangeOf(path: SpecPath, start: number, end: number, places: Places): ReturnType<Places['nearest']> {
  const range = places.within(path, start, end);
  return range !== undefined && isWhole(range, end - start) ? range : places.nearest(path);
}

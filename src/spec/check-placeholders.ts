/** Rules about placeholders: known names, captures that exist, quotes, and words that hold several paths. */
import type { Diagnostic, Report } from './diagnostic.ts';
import { declaredInputs, writtenInputs } from './input-values.ts';
import { type DeclaredInput, type Placeholder, placeholdersOf } from './placeholders.ts';
import type { Places, SpecPath } from './places.ts';
import { oddlyPlaced } from './shell-quotes.ts';
import { valueAt } from './spec-values.ts';
import { parseTemplate, type Template, type TemplatePart } from './template.ts';

/** One text with placeholders. */
interface Written {
  readonly path: SpecPath;
  readonly text: string;
  readonly template: Template;
  readonly rangeOf: (part: { readonly start: number; readonly end: number }) => Diagnostic['range'];
}

/** Checks every text in which placeholders are replaced. */
export function checkPlaceholders(value: object, places: Places, report: Report): void {
  // Without an input its names are not known, and guesses would mislead.
  if (writtenInputs(value).every((input) => input.name === undefined)) return;
  const inputs = declaredInputs(value);
  const placeholders = placeholdersOf(inputs);
  const known = new Set(placeholders.map((placeholder) => placeholder.name));
  for (const path of templatePaths(value)) {
    const text = valueAt(value, path);
    if (typeof text !== 'string') continue;
    const written: Written = {
      path,
      text,
      template: parseTemplate(text, known),
      rangeOf: (part) => places.within(path, part.start, part.end) ?? places.nearest(path),
    };
    checkHints(written, report);
    checkCaptures(written, inputs, known, report);
    checkValues(written, value, report);
    if (isShell(path)) checkQuotes(written, report);
    else checkSeveral(written, inputs, report);
    if (path[0] === 'output') checkOutput(written, placeholders, report);
  }
}

function checkHints({ template, rangeOf }: Written, report: Report): void {
  for (const hint of template.hints) {
    const range = rangeOf(hint);
    const exact = hint.end - hint.start === range.end.character - range.start.character;
    const newText = `{${hint.suggestion}}`;
    const message = `\`{${hint.written}}\` is no placeholder and stays as it is; did you mean \`${newText}\`?`;
    const fixes = exact ? [{ title: `Change to \`${newText}\``, range, newText }] : [];
    report('unknown-placeholder', 'warning', message, range, fixes);
  }
}

/** `{images.3}` can only mean a capture, so it is an error when the glob has no third one. */
function checkCaptures(
  { text, path, rangeOf }: Written,
  inputs: readonly DeclaredInput[],
  known: ReadonlySet<string>,
  report: Report,
): void {
  const tell = (message: string, index: number, length: number, sure: boolean): void =>
    report(
      'unknown-capture',
      sure ? 'error' : 'warning',
      message,
      rangeOf({ start: index, end: index + length }),
    );
  for (const found of text.matchAll(/(?<![${])\{([A-Za-z_]\w*)\.(\d+)\}/g)) {
    const name = `${found[1]}.${found[2]}`;
    if (known.has(name) || !inputs.some((input) => input.name === found[1])) continue;
    const message = `The glob has no capture ${found[2]}, which \`{${name}}\` asks for; put parentheses around what it should take.`;
    tell(message, found.index, found[0].length, true);
  }
  // In a shell's text `{2}` is a regular expression's more often than ours; elsewhere only behind a separator.
  if (isShell(path)) return;
  for (const found of text.matchAll(/(?<=^|[/=_.-])\{(\d+)\}/g)) {
    const number = found[1] ?? '';
    if (known.has(number)) continue;
    const message =
      inputs.length === 1 && inputs[0]?.only === true
        ? `The glob has no capture ${number}, so \`{${number}}\` stays as it is; put parentheses around what it should take.`
        : `\`{${number}}\` stays as it is, because there are several inputs; write \`{${inputs[0]?.name ?? 'input'}.${number}}\` with the input's name.`;
    tell(message, found.index, found[0].length, false);
  }
}

function checkValues({ template, rangeOf }: Written, value: object, report: Report): void {
  for (const part of template.parts) {
    if (part.kind !== 'placeholder' || part.name !== 'memory_mb') continue;
    const asked = ['resource_requests', 'resource_limits'].some(
      (field) => valueAt(value, [field, 'memory']) !== undefined,
    );
    if (asked) continue;
    const message =
      '`{memory_mb}` is what `resource_requests.memory` asks for; add `resource_requests: { memory: 8G }`.';
    report('placeholder-without-value', 'error', message, rangeOf(part));
  }
}

function checkQuotes({ text, template, rangeOf }: Written, report: Report): void {
  const { quoted, inDocument } = oddlyPlaced(text, template);
  for (const part of inDocument) {
    const written = text.slice(part.start, part.end);
    const message = `A path that needs quotes is inserted with them, and a here-document keeps them as text; give \`${written}\` to a variable in front of it, and write that.`;
    report('placeholder-in-document', 'information', message, rangeOf(part));
  }
  for (const part of quoted) {
    const written = text.slice(part.start, part.end);
    const message = `Paths are inserted with quotes of their own; take \`${written}\` out of these quotes.`;
    report('placeholder-in-quotes', 'error', message, rangeOf(part));
  }
}

/** A grouped input has several paths, which do not fit into one word; an optional one may leave half a word. */
function checkSeveral(
  { path, template, rangeOf }: Written,
  inputs: readonly DeclaredInput[],
  report: Report,
): void {
  const field = String(path[0] === 'output' ? 'output' : path[1]);
  const inNested = path.filter((step) => typeof step === 'number').length > 1;
  if (inNested || (template.parts.length === 1 && path[0] !== 'output')) return;
  for (const part of template.parts) {
    if (part.kind !== 'placeholder') continue;
    const whole = part.name.replace(/\.path$/, '');
    const input = inputs.find(({ name }) => part.name === name || whole === name);
    if (input?.several === true) {
      const message = `\`{${part.name}}\` is in a group and can stand for several paths, which do not fit into one word; ${SEVERAL[field] ?? 'write it as a word of its own, or put the words to repeat in a nested list'}.`;
      report('several-paths', 'warning', message, rangeOf(part));
    } else if (input?.optional === true && field !== 'env') {
      const message =
        field === 'output'
          ? `A datum may have nothing for \`{${part.name}}\`, and has no place for its result then; use \`{datum}\`.`
          : `A datum may have nothing for \`{${part.name}}\`, which leaves only the rest of this word; put the words in a nested list, which then vanishes.`;
      report('maybe-no-path', 'warning', message, rangeOf(part));
    }
  }
}

/** What to do about several paths where a nested list cannot be. */
const SEVERAL: Readonly<Record<string, string>> = {
  output: 'use `{datum}`, or a capture that is the same for all files of a datum',
  env: 'the variables that are named like inputs have all of their paths, one a line',
};

function checkOutput(
  { text, template, rangeOf }: Written,
  placeholders: readonly Placeholder[],
  report: Report,
): void {
  const temporary = new Set(placeholders.filter((one) => one.temporary).map((one) => one.name));
  for (const part of template.parts) {
    if (part.kind !== 'placeholder' || !temporary.has(part.name)) continue;
    const message = `\`{${part.name}}\` only exists while a job runs; name the result's place with \`{datum}\` or a capture.`;
    report('placeholder-not-here', 'error', message, rangeOf(part));
  }
  // A directory with braces in its name is never meant.
  const explained = new Set(
    [...template.hints, ...template.parts.filter(isPlaceholder)].map(({ start }) => start),
  );
  for (const found of text.matchAll(/(?<![${])\{([A-Za-z_][\w.]*)\}(?!\})/g)) {
    if (explained.has(found.index) || /\.\d+$/.test(found[1] ?? '')) continue;
    const range = rangeOf({ start: found.index, end: found.index + found[0].length });
    const message = `\`${found[0]}\` is no placeholder of this spec, and a result's place should not have braces in its name; use \`{datum}\`, a capture, or \`{{\` and \`}}\` for braces.`;
    report('unknown-placeholder', 'error', message, range);
  }
}

function isPlaceholder(part: TemplatePart): boolean {
  return part.kind === 'placeholder';
}

/** Whether the text at a path is run by a shell. */
function isShell(path: SpecPath): boolean {
  return path.length === 2 && path[0] === 'transform';
}

/** Every text in which placeholders are replaced. */
function templatePaths(value: object): SpecPath[] {
  const paths: SpecPath[] = [];
  const visit = (path: SpecPath): void => {
    const found = valueAt(value, path);
    if (typeof found === 'string') paths.push(path);
    else if (Array.isArray(found)) for (const index of found.keys()) visit([...path, index]);
  };
  visit(['transform', 'cmd']);
  visit(['transform', 'err_cmd']);
  const env = valueAt(value, ['transform', 'env']);
  if (typeof env === 'object' && env !== null) {
    for (const key of Object.keys(env)) visit(['transform', 'env', key]);
  }
  visit(['output']);
  return paths;
}

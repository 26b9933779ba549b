/** Rules of the language that a schema cannot say: paths, names, durations and placeholders. */
import type { Diagnostic, Fix, Severity } from './diagnostic.ts';
import { parseDuration } from './durations.ts';
import { placeholdersOf, RESERVED_NAMES } from './placeholders.ts';
import type { Places, SpecPath } from './places.ts';
import { identifierOf, pipelineName, type SpecOrigin, textAt, valueAt } from './spec-values.ts';
import { parseTemplate, quotedPlaceholders } from './template.ts';

/** Everything that holds within one spec; looks only at values of the right type, so it also works on a broken one. */
export function checkLanguage(value: object, places: Places, origin: SpecOrigin): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report: Report = (rule, severity, message, range, fixes = []) => {
    found.push({ rule, severity, message, range, ...(fixes.length > 0 ? { fixes } : {}) });
  };
  checkName(value, places, origin, report);
  checkPath(value, ['input', 'pfs', 'repo'], places, report);
  checkPath(value, ['transform', 'working_dir'], places, report);
  checkGlobs(value, places, report);
  checkInputName(value, places, report);
  checkTimeout(value, places, report);
  checkPlaceholders(value, places, report);
  checkOutput(value, places, report);
  return found;
}

type Report = (
  rule: string,
  severity: Severity,
  message: string,
  range: Diagnostic['range'],
  fixes?: readonly Fix[],
) => void;

function checkName(value: object, places: Places, origin: SpecOrigin, report: Report): void {
  if (valueAt(value, ['pipeline', 'name']) !== undefined || pipelineName(value, origin) !== undefined) return;
  const message =
    "The spec at the project's root has no directory to be named after; add `pipeline: { name: … }`.";
  report('missing-field', 'error', message, places.key(['pipeline']) ?? places.first());
}

/** Paths of the project are relative, inside and in their shortest form, so that each place has one name. */
function checkPath(value: object, path: SpecPath, places: Places, report: Report): void {
  const written = textAt(value, path);
  const range = places.value(path);
  if (written === undefined || written === '' || range === undefined) return;
  const field = `\`${String(path.at(-1))}\``;
  const isRepo = path.at(-1) === 'repo';
  if (written === '.') {
    if (!isRepo) return;
    report(
      'repo-path',
      'error',
      `${field} cannot be the whole project, which holds the results too; name a directory.`,
      range,
    );
    return;
  }
  if (/^[A-Za-z]:[\\/]|^~/.test(written)) {
    report(
      'repo-path',
      'error',
      `${field} is a path from the project's root; \`${written}\` is outside of it.`,
      range,
    );
    return;
  }
  const shortest = normalised(written);
  if (shortest === undefined || (written.startsWith('/') && shortest === '')) {
    report('repo-path', 'error', `${field} must stay inside the project; \`${written}\` leaves it.`, range);
    return;
  }
  if (shortest === written) return;
  const fixes =
    shortest === '' ? [] : [{ title: `Change to \`${shortest}\``, range, newText: quoteLike(shortest) }];
  const reason = written.startsWith('/')
    ? "is a path from the project's root and has no slash in front"
    : 'must be written in its shortest form';
  report(
    'repo-path',
    'error',
    `${field} ${reason}; write \`${shortest === '' ? '.' : shortest}\`.`,
    range,
    fixes,
  );
}

/** Without empty, `.` and `..` segments; `undefined` when it leaves the project. */
function normalised(path: string): string | undefined {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.join('/');
}

function quoteLike(text: string): string {
  return /^[\w][\w./-]*$/.test(text) ? text : JSON.stringify(text);
}

/** A glob matches paths below a directory, which never have `.` or `..` as a segment. */
function checkGlobs(value: object, places: Places, report: Report): void {
  const lists = [
    ['transform', 'code'],
    ['transform', 'context'],
  ].flatMap((path) => {
    const items = valueAt(value, path);
    return Array.isArray(items) ? items.map((_, index) => [...path, index]) : [];
  });
  for (const path of [['input', 'pfs', 'glob'], ...lists]) {
    const glob = textAt(value, path);
    const found = glob === undefined ? null : /(?:^|\/)(\.{1,2})(?=\/|$)/.exec(glob);
    if (glob === undefined || found === null) continue;
    const start = found.index + found[0].length - (found[1]?.length ?? 0);
    const range = places.within(path, start, found.index + found[0].length) ?? places.nearest(path);
    report(
      'glob-outside',
      'error',
      `A glob cannot have \`${found[1] ?? '.'}\` as a segment; leave it out.`,
      range,
    );
  }
}

function checkInputName(value: object, places: Places, report: Report): void {
  const written = textAt(value, ['input', 'pfs', 'name']);
  const repo = textAt(value, ['input', 'pfs', 'repo']);
  const name = written ?? (repo === undefined ? undefined : identifierOf(repo));
  if (name === undefined || !RESERVED_NAMES.has(name)) return;
  const path: SpecPath = ['input', 'pfs', written === undefined ? 'repo' : 'name'];
  const message =
    written === undefined
      ? `The repo's last segment gives the input the reserved name \`${name}\`; add a \`name\` of its own.`
      : `\`${name}\` is a reserved name; call the input something else.`;
  report('reserved-name', 'error', message, places.value(path) ?? places.nearest(path));
}

function checkTimeout(value: object, places: Places, report: Report): void {
  const path = ['datum_timeout'];
  const number = valueAt(value, path);
  const written = textAt(value, path);
  const range = places.value(path);
  if (range === undefined || written === undefined || written === '' || typeof number === 'number') return;
  if (parseDuration(written) !== undefined) return;
  const fixes = /^\d+$/.test(written)
    ? [{ title: `Change to \`${written}s\``, range, newText: `${written}s` }]
    : [];
  const message = `\`datum_timeout\` is a duration above zero such as \`1h30m\`, and \`${written}\` is not one.`;
  report('wrong-duration', 'error', message, range, fixes);
}

function checkOutput(value: object, places: Places, report: Report): void {
  const output = textAt(value, ['output']);
  const range = places.value(['output']);
  if (output === undefined || range === undefined) return;
  if (output.startsWith('/')) {
    report(
      'output-outside',
      'error',
      "`output` is a path under the pipeline's directory; leave the leading slash out.",
      range,
    );
  } else if (output.split('/').includes('..')) {
    report(
      'output-outside',
      'error',
      "A result cannot leave the pipeline's directory; leave `..` out of `output`.",
      range,
    );
  }
}

function checkPlaceholders(value: object, places: Places, report: Report): void {
  const repo = textAt(value, ['input', 'pfs', 'repo']);
  const glob = textAt(value, ['input', 'pfs', 'glob']) ?? '';
  // Without an input its names are not known, and guesses would mislead.
  if (repo === undefined) return;
  const name = textAt(value, ['input', 'pfs', 'name']) ?? identifierOf(repo);
  const placeholders = placeholdersOf({ name, glob });
  const known = new Set(placeholders.map((placeholder) => placeholder.name));
  const temporary = new Set(placeholders.filter((one) => one.temporary).map((one) => one.name));
  for (const path of templatePaths(value)) {
    const text = textAt(value, path);
    if (text === undefined) continue;
    const template = parseTemplate(text, known);
    const rangeOf = (part: { start: number; end: number }): Diagnostic['range'] =>
      places.within(path, part.start, part.end) ?? places.nearest(path);
    for (const hint of template.hints) {
      const range = rangeOf(hint);
      const exact = hint.end - hint.start === range.end.character - range.start.character;
      const newText = `{${hint.suggestion}}`;
      const message = `\`{${hint.written}}\` is no placeholder and stays as it is; did you mean \`${newText}\`?`;
      const fixes = exact ? [{ title: `Change to \`${newText}\``, range, newText }] : [];
      report('unknown-placeholder', 'warning', message, range, fixes);
    }
    checkCaptures(text, name, known, (message, part) =>
      report('unknown-capture', 'error', message, rangeOf(part)),
    );
    if (path.length === 2 && path[1] === 'cmd') {
      for (const part of quotedPlaceholders(text, template)) {
        const written = text.slice(part.start, part.end);
        const message = `Paths are inserted with quotes of their own; take \`${written}\` out of these quotes.`;
        report('placeholder-in-quotes', 'error', message, rangeOf(part));
      }
    }
    if (path[0] !== 'output') continue;
    for (const part of template.parts) {
      if (part.kind !== 'placeholder' || !temporary.has(part.name)) continue;
      const message = `\`{${part.name}}\` only exists while a job runs; name the result's place with \`{datum}\` or a capture.`;
      report('placeholder-not-here', 'error', message, rangeOf(part));
    }
  }
}

/** `{images.3}` can only mean a capture, so it is an error when the glob has no third one. */
function checkCaptures(
  text: string,
  name: string,
  known: ReadonlySet<string>,
  report: (message: string, part: { start: number; end: number }) => void,
): void {
  for (const found of text.matchAll(/(?<![${])\{([A-Za-z_]\w*)\.(\d+)\}/g)) {
    const written = `${found[1]}.${found[2]}`;
    if (found[1] !== name || known.has(written)) continue;
    const message = `The glob has no capture ${found[2]}, which \`{${written}}\` asks for; put parentheses around what it should take.`;
    report(message, { start: found.index, end: found.index + found[0].length });
  }
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
  const env = valueAt(value, ['transform', 'env']);
  if (typeof env === 'object' && env !== null) {
    for (const key of Object.keys(env)) visit(['transform', 'env', key]);
  }
  visit(['output']);
  return paths;
}

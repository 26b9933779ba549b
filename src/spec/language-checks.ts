/** Rules of the language that a schema cannot say: paths, names, durations and placeholders. */
import { checkHabits } from './check-habits.ts';
import { checkInputs } from './check-inputs.ts';
import { checkPlaceholders } from './check-placeholders.ts';
import type { Diagnostic, Report } from './diagnostic.ts';
import { parseDuration } from './durations.ts';
import { writtenInputs } from './input-values.ts';
import type { Places, SpecPath } from './places.ts';
import { nearestQuantity, parseQuantity } from './quantities.ts';
import { pipelineName, type SpecOrigin, textAt, valueAt } from './spec-values.ts';

/** Everything that holds within one spec; looks only at values of the right type, so it also works on a broken one. */
export function checkLanguage(value: object, places: Places, origin: SpecOrigin): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report: Report = (rule, severity, message, range, fixes = []) => {
    found.push({ rule, severity, message, range, ...(fixes.length > 0 ? { fixes } : {}) });
  };
  checkName(value, places, origin, report);
  for (const { path } of writtenInputs(value)) checkPath(value, [...path, 'repo'], places, report);
  checkPath(value, ['transform', 'working_dir'], places, report);
  checkProgram(value, places, report);
  checkGlobs(value, places, report);
  checkInputs(value, places, report);
  for (const field of ['datum_timeout', 'job_timeout']) checkTimeout(value, [field], places, report);
  checkQuantities(value, places, report);
  checkPlaceholders(value, places, report);
  checkHabits(value, places, report);
  checkOutput(value, places, report);
  return found;
}

function checkName(value: object, places: Places, origin: SpecOrigin, report: Report): void {
  if (valueAt(value, ['pipeline', 'name']) !== undefined || pipelineName(value, origin) !== undefined) return;
  const message =
    "The spec at the project's root has no directory to be named after; add `pipeline: { name: … }`.";
  report('missing-field', 'error', message, places.key(['pipeline']) ?? places.first());
}

/** The first word of a list is the program, and a shell's text of spaces alone is none. */
function checkProgram(value: object, places: Places, report: Report): void {
  for (const field of ['cmd', 'err_cmd']) {
    const text = textAt(value, ['transform', field]);
    const path = ['transform', field, ...(text === undefined ? [0] : [])];
    // A text of no characters is told of by the schema.
    if (textAt(value, path)?.trim() !== '' || text === '') continue;
    const message = `\`transform.${field}\` begins with no program; write its name, such as \`${field}: [ls, "{out}"]\`.`;
    report('empty-value', 'error', message, places.value(path) ?? places.nearest(path));
  }
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
  const lists = [['transform', 'code'], ['transform', 'context'], ['discard']].flatMap((path) => {
    const items = valueAt(value, path);
    return Array.isArray(items) ? items.map((_, index) => [...path, index]) : [];
  });
  const globs = writtenInputs(value).map(({ path }) => [...path, 'glob']);
  for (const path of [...globs, ...lists]) {
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

function checkTimeout(value: object, path: SpecPath, places: Places, report: Report): void {
  const number = valueAt(value, path);
  const written = textAt(value, path);
  const range = places.value(path);
  if (range === undefined || written === undefined || written === '' || typeof number === 'number') return;
  if (parseDuration(written) !== undefined) return;
  const fixes = /^\d+$/.test(written)
    ? [{ title: `Change to \`${written}s\``, range, newText: `${written}s` }]
    : [];
  const message = `\`${String(path.at(-1))}\` is a duration above zero such as \`1h30m\`, and \`${written}\` is not one.`;
  report('wrong-duration', 'error', message, range, fixes);
}

function checkQuantities(value: object, places: Places, report: Report): void {
  for (const field of ['resource_requests', 'resource_limits']) {
    for (const path of [
      [field, 'memory'],
      [field, 'disk'],
    ]) {
      const written = textAt(value, path);
      if (written === undefined || written === '' || parseQuantity(written) !== undefined) continue;
      const near = nearestQuantity(written);
      const hint = near === undefined ? '' : `; write \`${near}\``;
      const message = `\`${path.join('.')}\` is an amount above zero such as \`8G\` or \`512Mi\`, and \`${written}\` is not one${hint}.`;
      const range = places.value(path) ?? places.nearest(path);
      const canFix = near !== undefined && places.at(path)?.aliased === false;
      const fixes = canFix ? [{ title: `Change to \`${near}\``, range, newText: near }] : [];
      report('wrong-quantity', 'error', message, range, fixes);
    }
  }
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

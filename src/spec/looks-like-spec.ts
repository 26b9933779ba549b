/**
 * Whether a `spec.yml` is one of ours. Other tools use that file name too (OpenAPI, Kubernetes, log shippers), and
 * nothing is more annoying than an editor that finds mistakes in somebody else's file.
 */
import { distance } from 'fastest-levenshtein';

/** Our fields at the top, and what can stand under each; with none of these a field is somebody else's. */
const OURS: Readonly<Record<string, RegExp>> = {
  pipeline: /^(?:name|project)$/,
  input: /^(?:pfs|cross|union|join|group|cron|git)$/,
  transform:
    /^(?:cmd|image|stdin|env|err_?cmd|err_?stdin|working_?dir|accept_?return_?code|code|context|user|secrets|debug)$/i,
};

/** Fields at the top that say whose file it is. */
const THEIRS = new Set([
  'openapi',
  'swagger',
  'asyncapi',
  'apiVersion',
  'kind',
  'info',
  'paths',
  'components',
  'jobs',
]);

/** A line is read only up to here, so that a data file in disguise costs nothing. */
const MAXIMUM_LENGTH = 200_000;

/**
 * A cheap guess that also works while the text is being typed and is not valid YAML. With an `input` and a `transform`
 * that both look like ours, also misspelt, it is ours whatever else stands in it: a spec with a mistake must not vanish.
 * So is one with nothing in it but comments: no other tool reads that.
 */
export function looksLikeSpec(text: string): boolean {
  const shortened = text.slice(0, MAXIMUM_LENGTH);
  if (shortened.split('\n').every((line) => /^(?:#|(?:---|\.\.\.)?$)/.test(line.trim()))) return true;
  if (/^\s*\{/.test(shortened)) return looksLikeFlowSpec(shortened);
  let inside: string | undefined;
  let isExact = true;
  let bad = 0;
  let open = 0;
  let isTheirs = false;
  const good = { exact: 0, fields: new Set<string>() };
  const waiting = new Set<string>();
  let childIndentation: number | undefined;
  let topIndentation: number | undefined;
  const count = (fits: boolean, field: string): void => {
    if (fits) good.fields.add(field);
    if (isExact && fits) good.exact += 1;
    else if (isExact) bad += 1;
  };
  for (const line of shortened.split('\n')) {
    const found = /^(\uFEFF?\s*)(?:(["']?)([A-Za-z_][\w-]*)\2)\s*:(?:\s+(.*?))?\s*$/.exec(line);
    if (found === null) continue;
    const indentation = (found[1] ?? '').replace('\uFEFF', '').length;
    topIndentation ??= indentation;
    const key = found[3] ?? '';
    const rest = (found[4] ?? '').replace(/(?:^|\s)#.*$/, '');
    if (indentation <= topIndentation) {
      isTheirs ||= THEIRS.has(key);
      isExact = Object.hasOwn(OURS, key);
      inside = isExact ? key : misspelt(key);
      childIndentation = undefined;
      if (inside === undefined) continue;
      if (rest === '' || rest.startsWith('&')) {
        if (isExact) open += 1;
        waiting.add(inside);
        continue;
      }
      const flow = /^\{\s*["']?(\w*)/.exec(rest);
      // A name right behind `pipeline:` is a mistake of ours as likely as anything of others.
      if (flow === null && inside === 'pipeline') open += isExact ? 1 : 0;
      else count(flow !== null && (flow[1] === '' || OURS[inside]?.test(flow[1] ?? '') === true), inside);
    } else if (inside !== undefined) {
      childIndentation ??= indentation;
      if (indentation !== childIndentation) continue;
      if (OURS[inside]?.test(key)) {
        count(true, inside);
        waiting.delete(inside);
      } else if (waiting.delete(inside)) count(false, inside);
    }
  }
  if (good.fields.has('input') && good.fields.has('transform')) return true;
  if (isTheirs) return false;
  return good.exact > 0 ? good.exact >= bad : open > 0 && bad === 0;
}

/** Whether a text says, by a field at its top, that it is of a certain other tool. */
export function namesItsTool(text: string): boolean {
  const fields = text.slice(0, MAXIMUM_LENGTH).matchAll(/^(["']?)(\w+)\1\s*:/gm);
  return [...fields].some(([, , field = '']) => THEIRS.has(field));
}

/** The field that a key nearly is. */
function misspelt(key: string): string | undefined {
  return ['input', 'transform'].find((field) => distance(key.toLowerCase(), field) <= 2);
}

function looksLikeFlowSpec(text: string): boolean {
  return Object.entries(OURS).some(([field, inner]) => {
    const found = new RegExp(`["']?\\b${field}["']?\\s*:\\s*\\{\\s*["']?(\\w+)`).exec(text);
    return found !== null && inner.test(found[1] ?? '');
  });
}

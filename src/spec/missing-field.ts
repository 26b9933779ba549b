/** The quick fix for a required field that is not there: writes it, with an example, the way its mapping is written. */
import type { Fix } from './diagnostic.ts';
import type { Place, SpecPath } from './places.ts';
import { SPEC_SCHEMA, schemaAt } from './schema.ts';
import { identifierOf, textAt, valueAt } from './spec-values.ts';
import { readYaml, type YamlDocument } from './yaml-document.ts';

/** The fix for the field at `path`; none where it cannot be written safely. */
export function addMissingField(path: SpecPath, document: YamlDocument, text: string): readonly Fix[] {
  const name = String(path.at(-1));
  const mapping = path.slice(0, -1);
  const place = document.places.at(mapping);
  const example = exampleAt(path, document.value);
  if (place === undefined || place.aliased || example === undefined) return [];
  const isFlow = text[place.value.start] === '{';
  const insertion = isFlow
    ? inFlow(mapping, place, name, example, document, text)
    : inBlock(mapping, name, example, document, text);
  if (insertion === undefined) return [];
  const { at, newText } = insertion;
  const mended = readYaml(text.slice(0, at) + newText + text.slice(at));
  // Comments, anchors and half-typed values can stand anywhere; what did not come out right is not offered.
  const came = JSON.stringify(valueAt(mended.value, path)) === JSON.stringify(example);
  if (!came || mended.diagnostics.length > document.diagnostics.length) return [];
  const position = document.lines.position(at);
  return [{ title: `Add \`${name}:\``, range: { start: position, end: position }, newText }];
}

interface Insertion {
  readonly at: number;
  readonly newText: string;
}

function inFlow(
  mapping: SpecPath,
  place: Place,
  name: string,
  example: unknown,
  document: YamlDocument,
  text: string,
): Insertion {
  const last = childrenOf(mapping, document).at(-1);
  // JSON has quotes around keys, and what was JSON stays it.
  const isJson = last?.key !== undefined && text[last.key.start] === '"';
  const field = isJson ? `"${name}": ${JSON.stringify(example)}` : `${name}: ${flow(example)}`;
  const at = place.value.start + 1;
  if (last === undefined) return { at, newText: text[at] === '}' ? ` ${field} ` : ` ${field}` };
  return { at: last.value.end, newText: `, ${field}` };
}

function inBlock(
  mapping: SpecPath,
  name: string,
  example: unknown,
  document: YamlDocument,
  text: string,
): Insertion | undefined {
  const children = childrenOf(mapping, document);
  const [first, last] = [children[0]?.key, children.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const { character } = document.lines.position(first.start);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = block(name, example).map((line) => newline + ' '.repeat(character) + line);
  return { at: document.lines.lineEnd(last.value.end), newText: lines.join('') };
}

/** The values of a mapping in the order of the text. */
function childrenOf(mapping: SpecPath, document: YamlDocument): readonly Place[] {
  const value = valueAt(document.value, mapping);
  return Object.keys(value ?? {}).flatMap((name) => document.places.at([...mapping, name]) ?? []);
}

/** What the example of a whole spec has there, with the input's name as it is in this one. */
function exampleAt(path: SpecPath, value: unknown): unknown {
  // Wherever an input stands among others, it is written like one that stands alone.
  const alone = path.includes('pfs') ? ['input', ...path.slice(path.lastIndexOf('pfs'))] : path;
  const example = valueAt(SPEC_SCHEMA.examples?.[0], alone) ?? schemaAt(path)?.examples?.[0];
  const repo = textAt(value, ['input', 'pfs', 'repo']);
  if (!Array.isArray(example) || repo === undefined) return example;
  const name = textAt(value, ['input', 'pfs', 'name']) ?? identifierOf(repo);
  return example.map((word: unknown) => (word === '{images}' ? `{${name}}` : word));
}

function block(name: string, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${name}: ${flow(value)}`];
  const inner = Object.entries(value).flatMap(([key, one]) => block(key, one));
  return [`${name}:`, ...inner.map((line) => `  ${line}`)];
}

/** A value as it is written within brackets. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
    return `{ ${entries.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  return /^[\w./-]+$/.test(value) && !/^[\d.]+$/.test(value) ? value : JSON.stringify(value);
}

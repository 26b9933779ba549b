/** What to show about the thing under the cursor. */
import { type Cursor, cursorAt } from './cursor.ts';
import type { Range } from './diagnostic.ts';
import { declaredInputs } from './input-values.ts';
import { placeholdersOf } from './placeholders.ts';
import { LineTable, type SpecPath } from './places.ts';
import { explainField, fieldOf, type SchemaNode, SPEC_SCHEMA, schemaAt } from './schema.ts';
import { readYaml } from './yaml-document.ts';

/** Documentation and the place that it is about. */
export interface Hover {
  /** Markdown. */
  readonly contents: string;
  readonly range: Range;
}

/** What is known of the value of a field beside its documentation, as Markdown; the path leads to the value. */
export type About = (path: SpecPath) => string | undefined;

/** Documentation of the field, value or placeholder at `offset`; also for a text that is not valid YAML. */
export function hover(text: string, offset: number, about: About = () => undefined): Hover | undefined {
  const cursor = cursorAt(text, offset);
  if (cursor === undefined || cursor.end <= cursor.start) return undefined;
  const placeholder =
    cursor.kind === 'key' ? undefined : placeholderAt(text, offset, cursor.start, cursor.end);
  if (placeholder === undefined) return hoverField(text, cursor, SPEC_SCHEMA, about);
  const { start, end, contents } = placeholder;
  return { contents, range: new LineTable(text).range({ start, end }) };
}

/** Documentation of the field or value at a cursor, from the schema of its document. */
export function hoverField(
  text: string,
  cursor: Cursor,
  schema: SchemaNode,
  about: About = () => undefined,
): Hover | undefined {
  if (cursor.end <= cursor.start) return undefined;
  const range = new LineTable(text).range({ start: cursor.start, end: cursor.end });
  if (cursor.kind === 'key') {
    const name = text.slice(cursor.start, cursor.end);
    const parts = [about([...cursor.path, name]), aboutField(cursor.path, name, schema)];
    const contents = parts.filter((part) => part !== undefined).join('\n\n---\n\n');
    return contents === '' ? undefined : { contents, range };
  }
  const last = cursor.path.findLastIndex((step) => typeof step === 'string');
  const field = cursor.path[last];
  const contents =
    about(cursor.path) ??
    (typeof field === 'string' ? aboutField(cursor.path.slice(0, last), field, schema) : undefined);
  return contents === undefined ? undefined : { contents, range };
}

function aboutField(path: SpecPath, name: string, schema: SchemaNode): string | undefined {
  const node = schemaAt(path, schema);
  const field = node === undefined ? undefined : fieldOf(node, name);
  if (field === undefined) return undefined;
  return field.kind === 'supported' ? documentation(name, field.schema) : explainField(name, field);
}

/** A field's documentation as Markdown: what it means, its default, an example. */
export function documentation(name: string, schema: SchemaNode): string {
  const parts = [`**${schema.title ?? name}**`, schema.markdownDescription ?? schema.description ?? ''];
  const example = schema.examples?.[0];
  if (example !== undefined) parts.push(`Example: \`${name}: ${JSON.stringify(example)}\``);
  return parts.filter((part) => part !== '').join('\n\n');
}

function placeholderAt(
  text: string,
  offset: number,
  from: number,
  to: number,
): { start: number; end: number; contents: string } | undefined {
  const start = text.lastIndexOf('{', offset);
  const close = text.indexOf('}', Math.max(start, offset - 1));
  if (start < from || close === -1 || close >= to || text[start - 1] === '$') return undefined;
  const name = text.slice(start + 1, close);
  const { value } = readYaml(text);
  const known = placeholdersOf(declaredInputs(value)).find((placeholder) => placeholder.name === name);
  return known === undefined
    ? undefined
    : { start, end: close + 1, contents: `\`{${name}}\`: ${known.description}` };
}

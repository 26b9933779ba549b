/**
 * The language as data. `schemas/spec.schema.json` is the one source for validation, completion, hover and the
 * reference page; this file only finds things in it. Besides the standard keywords it has
 * `x-ignored` (allowed, but without effect, because …), `x-later` (this version does not have it yet),
 * `x-refused` (never, with the reason and what to do instead), and a few messages.
 */
import schema from '../../schemas/spec.schema.json' with { type: 'json' };
import type { SpecPath } from './places.ts';

/** A part of the schema: what one value may be. */
export interface SchemaNode {
  readonly title?: string;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly 'x-ignored'?: string;
  readonly 'x-other-value'?: string;
  readonly 'x-pattern-message'?: string;
  readonly 'x-names-message'?: string;
  readonly 'x-type-message'?: string;
  readonly 'x-later'?: Readonly<Record<string, string>>;
  readonly 'x-refused'?: Readonly<Record<string, string>>;
}

/** The schema of a whole spec. */
export const SPEC_SCHEMA: SchemaNode & Readonly<Record<string, unknown>> = schema;

/** The schema of the value at a path, or `undefined` where nothing is known. */
export function schemaAt(path: SpecPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = SPEC_SCHEMA;
  for (const step of path) {
    if (node === undefined) return undefined;
    if (typeof step === 'number') node = node.items;
    else node = own(node.properties, step) ?? additional(node);
  }
  return node;
}

function additional(node: SchemaNode): SchemaNode | undefined {
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

/** How this version treats one field. */
export type FieldTreatment =
  | { readonly kind: 'supported'; readonly schema: SchemaNode }
  | { readonly kind: 'ignored'; readonly schema: SchemaNode; readonly why: string }
  | { readonly kind: 'later'; readonly what: string }
  | { readonly kind: 'refused'; readonly why: string };

/** What is known about the field `name` of the mapping that `node` describes. */
export function fieldOf(node: SchemaNode, name: string): FieldTreatment | undefined {
  const property = own(node.properties, name);
  if (property !== undefined) {
    const why = property['x-ignored'];
    return why === undefined
      ? { kind: 'supported', schema: property }
      : { kind: 'ignored', schema: property, why };
  }
  const what = own(node['x-later'], name);
  if (what !== undefined) return { kind: 'later', what };
  const why = own(node['x-refused'], name);
  return why === undefined ? undefined : { kind: 'refused', why };
}

/** The names of a mapping's fields that this version knows and uses. */
export function supportedFields(node: SchemaNode): readonly string[] {
  return Object.entries(node.properties ?? {})
    .filter(([, property]) => !hasNoEffect(property))
    .map(([name]) => name);
}

function hasNoEffect(node: SchemaNode): boolean {
  if (node['x-ignored'] !== undefined) return true;
  const inner = Object.values(node.properties ?? {});
  return inner.length > 0 && inner.every(hasNoEffect);
}

/** One sentence or two for people about a field that has no schema of its own. */
export function explainField(name: string, field: FieldTreatment): string {
  switch (field.kind) {
    case 'supported':
      return field.schema.description ?? '';
    case 'ignored':
      return `\`${name}\` has no effect: ${field.why}.`;
    case 'later':
      return `\`${name}\` (${field.what}) is not supported by this version of Minipach; leave it out for now.`;
    case 'refused':
      return field.why;
  }
}

/** Every mapping of the language with its path, from the top. */
export function mappings(): readonly { readonly path: readonly string[]; readonly node: SchemaNode }[] {
  const found: { path: readonly string[]; node: SchemaNode }[] = [];
  const visit = (path: readonly string[], node: SchemaNode): void => {
    if (node.properties === undefined) return;
    found.push({ path, node });
    for (const [name, property] of Object.entries(node.properties)) visit([...path, name], property);
  };
  visit([], SPEC_SCHEMA);
  return found;
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/**
 * The language as data. `schemas/spec.schema.json` is the one source for validation, completion, hover and the
 * reference page; this file only finds things in it. Besides the standard keywords it has
 * `x-ignored` (allowed, but without effect, because …), `x-refused` (never, with the reason and what to do instead), and a few messages.
 */
import schema from '../../schemas/spec.schema.json' with { type: 'json' };
import type { SpecPath } from './places.ts';

/** A part of the schema: what one value may be. */
export interface SchemaNode {
  /** `#/definitions/<name>`: an input's members are inputs again. */
  readonly $ref?: string;
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
  readonly 'x-refused'?: Readonly<Record<string, string>>;
}

/** The schema of a whole spec. */
export const SPEC_SCHEMA: SchemaNode & Readonly<Record<string, unknown>> = schema;

const DEFINITIONS: Readonly<Record<string, SchemaNode>> = schema.definitions;

/** What a node says, or what the definition that it refers to says. */
export function resolved(node: SchemaNode): SchemaNode {
  const name = node.$ref?.replace('#/definitions/', '');
  return name === undefined ? node : (own(DEFINITIONS, name) ?? node);
}

/** The schema of the value at a path of a spec, or of what `root` describes; `undefined` where nothing is known. */
export function schemaAt(path: SpecPath, root: SchemaNode = SPEC_SCHEMA): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    const next: SchemaNode | undefined =
      typeof step === 'number' ? node.items : (own(node.properties, step) ?? additional(node));
    node = next === undefined ? undefined : resolved(next);
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
  | { readonly kind: 'refused'; readonly why: string };

/** What is known about the field `name` of the mapping that `node` describes. */
export function fieldOf(node: SchemaNode, name: string): FieldTreatment | undefined {
  const reference = own(node.properties, name);
  if (reference !== undefined) {
    const property = resolved(reference);
    const why = property['x-ignored'];
    return why === undefined
      ? { kind: 'supported', schema: property }
      : { kind: 'ignored', schema: property, why };
  }
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
    case 'refused':
      return field.why;
  }
}

/** Every mapping of the language with its path, from the top; one that nests is listed where it comes first. */
export function mappings(): readonly { readonly path: readonly string[]; readonly node: SchemaNode }[] {
  const found: { path: readonly string[]; node: SchemaNode }[] = [];
  const visit = (path: readonly string[], reference: SchemaNode): void => {
    const node = resolved(reference);
    if (node.properties === undefined || found.some((known) => known.node === node)) return;
    found.push({ path, node });
    for (const [name, property] of Object.entries(node.properties)) visit([...path, name], property);
  };
  visit([], SPEC_SCHEMA);
  return found;
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

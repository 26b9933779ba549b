/** Validates values by the schema, and says in one plain sentence each what does not fit. */
import type { ErrorObject } from 'ajv';
import { distance } from 'fastest-levenshtein';
import type { Diagnostic, Fix, Range } from './diagnostic.ts';
import { gluedField, standsFor, unknownField } from './field-names.ts';
import { addMissingField, flow } from './missing-field.ts';
import { nameOf, type Places, type SpecPath } from './places.ts';
import { type SchemaNode, schemaAt } from './schema.ts';
import { schemaErrors } from './schema-errors.ts';
import type { YamlDocument } from './yaml-document.ts';

/** All that the schema finds wrong with a document, in the order of the text. */
export function checkSchema(document: YamlDocument, text: string): Diagnostic[] {
  const errors = schemaErrors(document.value);
  const told: Diagnostic[] = [];
  const merged = new Set<string>();
  for (const error of errors) {
    const key = mergeKeyOf(error);
    if (key !== undefined) {
      if (!merged.has(key))
        told.push(mergeKey(document.places.key(key) ?? document.places.nearest(pathOf(key))));
      merged.add(key);
      continue;
    }
    const diagnostic = tell(error, document, text);
    if (diagnostic !== undefined) told.push(diagnostic);
  }
  return told;
}

/** The pointer of the `<<` that an error comes from. */
function mergeKeyOf({ instancePath, params }: ErrorObject): string | undefined {
  const within = /^.*?\/<<(?=\/|$)/.exec(instancePath)?.[0];
  const own = [params['additionalProperty'], params['propertyName']].includes('<<');
  return within ?? (own ? `${instancePath}/<<` : undefined);
}

function mergeKey(range: Range): Diagnostic {
  const message =
    'Merge keys are a part of YAML 1.1, which a spec is not; write the fields out in place of `<<`.';
  return { rule: 'merge-key', severity: 'error', message, range };
}

function tell(error: ErrorObject, document: YamlDocument, text: string): Diagnostic | undefined {
  const { places } = document;
  const path = pathOf(error.instancePath);
  const name = path.length === 0 ? 'The spec' : nameOf(path);
  const node = (error.parentSchema ?? {}) as SchemaNode;
  // What each keyword says about itself; the types of ajv leave it open.
  const { additionalProperty, missingProperty, propertyName, limit }: Readonly<Record<string, unknown>> =
    error.params;
  const value = places.value(path) ?? places.nearest(path);
  const wrong = (rule: string, message: string, range: Range, fixes: readonly Fix[] = []): Diagnostic => ({
    rule,
    severity: 'error',
    message,
    range,
    ...(fixes.length > 0 ? { fixes } : {}),
  });
  // Told by `propertyNames` itself, which knows the key.
  if (error.propertyName !== undefined && error.keyword !== 'propertyNames') return undefined;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(path, String(additionalProperty), keysOf(error.data), places);
    case 'required': {
      const missing = String(missingProperty);
      const written = keysOf(error.data);
      if (written.some((key) => key === '<<' || standsFor(path, key) === missing)) return undefined;
      const range = path.length === 0 ? places.first() : (places.key(path) ?? places.nearest(path));
      return wrong(
        'missing-field',
        `${capitalised(name)} has no \`${missing}\`; add ${exampleOf([...path, missing])}.`,
        range,
        addMissingField([...path, missing], document, text),
      );
    }
    case 'type':
      return wrong(
        'wrong-type',
        typeMessage(name, node, error.data, path),
        value,
        typeFixes(node, error.data, path, places, text),
      );
    case 'enum': {
      // A value of another type has been told already.
      if (node.type !== undefined && typeof error.data !== 'string') return undefined;
      const other = node['x-other-value'];
      if (other !== undefined) return wrong('refused-field', other, value);
      const allowed = (node.enum ?? []).map(String);
      const nearest = allowed.find(
        (one) => distance(one, typeof error.data === 'string' ? error.data.toLowerCase() : '') <= 2,
      );
      const fixes =
        nearest === undefined ? [] : [{ title: `Change to \`${nearest}\``, range: value, newText: nearest }];
      const list = allowed.map((one) => `\`${one}\``).join(' or ');
      return wrong(
        'wrong-value',
        `${capitalised(name)} must be ${list}.`,
        value,
        aliased(places, path) ? [] : fixes,
      );
    }
    case 'pattern':
      return wrong(
        'wrong-value',
        `${capitalised(name)} does not fit; ${node['x-pattern-message'] ?? 'see its description'}.`,
        value,
      );
    case 'propertyNames': {
      const key = String(propertyName);
      const range = places.key([...path, key]) ?? value;
      return wrong(
        'wrong-value',
        `\`${key}\` does not fit; ${node['x-names-message'] ?? 'choose another name'}.`,
        range,
      );
    }
    case 'minLength':
    case 'minItems':
      return wrong('empty-value', `${capitalised(name)} is empty; write ${exampleOf(path)}.`, value);
    case 'minProperties':
      return wrong(
        'missing-field',
        `${capitalised(name)} says not where the files come from; add ${exampleOf([...path, 'pfs'])}.`,
        places.key(path) ?? value,
      );
    case 'maxProperties': {
      const kinds = keysOf(error.data).filter((key) => schemaAt([...path, key]) !== undefined);
      // Fields that are no kind of input are answered by their own sentences.
      if (kinds.length < 2) return undefined;
      const listed = `${kinds.slice(0, -1).join('`, `')}\` and \`${kinds.at(-1)}`;
      return wrong(
        'several-inputs',
        `${capitalised(name)} has \`${listed}\`, and an input is exactly one of them; keep one, or make the others its members.`,
        places.key([...path, kinds[1] ?? '']) ?? value,
      );
    }
    case 'exclusiveMinimum':
      return wrong('wrong-value', `${capitalised(name)} must be above ${String(limit)}.`, value);
    case 'minimum':
      return wrong('wrong-value', `${capitalised(name)} must be at least ${String(limit)}.`, value);
    case 'maximum':
      return wrong('wrong-value', `${capitalised(name)} must be at most ${String(limit)}.`, value);
    default:
      return wrong(
        'wrong-value',
        `${capitalised(name)} does not fit its description; see its documentation.`,
        value,
      );
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: '`true` or `false`',
};

/** `[{out}]`: to YAML the braces are a mapping, and the author meant a placeholder. */
function isUnquotedPlaceholder(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  const values = Object.values(data);
  return values.length === 1 && values[0] === null;
}

function typeMessage(name: string, node: SchemaNode, data: unknown, path: SpecPath): string {
  const other = node['x-type-message'];
  if (other !== undefined && data !== null) return `${capitalised(name)} ${other}.`;
  const glued = typeof data === 'string' ? gluedField(node, data) : undefined;
  if (glued !== undefined)
    return `A space is missing behind the colon of \`${glued.name}\`; write \`${glued.name}: ${glued.rest}\`.`;
  const wanted = [node.type ?? []].flat().map((type) => TYPE_WORDS[type] ?? type);
  const must = `must be ${wanted.join(' or ')}`;
  if (data === null || data === undefined)
    return `${capitalised(name)} has no value; it ${must}, such as ${exampleOf(path)}.`;
  if (wanted.includes('text') && isPlain(data)) {
    return `${capitalised(name)} ${must}, and YAML reads \`${String(data)}\` as ${typeof data === 'number' ? 'a number' : 'true or false'}; put it in quotes.`;
  }
  if (wanted.includes('text') && isUnquotedPlaceholder(data)) {
    const braces = `{${Object.keys(data).join()}}`;
    return `${capitalised(name)} ${must}, and YAML reads braces as a mapping; put \`${braces}\` in quotes.`;
  }
  // A word of a command has no name of its own to show it by.
  if (typeof path.at(-1) === 'number' && schemaAt(path)?.examples === undefined) {
    const remedy = Array.isArray(data)
      ? 'lists nest only once, so write its words in the list around it'
      : 'put it in quotes, or leave it out';
    return `${capitalised(name)} ${must}, not ${kindOf(data)}; ${remedy}.`;
  }
  return `${capitalised(name)} ${must}, not ${kindOf(data)}; write it like ${exampleOf(path)}.`;
}

function typeFixes(node: SchemaNode, data: unknown, path: SpecPath, places: Places, text: string): Fix[] {
  const place = places.at(path);
  const range = places.value(path);
  if (place === undefined || range === undefined || place.aliased || data === null) return [];
  const written = text.slice(place.value.start, place.value.end);
  const wanted = [node.type ?? []].flat();
  const glued = typeof data === 'string' && place.source === 'plain' ? gluedField(node, data) : undefined;
  if (glued !== undefined && !written.includes('\n')) {
    const newText = `${glued.name}: ${glued.rest}`;
    return [{ title: `Change to \`${newText}\``, range, newText }];
  }
  if (node['x-type-message'] !== undefined) {
    return typeof data === 'number' ? [{ title: 'Add the unit `s`', range, newText: `${written}s` }] : [];
  }
  if (
    wanted.includes('string') &&
    (isPlain(data) || (isUnquotedPlaceholder(data) && /^\{[\w.]+\}$/.test(written)))
  ) {
    return [{ title: 'Put it in quotes', range, newText: `"${written}"` }];
  }
  if (
    wanted.includes('array') &&
    typeof data === 'string' &&
    place.source !== 'block' &&
    !written.includes('\n')
  ) {
    const item = place.source === 'plain' && /[,[\]{}#]/.test(written) ? JSON.stringify(written) : written;
    return [{ title: 'Make it a list', range, newText: `[${item}]` }];
  }
  if (wanted.includes('integer') && typeof data === 'string' && /^\d+$/.test(data)) {
    return [{ title: 'Write it as a number', range, newText: data }];
  }
  return [];
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function isPlain(data: unknown): data is number | boolean {
  return typeof data === 'number' || typeof data === 'boolean';
}

function kindOf(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a mapping';
  return typeof data === 'string' ? 'text' : `\`${String(data)}\``;
}

/** How a field is written, from its first example, short enough for a sentence. */
function exampleOf(path: SpecPath): string {
  const field = path.at(-1);
  const example = schemaAt(path)?.examples?.[0];
  if (example === undefined) return `\`${String(field)}\``;
  const label = typeof field === 'string' ? `${field}: ` : '';
  return `\`${label}${flow(example)}\``;
}

function aliased(places: Places, path: SpecPath): boolean {
  return places.at(path)?.aliased === true;
}

function keysOf(data: unknown): readonly string[] {
  return typeof data === 'object' && data !== null ? Object.keys(data) : [];
}

/** The path that a JSON pointer says; list positions become numbers again where they are ones. */
export function pathOf(pointer: string): SpecPath {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** What to say about fields that this version's language does not have, by name. */
import { distance } from 'fastest-levenshtein';
import type { Diagnostic, Fix } from './diagnostic.ts';
import { nameOf, type Places, pointerOf, type SpecPath } from './places.ts';
import { explainField, fieldOf, mappings, type SchemaNode, schemaAt, supportedFields } from './schema.ts';

/** More fields than these are not read. */
const MAXIMUM_LISTED = 5;

/** The diagnostic for the field `name` of the mapping at `path`, which the schema does not allow there. */
export function unknownField(
  path: SpecPath,
  name: string,
  siblings: readonly string[],
  places: Places,
): Diagnostic {
  const range = places.key([...path, name]) ?? places.nearest([...path, name]);
  const node = schemaAt(path) ?? {};
  const place = path.length === 0 ? 'at the top level' : `in ${nameOf(path)}`;
  const told = (rule: string, message: string, fixes: readonly Fix[] = []): Diagnostic => ({
    rule,
    severity: 'error',
    message,
    range,
    ...(fixes.length > 0 ? { fixes } : {}),
  });
  // A fix must not write a key a second time, nor rename what an alias shares.
  const renaming = (to: string): Fix[] =>
    siblings.includes(to) || places.at([...path, name])?.aliased === true
      ? []
      : [{ title: `Change to \`${to}\``, range, newText: to }];

  const glued = gluedField(node, name);
  if (glued !== undefined) {
    const message = `A space is missing behind the colon of \`${glued.name}\`; write \`${glued.name}: ${glued.rest}\`.`;
    const isFree = renaming(glued.name).length > 0;
    return told('unknown-field', message, isFree ? renaming(`${glued.name}: ${glued.rest}`) : []);
  }
  const known = answer(node, name);
  if (known !== undefined) return told(known.rule, known.message);

  const snake = snakeCase(name);
  if (snake !== name) {
    const answered = answer(node, snake);
    if (answered !== undefined) return told(answered.rule, answered.message);
    if (fieldOf(node, snake) !== undefined) {
      return told(
        'camel-case-field',
        `Fields are written with underscores; write \`${snake}\` instead of \`${name}\`.`,
        renaming(snake),
      );
    }
  }
  const home = elsewhere(path, snake);
  const nearest = nearestField(node, snake);
  if (nearest !== undefined && (home === undefined || nearest.far <= 1)) {
    return told(
      'unknown-field',
      `There is no field \`${name}\` ${place}; did you mean \`${nearest.name}\`?`,
      renaming(nearest.name),
    );
  }
  if (home !== undefined) {
    const where = home === '' ? 'to the top level' : `under \`${home}\``;
    return told('misplaced-field', `\`${snake}\` does not belong ${place}; move it ${where}.`);
  }
  const fields = supportedFields(node).map((field) => `\`${field}\``);
  const listed = fields.slice(0, MAXIMUM_LISTED).join(', ');
  const more = fields.length > MAXIMUM_LISTED ? ' and others, all of which docs/spec.md lists' : '';
  return told('unknown-field', `There is no field \`${name}\` ${place}; there are ${listed}${more}.`);
}

/** The name of the field that an unknown one stands for, so that it is not called missing as well. */
export function standsFor(path: SpecPath, name: string): string | undefined {
  const node = schemaAt(path) ?? {};
  const glued = gluedField(node, name);
  if (glued !== undefined) return glued.name;
  const snake = snakeCase(name);
  if (fieldOf(node, snake) !== undefined) return snake;
  return nearestField(node, snake)?.name;
}

/** `repo:raw` is one long name to YAML, and was meant to be a field with its value. */
export function gluedField(node: SchemaNode, written: string): { name: string; rest: string } | undefined {
  const [, name, rest] = /^(\w+):([\s\S]+)$/.exec(written) ?? [];
  if (name === undefined || rest === undefined || fieldOf(node, name) === undefined) return undefined;
  return { name, rest };
}

/** Marks for fields that are allowed and have no effect. */
export function ignoredFields(value: unknown, places: Places): Diagnostic[] {
  const marks: Diagnostic[] = [];
  const visit = (path: SpecPath, node: SchemaNode, current: unknown): void => {
    if (typeof current !== 'object' || current === null) return;
    if (Array.isArray(current)) {
      const items = schemaAt([...path, 0]);
      if (items?.properties !== undefined)
        for (const [index, item] of current.entries()) visit([...path, index], items, item);
      return;
    }
    for (const [name, inner] of Object.entries(current)) {
      const field = fieldOf(node, name);
      const here = [...path, name];
      if (field?.kind === 'supported') visit(here, field.schema, inner);
      if (field?.kind !== 'ignored') continue;
      if (field.schema.enum !== undefined && !field.schema.enum.includes(inner)) continue;
      const range = places.key(pointerOf(here)) ?? places.nearest(here);
      marks.push({
        rule: 'ignored-field',
        severity: 'information',
        message: explainField(name, field),
        range,
      });
    }
  };
  visit([], schemaAt([]) ?? {}, value);
  return marks;
}

function answer(node: SchemaNode, name: string): { rule: string; message: string } | undefined {
  const field = fieldOf(node, name);
  if (field?.kind === 'refused') return { rule: 'refused-field', message: explainField(name, field) };
  return undefined;
}

/** `datumTries` becomes `datum_tries`, `JoinOn` becomes `join_on`, `working-dir` becomes `working_dir`. */
function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

function nearestField(node: SchemaNode, name: string): { name: string; far: number } | undefined {
  // Two swapped letters count as two changes.
  const allowed = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
  let best: { name: string; far: number } | undefined;
  for (const field of supportedFields(node)) {
    const far = distance(name, field);
    if (far < (best?.far ?? Number.POSITIVE_INFINITY)) best = { name: field, far };
  }
  return best !== undefined && best.far <= allowed ? best : undefined;
}

/** How the mapping that does have this field is called from here, when exactly one has; the top level is empty. */
function elsewhere(path: SpecPath, name: string): string | undefined {
  const here = schemaAt(path);
  const homes = mappings().filter(({ node }) => node !== here && fieldOf(node, name) !== undefined);
  // What lies right below is meant rather than what lies deeper: `name` at the top is the pipeline's.
  const below = homes.filter(
    (one) => one.path.length === path.length + 1 && path.every((step, at) => one.path[at] === step),
  );
  const [home] = homes.length > 1 ? below : homes;
  if (home === undefined || (homes.length > 1 && below.length > 1)) return undefined;
  // Inputs nest, so what belongs under one of this mapping's own fields is called by that field.
  const inner = Object.keys(here?.properties ?? {}).find((field) => schemaAt([...path, field]) === home.node);
  return inner ?? home.path.join('.');
}

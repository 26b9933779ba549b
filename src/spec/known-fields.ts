/** The part of a document that the language knows: where unknown fields are turned off, they count as not written. */
import type { Diagnostic, Range } from './diagnostic.ts';
import type { Places } from './places.ts';
import { schemaErrors } from './schema-errors.ts';

/**
 * A copy without the fields that the schema does not allow and that one of `silenced` is about; the value itself where
 * it has none.
 */
export function knownFields(value: object, places: Places, silenced: readonly Diagnostic[]): object {
  const marked = new Set(silenced.map(({ range }) => startOf(range)));
  const unwanted = new Set<string>();
  for (const { keyword, instancePath, params } of schemaErrors(value)) {
    if (keyword !== 'additionalProperties') continue;
    const pointer = `${instancePath}/${escaped(String(params['additionalProperty']))}`;
    const key = places.key(pointer);
    if (key !== undefined && marked.has(startOf(key))) unwanted.add(pointer);
  }
  return unwanted.size === 0 ? value : (pruned(value, '', unwanted) as object);
}

function pruned(value: unknown, pointer: string, unwanted: ReadonlySet<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, at) => pruned(item, `${pointer}/${at}`, unwanted));
  const kept: Record<string, unknown> = Object.create(null);
  for (const [name, inner] of Object.entries(value)) {
    const here = `${pointer}/${escaped(name)}`;
    if (!unwanted.has(here)) kept[name] = pruned(inner, here, unwanted);
  }
  return kept;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function startOf({ start }: Range): string {
  return `${start.line}:${start.character}`;
}

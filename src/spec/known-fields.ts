/** The part of a document that the language knows: where unknown fields are turned off, they count as not written. */
import { schemaErrors } from './schema-errors.ts';

/** A copy without the fields that the schema does not allow; the value itself where it has none. */
export function knownFields(value: object): object {
  const unwanted = new Map<string, Set<string>>();
  for (const { keyword, instancePath, params } of schemaErrors(value)) {
    if (keyword !== 'additionalProperties') continue;
    const names = unwanted.get(instancePath) ?? new Set();
    unwanted.set(instancePath, names.add(String(params['additionalProperty'])));
  }
  return unwanted.size === 0 ? value : (pruned(value, '', unwanted) as object);
}

function pruned(
  value: unknown,
  pointer: string,
  unwanted: ReadonlyMap<string, ReadonlySet<string>>,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, at) => pruned(item, `${pointer}/${at}`, unwanted));
  const kept: Record<string, unknown> = Object.create(null);
  for (const [name, inner] of Object.entries(value)) {
    if (unwanted.get(pointer)?.has(name)) continue;
    const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
    kept[name] = pruned(inner, `${pointer}/${step}`, unwanted);
  }
  return kept;
}

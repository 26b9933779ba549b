/** Reads fields out of a document's plain value. */
import type { SpecPath } from './places.ts';

/** Where a spec is. */
export interface SpecOrigin {
  /** The pipeline's directory relative to the project's root, without slashes at its ends; empty for the root. */
  readonly directory: string;
}

/** The value at a path, or `undefined`. */
export function valueAt(value: unknown, path: SpecPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[step];
  }
  return current;
}

/** The text at a path, or `undefined` when there is none or something else. */
export function textAt(value: unknown, path: SpecPath): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : undefined;
}

/** The number at a path, or `undefined` when there is none or something else. */
export function numberAt(value: unknown, path: SpecPath): number | undefined {
  const found = valueAt(value, path);
  return typeof found === 'number' ? found : undefined;
}

/** The pipeline's name: as written, else its directory's; `undefined` at the project's root without one. */
export function pipelineName(value: unknown, origin: SpecOrigin): string | undefined {
  const written = textAt(value, ['pipeline', 'name']);
  if (written !== undefined) return written;
  const last = origin.directory.split('/').at(-1);
  return last === '' ? undefined : last;
}

/** The last segment of a repo's path, made a name that a placeholder and an environment variable can have. */
export function identifierOf(repo: string): string {
  const last = repo.split('/').findLast((segment) => segment !== '') ?? '';
  const plain = last.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

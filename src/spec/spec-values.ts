/** Reads fields out of a document's plain value, and makes the model of a valid one. */
import { parseDuration } from './durations.ts';
import type { CommandWord, Spec } from './model.ts';
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

/** The model of a document that has no error. */
export function specOf(value: unknown, origin: SpecOrigin): Spec | undefined {
  const repo = textAt(value, ['input', 'pfs', 'repo']);
  const glob = textAt(value, ['input', 'pfs', 'glob']);
  const name = pipelineName(value, origin);
  const cmd = valueAt(value, ['transform', 'cmd']);
  if (repo === undefined || glob === undefined || name === undefined || cmd === undefined) return undefined;
  const timeout = textAt(value, ['datum_timeout']);
  const tries = valueAt(value, ['datum_tries']);
  return {
    name,
    description: textAt(value, ['description']),
    input: { kind: 'pfs', name: textAt(value, ['input', 'pfs', 'name']) ?? identifierOf(repo), repo, glob },
    transform: {
      cmd: cmd as string | readonly CommandWord[],
      stdin: valueAt(value, ['transform', 'stdin']) as readonly string[] | undefined,
      env: Object.fromEntries(Object.entries(valueAt(value, ['transform', 'env']) ?? {})) as Record<
        string,
        string
      >,
      workingDir: directoryOf(textAt(value, ['transform', 'working_dir'])),
      acceptReturnCode: (valueAt(value, ['transform', 'accept_return_code']) ?? []) as readonly number[],
      code: (valueAt(value, ['transform', 'code']) ?? []) as readonly string[],
      context: (valueAt(value, ['transform', 'context']) ?? []) as readonly string[],
    },
    output: textAt(value, ['output']) ?? '{datum}',
    identity: textAt(value, ['identity']) === 'path' ? 'path' : 'content',
    salt: textAt(value, ['salt']),
    datumTries: typeof tries === 'number' ? tries : 3,
    datumTimeout: timeout === undefined ? undefined : parseDuration(timeout),
  };
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

/** A directory relative to the project's root; empty for the root itself. */
function directoryOf(written: string | undefined): string {
  return written === undefined || written === '.' ? '' : written;
}

/**
 * The key of a job: what decides whether two jobs are the same computation. No host name, time, absolute path,
 * locale or environment of the caller reaches it. The encoding is frozen by a golden test: a change makes every
 * user's results stale, and needs a new `KEY_VERSION`.
 */
import { hash } from 'node:crypto';
import type { ExpandedCommand } from './expand.ts';
import type { Image } from './images.ts';

/** The version of the encoding below. */
export const KEY_VERSION = 1;

/** Everything that decides what a job computes. */
export interface KeyParts {
  /** The command with neutral tokens in place of paths. */
  readonly command: ExpandedCommand;
  /** Input name and content digest, in the spec's order. */
  readonly inputs: readonly (readonly [name: string, digest: string])[];
  /** Path and content of every code file, sorted by path. */
  readonly code: readonly (readonly [path: string, identity: string])[];
  readonly acceptReturnCode: readonly number[];
  readonly salt: string | undefined;
  /** Globs of files that are left out of the result. */
  readonly discard: readonly string[];
  /** What the command runs in: its content, never its name; absent for the host. */
  readonly image?: Pick<Image, 'identity' | 'cmdexec' | 'extra'>;
  /** The matched paths, where they count; absent where only content does. */
  readonly paths?: readonly string[];
}

/** 64 hexadecimal digits. */
export function jobKey(parts: KeyParts): string {
  const { command, inputs, code, acceptReturnCode, salt, paths, discard, image } = parts;
  const rest = JSON.stringify([
    [...acceptReturnCode].sort((a, b) => a - b),
    salt ?? null,
    paths ?? null,
    // What came to the language later counts only where a spec says it, so that older keys stay as they are.
    ...(discard.length === 0 ? [] : [['discard', ...discard]]),
    ...(image === undefined ? [] : [['image', image.identity, image.cmdexec ?? null, ...image.extra]]),
  ]);
  // One list in JSON, put together from parts of which the datums of a pipeline share all but the inputs.
  const before = encoded(command, encodeCommand).slice(0, -1);
  const key = `${before},${JSON.stringify(inputs)},${encoded(code, JSON.stringify)},${rest.slice(1)}`;
  return hash('sha256', key);
}

function encodeCommand({ command, stdin, env, workingDir }: ExpandedCommand): string {
  const variables = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(['minipach job', KEY_VERSION, command, stdin ?? null, variables, workingDir]);
}

const encodings = new WeakMap<object, string>();

function encoded<T extends object>(part: T, encode: (part: T) => string): string {
  const known = encodings.get(part) ?? encode(part);
  encodings.set(part, known);
  return known;
}

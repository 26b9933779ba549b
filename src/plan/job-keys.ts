/** What decides what a datum's job computes, and the keys that come of it. */
import type { Spec } from '../spec/model.ts';
import { identity } from './digest.ts';
import type { ExpandedCommand } from './expand.ts';
import { type DatumInput, inputPath } from './input.ts';
import { jobKey, type KeyParts } from './key.ts';
import type { PipelineSource } from './order.ts';
import type { PlannedImage } from './planned.ts';
import type { TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** What the keys of all jobs of a pipeline are made from. */
export interface KeySource {
  readonly source: PipelineSource;
  /** Path and content of every code file. */
  readonly codeKey: KeyParts['code'];
  /** What the key has of an input. */
  readonly digestOf: (input: DatumInput) => string;
  /** What the command runs in; absent for the host. */
  readonly image?: PlannedImage;
}

/** Path and content of code files, as the key has them. */
export function codeKeyOf(code: readonly TreeEntry[], index: TreeIndex): KeyParts['code'] {
  return code.map((entry) => [entry.path, identity(index.resolve(entry) ?? entry)] as const);
}

/**
 * The parts of one job's key, without paths.
 * @param neutral - The datum's command with neutral tokens in place of paths.
 */
export function keyParts(
  { source: { spec }, codeKey, digestOf, image }: KeySource,
  inputs: readonly DatumInput[],
  neutral: ExpandedCommand,
): KeyParts {
  const resolved = image?.resolution;
  return {
    command: neutral,
    inputs: inputs.map((input) => [input.name, digestOf(input)] as const),
    code: codeKey,
    acceptReturnCode: spec.transform.acceptReturnCode,
    salt: spec.salt,
    discard: spec.discard,
    ...(resolved !== undefined && 'image' in resolved ? { image: resolved.image } : {}),
  };
}

/** The keys under which a datum's result can be known. */
export class JobKeys {
  readonly byContent: string;
  readonly #parts: KeyParts;
  readonly #inputs: readonly DatumInput[];
  #byPath: string | undefined;

  constructor(parts: KeyParts, inputs: readonly DatumInput[], identity: Spec['identity']) {
    this.#parts = parts;
    this.#inputs = inputs;
    this.byContent = identity === 'path' ? this.byPath : jobKey(parts);
  }

  /** With the paths; worked out when it is first asked for, since most datums never do. */
  get byPath(): string {
    this.#byPath ??= jobKey({ ...this.#parts, paths: this.#inputs.map(inputPath) });
    return this.#byPath;
  }

  /** Whether a result of that job would do. */
  has(job: string): boolean {
    return job === this.byContent || job === this.byPath;
  }
}

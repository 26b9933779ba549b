/** One datum of a plan, taken apart into what decides its job: to be set beside the same datum at another commit. */
import { type ExpandedCommand, Expander } from './expand.ts';
import { inputDigest, perInput } from './input.ts';
import { codeKeyOf, JobKeys, keyParts } from './job-keys.ts';
import type { KeyParts } from './key.ts';
import type { PlannedDatum, PlannedPipeline } from './planned.ts';
import type { TreeIndex } from './tree-index.ts';

/** A datum at one commit. */
export interface JobView {
  readonly index: TreeIndex;
  readonly pipeline: PlannedPipeline;
  readonly datum: PlannedDatum;
  /** The command with neutral tokens in place of paths. */
  readonly neutral: ExpandedCommand;
  readonly parts: KeyParts;
  readonly keys: JobKeys;
}

/**
 * Makes views of a pipeline's datums, by the code that makes the keys of plans.
 * @returns a function; it answers `undefined` for a datum that has no inputs of its own any more or no command.
 */
export function jobViewer(
  pipeline: PlannedPipeline,
  index: TreeIndex,
): (datum: PlannedDatum) => JobView | undefined {
  const { source, image } = pipeline;
  const expander = new Expander(source.spec);
  const keySource = {
    source,
    codeKey: codeKeyOf(pipeline.code, index),
    digestOf: perInput((input) => inputDigest(index, input)),
    ...(image === undefined ? {} : { image }),
  };
  return (datum) => {
    if (datum.state === 'orphaned') return undefined;
    const { inputs, output } = datum;
    const neutral = expander.neutral({ datum: datum.datum, out: output, inputs });
    if ('reason' in neutral) return undefined;
    const parts = keyParts(keySource, inputs, neutral);
    const keys = new JobKeys(parts, inputs, source.spec.identity);
    return { index, pipeline, datum, neutral, parts, keys };
  };
}

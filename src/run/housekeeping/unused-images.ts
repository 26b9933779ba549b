/** Images that are kept for jobs, and that no pipeline names any more. */
import { join } from 'node:path';
import { brokenSpecs } from '../../project/found-spec.ts';
import { digestOf } from '../images/image-store.ts';
import { listed } from '../listed.ts';
import type { Planning } from '../planner.ts';
import type { State } from '../state.ts';

/**
 * Copies of images that git keeps, and notes that an annexed one was verified, for images that the plan does not know. None
 * where it does not know all of them: a spec has errors, or nobody can say what a name stands for.
 */
export function unusedImages(state: State, { plan, specs }: Planning): string[] {
  const resolutions = plan.pipelines.flatMap(({ image }) => image?.resolution ?? []);
  const isKnown = resolutions.every((resolution) => 'image' in resolution);
  // Of a pipeline without datums for now nobody has asked what its image is.
  const isPlanned = plan.pipelines.every(
    ({ source, image, problem }) =>
      problem === undefined && (source.spec.transform.image === undefined) === (image === undefined),
  );
  if (!isKnown || !isPlanned || brokenSpecs(specs).length > 0) return [];
  const used = new Set(
    resolutions.flatMap((resolution) => {
      if (!('image' in resolution)) return [];
      const { image } = resolution;
      const keys = image.files.flatMap(({ annexKey }) => annexKey ?? []);
      return [digestOf(image), ...keys.map((identity) => digestOf({ identity }))];
    }),
  );
  return listed(state.images).flatMap((name) =>
    used.has(name.split('.')[0] ?? '') ? [] : [join(state.images, name)],
  );
}

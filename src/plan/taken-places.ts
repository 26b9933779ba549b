/** Places at which no result can be kept: those of specs and code, and those whose names git refuses. */
import { isWithin } from './paths.ts';

/** Why nothing can be kept at a place, as the middle of a sentence; `undefined` where that is not so. */
export type TakenPlaces = (place: string) => string | undefined;

/** Git's own folder, and what some disks take for it; git refuses these names everywhere. */
const GIT_FOLDER = /^(?:\.git|git~1)[. ]*(?::.*)?$/i;

/**
 * The places that are taken for a pipeline.
 * @param directory - Of the pipeline: results may lie in it beside the spec.
 * @param specs - The specs of all pipelines of the project.
 * @param code - The committed files that the pipeline's command needs.
 */
export function takenPlaces(
  directory: string,
  specs: readonly string[],
  code: readonly { readonly path: string }[],
): TakenPlaces {
  return (place) => {
    const segment = place.split('/').find((one) => GIT_FOLDER.test(one));
    if (segment !== undefined) return `git keeps no folder named ${segment}`;
    if (/\p{Cc}/u.test(place)) return 'that name holds a character that cannot be printed';
    const spec = specs.find(
      (path) => isWithin(place, path) || (place !== directory && isWithin(path, place)),
    );
    if (spec !== undefined) return `${spec} is the spec of a pipeline`;
    const file = code.find(({ path }) => isWithin(place, path));
    return file === undefined ? undefined : `${file.path} is code of the pipeline`;
  };
}

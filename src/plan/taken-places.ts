/** Places at which no result can be kept: those of specs and code, and those whose names git refuses. */
import { parentPath } from './paths.ts';

/** Why nothing can be kept at a place, as the middle of a sentence; `undefined` where that is not so. */
export type TakenPlaces = (place: string) => string | undefined;

/** Git's own folder, and what some disks take for it; git refuses these names everywhere. */
const GIT_FOLDER = /(?:^|\/)((?:\.git|git~1)[. ]*(?::[^/]*)?)(?:\/|$)/i;

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
  const specFiles = new Set(specs);
  /** Directories in which specs lie, each with the first one. */
  const specAt = new Map<string, string>();
  for (const spec of specs)
    for (let above = spec; above !== ''; ) {
      above = parentPath(above);
      if (!specAt.has(above)) specAt.set(above, spec);
    }
  const codeFiles = new Set(code.map(({ path }) => path));
  return (place) => {
    const folder = GIT_FOLDER.exec(place)?.[1];
    if (folder !== undefined) return `git keeps no folder named ${folder}`;
    const spec = fileAround(specFiles, place) ?? (place === directory ? undefined : specAt.get(place));
    if (spec !== undefined) return `${spec} is the spec of a pipeline`;
    const file = fileAround(codeFiles, place);
    return file === undefined ? undefined : `${file} is code of the pipeline`;
  };
}

/** The file that a place is, or would lie in. */
function fileAround(files: ReadonlySet<string>, place: string): string | undefined {
  for (let part = place; part !== ''; part = parentPath(part)) if (files.has(part)) return part;
  return undefined;
}

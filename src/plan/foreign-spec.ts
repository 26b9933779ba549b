/** Specs of subdatasets that were written for the subdataset as a project of its own: their paths start there. */
import type { Diagnostic } from '../spec/diagnostic.ts';
import { writtenInputs } from '../spec/input-values.ts';
import { withoutTurnedOff } from '../spec/turned-off.ts';
import { holderOf } from './order.ts';
import { isWithin, joinPaths } from './paths.ts';
import type { ProjectSpec } from './project-spec.ts';
import type { TreeIndex } from './tree-index.ts';

/**
 * Says so of a spec whose every repo is in its subdataset and not in the project. Such a pipeline belongs to the
 * subdataset: here it is none, and what it has left there are files like others.
 * @param specs - All specs of the project, this one among them.
 */
export function foreignSpec(
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
): Diagnostic | undefined {
  const around = index.datasetOf(spec.file);
  if (around === '') return undefined;
  const inputs = writtenInputs(spec.parsed.value).filter(({ repo }) => repo !== undefined && repo !== '');
  const isThere = (path: string): boolean =>
    index.isDirectory(path) || index.inSubdataset(path) || holderOf(path, specs) !== undefined;
  const isForeign = ({ repo = '' }: { readonly repo: string | undefined }): boolean =>
    !isThere(repo) && isWithin(joinPaths(around, repo), around) && isThere(joinPaths(around, repo));
  const [first] = inputs;
  if (first?.repo === undefined || !inputs.every(isForeign)) return undefined;
  const { places } = spec.parsed;
  const path = [...first.path, 'repo'];
  const range = places.value(path) ?? places.nearest(path);
  const newText = joinPaths(around, first.repo);
  const diagnostic: Diagnostic = {
    rule: 'subdataset-paths',
    severity: 'warning',
    message: `\`${first.repo}\` is in the subdataset ${around} and not in this project, whose pipelines name paths from its own root: this pipeline is left to ${around} as a project of its own. To run it from here, write \`${newText}\`, and the paths of its command likewise.`,
    range,
  };
  // Turned off, it is a pipeline like any other, whose repo is missing.
  return withoutTurnedOff([diagnostic], spec.parsed.off)[0];
}

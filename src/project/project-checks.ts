/** What is wrong with specs beside the project's files and the other specs. */
import { checkProject, withoutSuspicions } from '../plan/check-project.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { type FoundSpec, projectSpec } from './found-spec.ts';

/** Adds it to each spec; to those that are foreign there is nothing to add. */
export function withProjectChecks(
  specs: readonly FoundSpec[],
  index: TreeIndex,
  images: ImageFacts,
): FoundSpec[] {
  const found = checkProject(
    specs.filter(({ isForeign }) => isForeign !== true).map(projectSpec),
    index,
    images,
  );
  return specs.map((spec) => {
    if (spec.isForeign === true) return spec;
    const own = found.filter(({ file }) => file === spec.specPath);
    return { ...spec, diagnostics: [...withoutSuspicions(spec.diagnostics, own), ...own] };
  });
}

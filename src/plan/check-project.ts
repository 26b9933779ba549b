/** What is wrong with specs that only shows beside the project's files and the other pipelines. */
import type { Diagnostic } from '../spec/diagnostic.ts';
import { withoutTurnedOff } from '../spec/turned-off.ts';
import { checkCommand } from './check-command.ts';
import { checkDatums } from './check-datums.ts';
import { checkImage } from './check-image.ts';
import { checkInput } from './check-input.ts';
import { checkCycles, checkNames } from './check-pipelines.ts';
import type { ImageFacts } from './image-facts.ts';
import type { ProjectSpec } from './project-spec.ts';
import type { FileDiagnostic } from './report.ts';
import type { TreeIndex } from './tree-index.ts';

/**
 * Checks all specs of a project together. What cannot be known, such as files of a subdataset that may not be
 * installed, is never called wrong.
 * @param asked - Those whose diagnostics are wanted, beside all others; all, where nothing is said.
 * @returns Diagnostics in the order of the specs, and of the text within each.
 */
export function checkProject(
  specs: readonly ProjectSpec[],
  index: TreeIndex,
  images: ImageFacts,
  asked: readonly ProjectSpec[] = specs,
): readonly FileDiagnostic[] {
  const together = [...checkNames(specs), ...checkCycles(specs)];
  return asked.flatMap((spec) => {
    const alone: Diagnostic[] = [
      ...checkInput(spec, specs, index),
      ...checkCommand(spec, index),
      ...checkImage(spec, index, images),
      ...checkDatums(spec, specs, index),
    ];
    const all = [
      ...alone.map((diagnostic) => ({ ...diagnostic, file: spec.file })),
      ...together.filter((diagnostic) => diagnostic.file === spec.file),
    ];
    return [...withoutTurnedOff(all, spec.parsed.off)].sort(
      (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
    );
  });
}

/**
 * What the text of a spec alone says, without what `found` says more surely: a warning that something may happen is no
 * news on the line of an error that it does.
 */
export function withoutSuspicions<D extends Diagnostic>(
  alone: readonly D[],
  found: readonly Diagnostic[],
): readonly D[] {
  const sure = new Set(
    found.flatMap(({ rule, severity, range }) =>
      severity === 'error' ? [`${rule} ${range.start.line}`] : [],
    ),
  );
  return alone.filter(
    ({ rule, severity, range }) => severity === 'error' || !sure.has(`${rule} ${range.start.line}`),
  );
}

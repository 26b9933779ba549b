/**
 * The language of specs for the editor: everything that needs the YAML reader, the schema and the globs. Loaded
 * when the first spec is looked at, and not before, because it is most of the extension's weight.
 */

import { checkProject, withoutSuspicions } from '../plan/check-project.ts';
import { describeImage, imageChoices } from '../plan/image-choices.ts';
import { type ImageFacts, NO_IMAGE_FACTS } from '../plan/image-facts.ts';
import type { ProjectSpec } from '../plan/project-spec.ts';
import type { Tree } from '../plan/tree.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { type Yield, yieldsOf } from '../plan/yields.ts';
import { commandRewrites } from '../spec/command-styles.ts';
import { complete } from '../spec/completion.ts';
import type { CompletionItem } from '../spec/completion-item.ts';
import type { Diagnostic, Fix, Range } from '../spec/diagnostic.ts';
import { type Hover, hover } from '../spec/hover.ts';
import { parseSpec } from '../spec/parse.ts';
import type { ViewImage } from '../spec/project-view.ts';
import { pipelineName, textAt } from '../spec/spec-values.ts';
import { turnOffFixes } from '../spec/turn-off-fixes.ts';
import { projectView } from './tree-directories.ts';

/** A spec's text and place, relative to the project's root. */
export interface SpecText {
  readonly file: string;
  readonly text: string;
}

/** A count, and where it is shown. */
export interface ShownYield extends Yield {
  readonly range: Range;
}

/** Specs seldom change, and all of a project are looked at for each key stroke in one of them. */
const parsed = new Map<string, { readonly text: string; readonly spec: ProjectSpec }>();

/** Everything that is wrong with a spec: by itself and, where the tree is known, in its project. */
export function diagnose(
  spec: SpecText,
  others: readonly SpecText[],
  tree: Tree | undefined,
  images: ImageFacts = NO_IMAGE_FACTS,
): readonly Diagnostic[] {
  const own = read(spec);
  if (!tree) return own.parsed.diagnostics;
  const all = [own, ...others.filter((other) => other.file !== spec.file).map(read)];
  const beside = checkProject(all, indexOf(tree), images).filter(
    (diagnostic) => diagnostic.file === spec.file,
  );
  return [...withoutSuspicions(own.parsed.diagnostics, beside), ...beside].sort(byPosition);
}

/** What the spec and each of its globs yield, as far as that can be known. */
export function yieldsIn(spec: SpecText, others: readonly SpecText[], tree: Tree): readonly ShownYield[] {
  const own = read(spec);
  const { places } = own.parsed;
  return yieldsOf(own, others.map(read), indexOf(tree)).flatMap((found) => {
    const key = found.path.at(-1) === 'glob' ? undefined : places.key(found.path);
    // Behind the colon of `join:`, not between the two.
    const range = key && { ...key, end: { ...key.end, character: key.end.character + 1 } };
    const shown = range ?? places.value(found.path);
    return shown === undefined ? [] : [{ ...found, range: shown }];
  });
}

/** Everything that can be written at an offset. */
export function completions(
  spec: SpecText,
  offset: number,
  others: readonly SpecText[],
  tree: Tree | undefined,
  images: ImageFacts = NO_IMAGE_FACTS,
): readonly CompletionItem[] {
  const pipelines = others.map(read).map(({ directory, parsed: { value } }) => {
    return { directory, name: pipelineName(value, { directory }) ?? directory };
  });
  return complete(
    spec.text,
    offset,
    projectView(tree, pipelines, () => choices(tree, images)),
  );
}

/** What can be done to a spec's text besides mending it: turning off what diagnostics say, and rewriting. */
export interface SpecActions {
  /** In the order of the diagnostics. */
  readonly turningOff: readonly (readonly Fix[])[];
  readonly rewrites: readonly Fix[];
}

/** What can be done at an offset, and about the diagnostics there. */
export function actionsAt(text: string, offset: number, diagnostics: readonly Diagnostic[]): SpecActions {
  const turningOff = diagnostics.map((diagnostic) => turnOffFixes(text, diagnostic));
  return { turningOff, rewrites: commandRewrites(text, offset) };
}

/** What there is to say about the thing at an offset. */
export function hoverAt(
  spec: SpecText,
  offset: number,
  tree?: Tree,
  facts: ImageFacts = NO_IMAGE_FACTS,
): Hover | undefined {
  const name = textAt(read(spec).parsed.value, ['transform', 'image']);
  const known = tree === undefined || !name ? undefined : describeImage(name, indexOf(tree), facts);
  return hover(spec.text, offset, { images: known === undefined ? [] : [known] });
}

function choices(tree: Tree | undefined, images: ImageFacts): readonly ViewImage[] {
  return tree === undefined ? [] : imageChoices(indexOf(tree), images);
}

/** What a spec says, as far as it can be read. */
export function specValue(spec: SpecText): unknown {
  return read(spec).parsed.value;
}

/** A tree is looked at for each key stroke, and made ready for that once. */
const indices = new WeakMap<Tree, TreeIndex>();

function indexOf(tree: Tree): TreeIndex {
  const index = indices.get(tree) ?? new TreeIndex(tree);
  indices.set(tree, index);
  return index;
}

function read({ file, text }: SpecText): ProjectSpec {
  const known = parsed.get(file);
  if (known?.text === text) return known.spec;
  const slash = file.lastIndexOf('/');
  const directory = slash < 0 ? '' : file.slice(0, slash);
  const spec = { file, directory, parsed: parseSpec(text, { directory }) };
  parsed.set(file, { text, spec });
  return spec;
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}

/**
 * The language of specs for the editor: everything that needs the YAML reader, the schema and the globs. Loaded
 * when the first spec is looked at, and not before, because it is most of the extension's weight.
 */

import { checkProject, withoutSuspicions } from '../plan/check-project.ts';
import { describeInput, type LiveFacts } from '../plan/describe-input.ts';
import { foreignSpec } from '../plan/foreign-spec.ts';
import { describeImage, imageChoices } from '../plan/image-choices.ts';
import { type ImageFacts, NO_IMAGE_FACTS } from '../plan/image-facts.ts';
import { scriptChoices } from '../plan/new-pipeline.ts';
import type { ProjectSpec } from '../plan/project-spec.ts';
import { type Reference, referencesOf } from '../plan/references.ts';
import { type Remedy, remediesOf } from '../plan/remedies.ts';
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
import { isSpecPath } from '../spec/spec-path.ts';
import { pipelineName, textAt } from '../spec/spec-values.ts';
import { turnOffFixes } from '../spec/turn-off-fixes.ts';
import { readYaml } from '../spec/yaml-document.ts';
import { projectView } from './tree-directories.ts';

/** A spec's text and place, relative to the project's root. The same object is read once. */
export interface SpecText {
  readonly file: string;
  readonly text: string;
}

/** A spec beside what it is judged by. */
export interface Judged {
  readonly spec: SpecText;
  readonly others: readonly SpecText[];
  /** Absent where nothing is known: no project, no commit, or Restricted Mode. */
  readonly tree: Tree | undefined;
  /** What the commit says about images; absent where the tree is. */
  readonly images: ImageFacts | undefined;
}

/** A count, and where it is shown. */
export interface ShownYield extends Yield {
  readonly range: Range;
}

/** Specs seldom change, and all of a project are looked at for each key stroke in one of them. */
const parsed = new WeakMap<SpecText, ProjectSpec>();

/** Everything that is wrong with a spec: by itself and, where the tree is known, in its project. */
export function diagnose({ spec, others, tree, images = NO_IMAGE_FACTS }: Judged): readonly Diagnostic[] {
  const own = read(spec);
  if (!tree) return own.parsed.diagnostics;
  const all = [own, ...others.filter((other) => other.file !== spec.file).map(read)];
  const foreign = foreignSpec(own, all, indexOf(tree));
  if (foreign !== undefined) return [foreign];
  const beside = checkProject(all, indexOf(tree), images, [own]);
  return [...withoutSuspicions(own.parsed.diagnostics, beside), ...beside].sort(byPosition);
}

/** What the spec and each of its globs yield, as far as that can be known. */
export function yieldsIn({ spec, others, tree }: Judged): readonly ShownYield[] {
  if (!tree) return [];
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

/**
 * The same at a first look, by a tree of which only the paths are known: what it does not find may lie behind a link or in a subdataset, so
 * that it is not called none, and what lies where a spec is may be results.
 */
export function firstYieldsIn(spec: SpecText, tree: Tree): readonly ShownYield[] {
  const others = tree.entries
    .filter(({ path }) => isSpecPath(path))
    .flatMap(({ path }) => (path === spec.file ? [] : [{ file: path, text: '' }]));
  return yieldsIn({ spec, others, tree, images: undefined }).filter(({ count }) => count > 0);
}

/** Everything that can be written at an offset. */
export function completions(
  { spec, others, tree, images = NO_IMAGE_FACTS }: Judged,
  offset: number,
): readonly CompletionItem[] {
  const pipelines = others.map(read).map(({ directory, parsed: { value } }) => {
    return { directory, name: pipelineName(value, { directory }) ?? directory };
  });
  return complete(
    spec.text,
    offset,
    projectView(
      tree,
      pipelines,
      () => choices(tree, images),
      () => scriptsIn(tree),
    ),
  );
}

/** What a spec names in its project; nothing where that is not known. */
export function referencesIn({ spec, others, tree, images = NO_IMAGE_FACTS }: Judged): readonly Reference[] {
  if (!tree) return [];
  const own = read(spec);
  return referencesOf(own, [own, ...others.map(read)], indexOf(tree), images);
}

/** The first key of a text, or its first character. */
export function firstKey(text: string): Range {
  return readYaml(text).places.first();
}

/** What can be done in a terminal about the things at an offset that are not here. */
export function remediesAt(
  { spec, tree, images = NO_IMAGE_FACTS }: Judged,
  offset: number,
): readonly Remedy[] {
  if (!tree) return [];
  const own = read(spec);
  return remediesOf(own, indexOf(tree), images).filter(({ path }) => {
    const place = own.parsed.places.at(path);
    return place !== undefined && offset >= (place.key ?? place.value).start && offset <= place.value.end;
  });
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
  { spec, others, tree, images }: Judged,
  offset: number,
  facts?: LiveFacts,
): Hover | undefined {
  const own = read(spec);
  return hover(spec.text, offset, (path) => {
    if (tree === undefined) return undefined;
    const index = indexOf(tree);
    if (path.join('/') !== 'transform/image')
      return describeInput(path, own, [own, ...others.map(read)], index, facts);
    const name = textAt(own.parsed.value, path);
    const image = name ? describeImage(name, index, images ?? NO_IMAGE_FACTS) : undefined;
    return image && `**${image.name}**, ${image.detail}\n\n${image.documentation}`;
  });
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

/** A tree, ready to be looked things up in. */
export function indexOf(tree: Tree): TreeIndex {
  const index = indices.get(tree) ?? new TreeIndex(tree);
  indices.set(tree, index);
  return index;
}

const scripts = new WeakMap<Tree, readonly string[]>();

function scriptsIn(tree: Tree | undefined): readonly string[] {
  if (!tree) return [];
  const known = scripts.get(tree) ?? scriptChoices(indexOf(tree)).map(({ path }) => path);
  scripts.set(tree, known);
  return known;
}

function read(spec: SpecText): ProjectSpec {
  const known = parsed.get(spec);
  if (known) return known;
  const { file, text } = spec;
  const slash = file.lastIndexOf('/');
  const directory = slash < 0 ? '' : file.slice(0, slash);
  const made = { file, directory, parsed: parseSpec(text, { directory }) };
  parsed.set(spec, made);
  return made;
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}

/**
 * The language of specs for the editor: everything that needs the YAML reader, the schema and the globs. Loaded
 * when the first spec is looked at, and not before, because it is most of the extension's weight.
 */

import { checkProject } from '../plan/check-project.ts';
import { compileGlob } from '../plan/glob.ts';
import { describeImage, imageChoices } from '../plan/image-choices.ts';
import { type ImageFacts, NO_IMAGE_FACTS } from '../plan/image-facts.ts';
import { matchTree } from '../plan/match-tree.ts';
import { upstreamOf } from '../plan/order.ts';
import type { ProjectSpec } from '../plan/project-spec.ts';
import type { Tree } from '../plan/tree.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { complete } from '../spec/completion.ts';
import type { CompletionItem } from '../spec/completion-item.ts';
import type { Diagnostic, Range } from '../spec/diagnostic.ts';
import { type Hover, hover } from '../spec/hover.ts';
import { parseSpec } from '../spec/parse.ts';
import type { ViewImage } from '../spec/project-view.ts';
import { pipelineName, textAt } from '../spec/spec-values.ts';
import { projectView } from './tree-directories.ts';

/** A spec's text and place, relative to the project's root. */
export interface SpecText {
  readonly file: string;
  readonly text: string;
}

/** How many datums the glob of a spec yields, and which come first. */
export interface GlobYield {
  /** Where the glob stands. */
  readonly range: Range;
  readonly repo: string;
  readonly count: number;
  /** The first ten, in order. */
  readonly first: readonly string[];
}

const REPO = ['input', 'pfs', 'repo'];
const GLOB = ['input', 'pfs', 'glob'];

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
  return [...own.parsed.diagnostics, ...beside].sort(byPosition);
}

/**
 * What the glob yields; `undefined` where that cannot be known: it is another pipeline's results, or a subdataset
 * that may not be installed, or the spec is not that far yet.
 */
export function globYield(spec: SpecText, others: readonly SpecText[], tree: Tree): GlobYield | undefined {
  const { places, value } = read(spec).parsed;
  const repo = textAt(value, REPO);
  const pattern = textAt(value, GLOB);
  const range = places.value(GLOB);
  if (!repo || !pattern || !range) return undefined;
  const index = indexOf(tree);
  const unknown = index.inSubdataset(repo) || index.holdsSubdataset(repo);
  if (unknown || upstreamOf(repo, others.map(read)) !== undefined || !index.isDirectory(repo))
    return undefined;
  const compiled = compileGlob(pattern);
  if (!compiled.ok) return undefined;
  const matches = matchTree(compiled.glob, index.below(repo));
  return { range, repo, count: matches.length, first: matches.slice(0, 10).map((match) => match.path) };
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

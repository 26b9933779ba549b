/** What a spec names in its project, where it says so, and where that is. */
import type { Range } from '../spec/diagnostic.ts';
import { writtenInputs } from '../spec/input-values.ts';
import type { SpecPath } from '../spec/places.ts';
import { textAt, valueAt } from '../spec/spec-values.ts';
import { commandWords } from './command-words.ts';
import { DATASET_CONFIG, IMAGES_LOCK, type ImageFacts } from './image-facts.ts';
import { resolveImage } from './images.ts';
import { holderOf } from './order.ts';
import { joinPaths, resolvePath } from './paths.ts';
import type { ProjectSpec } from './project-spec.ts';
import type { TreeIndex } from './tree-index.ts';

/** A part of a spec that names a file or directory of the project. */
export interface Reference {
  readonly range: Range;
  /** Relative to the project's root. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** The text in that file which is meant, where it is not the file as a whole. */
  readonly text?: string;
}

/** Everything that a spec names and that is committed, in the order: inputs, commands, code, image. */
export function referencesOf(
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
  facts: ImageFacts,
): readonly Reference[] {
  const { value, places } = spec.parsed;
  const rangeAt = (path: SpecPath, start: number, end: number): Range | undefined =>
    places.within(path, start, end) ?? places.value(path);
  const named = (
    path: SpecPath,
    target: string | undefined,
    start = 0,
    end?: number,
  ): readonly Reference[] => {
    const range = rangeAt(path, start, end ?? textAt(value, path)?.length ?? start);
    if (range === undefined || target === undefined || target === '') return [];
    if (index.has(target))
      return [{ range, path: target, isDirectory: index.subdataset(target) !== undefined }];
    return index.isDirectory(target) ? [{ range, path: target, isDirectory: true }] : [];
  };
  const inputs = writtenInputs(value).flatMap(({ path, repo }): readonly Reference[] => {
    if (repo === undefined) return [];
    const at = [...path, 'repo'];
    const holder = holderOf(repo, specs);
    if (holder === undefined) return named(at, repo);
    const range = rangeAt(at, 0, repo.length);
    // What a pipeline reads is best explained by the spec that makes it.
    return range === undefined ? [] : [{ range, path: holder.file, isDirectory: false }];
  });
  const directory = textAt(value, ['transform', 'working_dir']) ?? '';
  const words = (['cmd', 'err_cmd'] as const).flatMap((field) =>
    commandWords(value, field).flatMap(({ path, text, offset }) =>
      /[{}]/.test(text) ? [] : named(path, resolvePath(directory, text), offset, offset + text.length),
    ),
  );
  const lists = ['code', 'context'].flatMap((field) => {
    const items = valueAt(value, ['transform', field]);
    const count = Array.isArray(items) ? items.length : 0;
    return Array.from({ length: count }, (_, at) => ['transform', field, at]).flatMap((path) =>
      named(path, resolvePath('', textAt(value, path) ?? '')),
    );
  });
  const workingDir = named(['transform', 'working_dir'], directory);
  return [...inputs, ...words, ...workingDir, ...lists, ...imageReference(spec, index, facts)];
}

/** Where an image is registered or pinned, or the image itself where a path names it. */
function imageReference(spec: ProjectSpec, index: TreeIndex, facts: ImageFacts): readonly Reference[] {
  const at = ['transform', 'image'];
  const { value, places } = spec.parsed;
  const name = textAt(value, at);
  const range = name && (places.within(at, 0, name.length) ?? places.value(at));
  if (!name || !range) return [];
  const resolution = resolveImage(name, index, facts);
  if (!('image' in resolution)) return [];
  const { kind, image } = resolution;
  const to = (path: string, text?: string): readonly Reference[] =>
    index.has(path) || index.isDirectory(path)
      ? [{ range, path, isDirectory: !index.has(path), ...(text === undefined ? {} : { text }) }]
      : [];
  if (kind === 'docker') return facts.digests.has(name) ? to(IMAGES_LOCK, JSON.stringify(name)) : [];
  if (kind === 'path') return to(image.path ?? '');
  const { dataset = '' } = image;
  const own = dataset !== '' && name.startsWith(`${dataset}/`) ? name.slice(dataset.length + 1) : name;
  return to(joinPaths(dataset, DATASET_CONFIG), `containers.${own}"]`);
}

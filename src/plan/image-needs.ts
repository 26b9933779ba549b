/** Which files must be looked at to know what the images of specs stand for. */
import { textAt } from '../spec/spec-values.ts';
import { containerPaths, fullName, type ImageFacts } from './image-facts.ts';
import { isBare } from './images.ts';
import type { Tree } from './tree.ts';

/** The images that specs name, by their plain values. */
export function imageNames(specs: readonly unknown[]): readonly string[] {
  return [...new Set(specs.flatMap((value) => textAt(value, ['transform', 'image']) ?? []))];
}

/**
 * Paths that tell what names stand for: the images of registered containers and what these take besides.
 * @param tree - Where to look for a name that any subdataset may register; nowhere without it.
 */
export function imagePaths(
  names: readonly string[],
  facts: ImageFacts,
  tree: Tree | undefined,
): readonly string[] {
  const paths = names.flatMap((name) => (facts.containers.get(name) ?? []).flatMap(containerPaths));
  const isOpen = names.some(
    (name) =>
      isBare(name) &&
      !facts.digests.has(name) &&
      !facts.containers.get(name)?.some((container) => fullName(container) === name),
  );
  const unread = isOpen ? (tree?.subdatasets ?? []).filter(({ state }) => state === 'unread') : [];
  return [...paths, ...unread.map(({ path }) => path)];
}

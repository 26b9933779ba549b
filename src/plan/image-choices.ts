/** The images that a spec of a project can name, as the editor offers and explains them. */
import type { ViewImage } from '../spec/project-view.ts';
import { sizeOfKey } from './annex-key.ts';
import type { ImageFacts } from './image-facts.ts';
import { containerNames, isImageFile, resolveImage } from './images.ts';
import type { TreeIndex } from './tree-index.ts';

/** Registered containers first, then image files, then docker images whose digest is committed. */
export function imageChoices(index: TreeIndex, facts: ImageFacts): readonly ViewImage[] {
  const files = index.paths.filter(isImageFile);
  const names = [...containerNames(facts).toSorted(), ...files, ...facts.digests.keys()];
  return [...new Set(names)].flatMap((name): ViewImage[] => {
    const resolution = resolveImage(name, index, facts);
    if (!('image' in resolution)) return [];
    const { image, kind } = resolution;
    const bytes = new Map(
      image.files.flatMap(({ annexKey }) =>
        annexKey === undefined ? [] : [[annexKey, sizeOfKey(annexKey)]],
      ),
    );
    const size = [...bytes.values()].reduce((sum, one) => sum + one, 0);
    const lines = [
      image.path === undefined ? '' : `Image: \`${image.path}\``,
      `Content: \`${image.key}\``,
      size === 0 ? '' : `Size: ${(size / 1e6).toFixed(1)} MB`,
      image.cmdexec === undefined ? '' : `Runs as: \`${image.cmdexec}\``,
    ].filter((line) => line !== '');
    return [{ name, detail: DETAILS[kind], documentation: lines.join('\n\n') }];
  });
}

const DETAILS = {
  container: 'registered container',
  path: 'image file',
  docker: 'docker image, pinned',
} as const;

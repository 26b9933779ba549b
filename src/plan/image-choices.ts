/** The images that a spec of a project can name, as the editor offers and explains them. */
import type { ViewImage } from '../spec/project-view.ts';
import { sizeOfFiles } from './annex-key.ts';
import type { ImageFacts } from './image-facts.ts';
import { absentFiles, containerNames, isImageFile, resolveImage } from './images.ts';
import { bytesText } from './shown-size.ts';
import type { TreeIndex } from './tree-index.ts';

const DETAILS = {
  container: 'registered container',
  path: 'image file',
  docker: 'docker image, pinned',
} as const;

/** Registered containers first, then image files, then docker images whose digest is committed. */
export function imageChoices(index: TreeIndex, facts: ImageFacts): readonly ViewImage[] {
  const files = index.paths.filter(isImageFile);
  const names = [...containerNames(facts).toSorted(), ...files, ...facts.digests.keys()];
  return [...new Set(names)].flatMap((name) => describeImage(name, index, facts) ?? []);
}

/** What is known of an image by its name; `undefined` when its content is not. */
export function describeImage(name: string, index: TreeIndex, facts: ImageFacts): ViewImage | undefined {
  const resolution = resolveImage(name, index, facts);
  if (!('image' in resolution)) return undefined;
  const { image, kind } = resolution;
  const annexed = image.files.filter(({ annexKey }) => annexKey !== undefined);
  const size = sizeOfFiles(annexed);
  const lines = [
    image.path === undefined ? '' : `Image: \`${image.path}\``,
    `Content: \`${image.key}\``,
    size === 0 ? '' : `Size: ${bytesText(size)}`,
    facts.isHere === undefined || annexed.length === 0
      ? ''
      : presenceText(absentFiles(image, facts).length === 0),
    image.cmdexec === undefined ? '' : `Runs as: \`${image.cmdexec}\``,
  ].filter((line) => line !== '');
  return { name, detail: DETAILS[kind], documentation: lines.join('\n\n') };
}

function presenceText(isHere: boolean): string {
  return isHere
    ? 'It is here.'
    : 'It is not here yet: a run, or `minipach prefetch`, fetches it once for all jobs.';
}

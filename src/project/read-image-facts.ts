/** Reading what a commit says about images: a few small files, through a process that runs already. */
import { type ImageFacts, imageFactFiles, imageFacts } from '../plan/image-facts.ts';
import type { Tree } from '../plan/tree.ts';
import type { CatFile } from './cat-file.ts';

/** Reads the committed files that name containers and digests. */
export async function readImageFacts(tree: Tree, objects: CatFile): Promise<ImageFacts> {
  const texts = imageFactFiles(tree).map(async ({ path, blob }) => {
    return [path, (await objects.read(blob))?.content.toString('utf8') ?? ''] as const;
  });
  return imageFacts(await Promise.all(texts));
}

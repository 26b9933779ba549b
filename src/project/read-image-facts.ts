/** Reading what a commit says about images: a few small files, and the subdatasets that images are in. */
import { type ImageFacts, imageFactFiles, imageFacts, NO_IMAGE_FACTS } from '../plan/image-facts.ts';
import { imageNames, imagePaths } from '../plan/image-needs.ts';
import type { Tree, TreeEntry } from '../plan/tree.ts';
import { type GitRunner, readBlobs } from './blobs.ts';
import type { CatFile } from './cat-file.ts';
import { git } from './git.ts';
import type { Project } from './open.ts';
import { gitIn } from './repository.ts';
import { withSubdatasets } from './subdatasets.ts';

/** How to read, and how far to look. */
export interface ImageReading {
  /** The project's helper; without one, a short process reads its files. */
  readonly objects?: CatFile;
  /** Texts that have been read before, by blob; grows. */
  readonly texts: Map<string, string>;
  /** Whether all subdatasets are read for a name that any of them may register, or only those read already. */
  readonly everywhere: boolean;
  /** Whether everything is read that a name could be looked up in, to offer names before a spec has one. */
  readonly offers?: true;
}

/** A tree, and what its files say about images. */
export interface TreeWithImages {
  readonly tree: Tree;
  readonly images: ImageFacts;
}

/**
 * Reads what the images that specs name stand for. Where no spec names one, nothing is read, unless they are to be offered.
 * @param specs - The plain values of the specs, which may have errors.
 * @returns the tree with the subdatasets that these images are in, as far as they are installed.
 */
export async function readImages(
  project: Pick<Project, 'root' | 'gitDirectory' | 'commonDirectory'>,
  tree: Tree,
  specs: readonly unknown[],
  reading: ImageReading,
): Promise<TreeWithImages> {
  // The name that has no letter yet could become any.
  const names = [...imageNames(specs), ...(reading.offers ? [''] : [])];
  if (names.length === 0) return { tree, images: NO_IMAGE_FACTS };
  let present = tree;
  for (;;) {
    const files = imageFactFiles(present, names);
    await readTexts(project, present, files, reading);
    const images = imageFacts(files.map(({ path, blob }) => [path, reading.texts.get(blob) ?? '']));
    // What is registered can lead into further subdatasets, which register more.
    const paths = imagePaths(names, images, reading.everywhere ? present : undefined);
    const grown = await withSubdatasets(project, present, specs, reading.objects, { paths });
    if (grown === present) return { tree: present, images };
    present = grown;
  }
}

async function readTexts(
  project: Pick<Project, 'root'>,
  tree: Tree,
  files: readonly TreeEntry[],
  { texts, objects }: ImageReading,
): Promise<void> {
  const wanted = new Map<string | undefined, TreeEntry[]>();
  for (const entry of files) {
    if (texts.has(entry.blob)) continue;
    wanted.set(entry.dataset, [...(wanted.get(entry.dataset) ?? []), entry]);
  }
  const read = [...wanted].map(async ([dataset, entries]) => {
    if (dataset === undefined && objects !== undefined) {
      const found = await Promise.all(entries.map(({ blob }) => objects.read(blob)));
      for (const [at, { blob }] of entries.entries())
        texts.set(blob, found[at]?.content.toString('utf8') ?? '');
      return;
    }
    const directory = tree.subdatasets?.find(({ path }) => path === dataset)?.gitDirectory;
    const run: GitRunner =
      directory === undefined ? (args, options) => git(project.root, args, options) : gitIn(directory);
    const blobs = await readBlobs(
      run,
      entries.map(({ blob }) => blob),
    );
    for (const { blob } of entries) texts.set(blob, blobs.get(blob)?.toString('utf8') ?? '');
  });
  await Promise.all(read);
}

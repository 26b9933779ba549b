/** What a project's commit says about images: the containers registered with DataLad, and the digests of docker images. */
import { isDigest, parseDockerReference } from './docker-reference.ts';
import { type ConfigEntry, parseGitConfig } from './git-config.ts';
import { joinPaths, parentPath, relativePath, resolvePath } from './paths.ts';
import type { Tree, TreeEntry } from './tree.ts';

/** Where the digests of docker images are committed: `{"version":1,"images":{"<reference>":{"digest":"sha256:…"}}}`. */
export const IMAGES_LOCK = '.minipach/images.lock';

/** Where a dataset registers its containers. */
export const DATASET_CONFIG = '.datalad/config';

/** A container as `datalad containers-add` registers it. */
export interface RegisteredContainer {
  /** As its own dataset calls it. */
  readonly name: string;
  /** The dataset that registers it, relative to the project's root; empty for the root itself. */
  readonly dataset: string;
  /** The path of the image, relative to the dataset. */
  readonly image: string | undefined;
  /** How a command is run in it, with `{img}`, `{cmd}` and others to be replaced. */
  readonly cmdexec: string | undefined;
  /** Paths of further files that running it takes; may begin with `{img_dspath}` or `{img_dirpath}`. */
  readonly extraInputs: readonly string[];
  /** Where the image came from. */
  readonly updateUrl: string | undefined;
}

/** Everything that image names are looked up in. */
export interface ImageFacts {
  /** Containers by the name in their own dataset, and by their dataset's path and that name. */
  readonly containers: ReadonlyMap<string, readonly RegisteredContainer[]>;
  /** Digests of docker images, by reference. */
  readonly digests: ReadonlyMap<string, string>;
  /** Files that cannot be read, each with the place where it goes wrong, for a sentence. */
  readonly unreadable: readonly string[];
  /** Whether the content of an annexed file is in the project now; without it nothing is said of that. */
  readonly isHere?: (file: TreeEntry) => boolean;
}

/** Of a project in which no spec names an image. */
export const NO_IMAGE_FACTS: ImageFacts = { containers: new Map(), digests: new Map(), unreadable: [] };

/** The committed files that `imageFacts` wants the text of, to look up these names. */
export function imageFactFiles(tree: Tree, names: readonly string[]): readonly TreeEntry[] {
  const isAnywhere = names.some((name) => !/[/:@]/.test(name));
  return tree.entries.filter(({ path, type, annexKey }) => {
    if ((type !== 'file' && type !== 'executable') || annexKey !== undefined) return false;
    if (path === IMAGES_LOCK || path === DATASET_CONFIG) return true;
    if (!path.endsWith(`/${DATASET_CONFIG}`)) return false;
    const dataset = path.slice(0, -DATASET_CONFIG.length);
    return isAnywhere || names.some((name) => name.startsWith(dataset));
  });
}

/**
 * The paths of a container's image and of what running it takes besides, as far as they are in the project: first those
 * that are registered as such, then those that the command line mentions.
 */
export function containerPaths({
  dataset,
  image,
  extraInputs,
  cmdexec,
}: RegisteredContainer): readonly string[] {
  const path = image === undefined ? undefined : resolvePath(dataset, image);
  if (path === undefined || path === '') return [];
  // datalad-container replaces these two; both are written from where the command runs, the project's root.
  const mentioned = cmdexec?.match(/\{img_d(?:s|ir)path\}\/[\w./-]+/g) ?? [];
  const further = [...extraInputs, ...mentioned].map((input) =>
    resolvePath(
      '',
      input
        .replaceAll('{img_dspath}', relativePath('', dataset))
        .replaceAll('{img_dirpath}', relativePath('', parentPath(path))),
    ),
  );
  return [path, ...further.map((one) => one ?? '')];
}

/** Reads the texts of those files, each with its path. */
export function imageFacts(texts: readonly (readonly [path: string, text: string])[]): ImageFacts {
  const containers: RegisteredContainer[] = [];
  const unreadable: string[] = [];
  let digests: ReadonlyMap<string, string> = new Map();
  for (const [path, text] of texts) {
    if (path === IMAGES_LOCK) {
      const read = readImagesLock(text);
      if (read === undefined) unreadable.push(`\`${path}\``);
      else digests = read;
      continue;
    }
    const { entries, badLine } = parseGitConfig(text);
    if (badLine === undefined) containers.push(...containersIn(parentPath(parentPath(path)), entries));
    else unreadable.push(`line ${badLine} of \`${path}\``);
  }
  const byName = new Map<string, RegisteredContainer[]>();
  for (const container of containers) {
    for (const name of new Set([container.name, fullName(container)]))
      byName.set(name, [...(byName.get(name) ?? []), container]);
  }
  return { containers: byName, digests, unreadable };
}

/** By what a spec can call a container: its name in the root, its dataset's path and name in a subdataset. */
export function fullName({ dataset, name }: RegisteredContainer): string {
  return joinPaths(dataset, name);
}

function containersIn(dataset: string, entries: readonly ConfigEntry[]): RegisteredContainer[] {
  const prefix = 'containers.';
  const byName = new Map<string, ConfigEntry[]>();
  for (const entry of entries) {
    if (entry.section !== 'datalad' || !entry.subsection.startsWith(prefix)) continue;
    const name = entry.subsection.slice(prefix.length);
    if (name === '') continue;
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  return [...byName].map(([name, own]) => {
    const values = (key: string): string[] =>
      own.flatMap((entry) => (entry.key === key && entry.value ? [entry.value] : []));
    return {
      name,
      dataset,
      image: values('image').at(-1),
      cmdexec: values('cmdexec').at(-1),
      extraInputs: values('extra-input'),
      updateUrl: values('updateurl').at(-1),
    };
  });
}

/** The digests in the text of `.minipach/images.lock`, by reference; `undefined` when it is none of this version. */
export function readImagesLock(text: string): ReadonlyMap<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isMapping(value) || value['version'] !== 1 || !isMapping(value['images'])) return undefined;
  const digests = new Map<string, string>();
  for (const [reference, image] of Object.entries(value['images'])) {
    const digest = isMapping(image) ? image['digest'] : undefined;
    if (typeof digest !== 'string' || !isDigest(digest) || parseDockerReference(reference) === undefined)
      return undefined;
    digests.set(reference, digest);
  }
  return digests;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the `image` of a spec stands for: a registered container, an image in the project, or one from a registry. */
import { distance } from 'fastest-levenshtein';
import { awaited } from './absent.ts';
import { fullRepository, parseDockerReference } from './docker-reference.ts';
import { followPath } from './follow-path.ts';
import {
  containerPaths,
  fullName,
  IMAGES_LOCK,
  type ImageFacts,
  type RegisteredContainer,
} from './image-facts.ts';
import { nearestText } from './nearest-text.ts';
import { isWithin, resolvePath } from './paths.ts';
import type { Subdataset, TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** An image whose content is known. */
export interface Image {
  /** What a job's key says of it: the content, never a name, path or tag. */
  readonly identity: string;
  /** The annex key, blob id or digest, for people. */
  readonly key: string;
  /** How a registered container runs a command. */
  readonly cmdexec?: string;
  /** The content of each further file that running it takes. */
  readonly extra: readonly string[];
  /** Everything in the project that must be present to run it; none for one from a registry. */
  readonly files: readonly TreeEntry[];
  /** Where it lies in the project; absent for one from a registry. */
  readonly path?: string;
  /** The same with links followed: where its file or directory is. */
  readonly place?: string;
  /** The dataset that registers it, relative to the project's root; absent for what no dataset registers. */
  readonly dataset?: string;
  /** What a container engine is asked for: the full name with the digest; absent for what lies in the project. */
  readonly reference?: string;
}

/** The files of an image whose content is known to be absent: none where nobody can look. */
export function absentFiles({ files }: Image, { isHere }: ImageFacts): readonly TreeEntry[] {
  if (isHere === undefined) return [];
  return files.filter((file) => file.annexKey !== undefined && !isHere(file));
}

/** What a name stands for. */
export type ImageResolution =
  | { readonly kind: 'container' | 'path' | 'docker'; readonly image: Image }
  /** It may be right, and what it is cannot be known here; `docker` when it was taken as a reference. */
  | { readonly kind: 'unknown'; readonly docker: boolean; readonly reason: string; readonly nearest?: string }
  | {
      readonly kind: 'wrong';
      readonly rule: 'unknown-image' | 'image-not-found';
      readonly message: string;
      readonly nearest?: string;
    };

/** File names that end like this are images. */
const IMAGE_FILE = /\.(?:sif|simg|img|sqfs|squashfs)$/i;

/** Whether a file is one that a container runs from, by its name. */
export function isImageFile(path: string): boolean {
  return IMAGE_FILE.test(path);
}

/** Whether any subdataset could register a name: it has no path, tag or digest. */
export function isBare(name: string): boolean {
  return !/[/:@]/.test(name) && !isImageFile(name);
}

/** Finds out what a name stands for. */
export function resolveImage(name: string, index: TreeIndex, facts: ImageFacts): ImageResolution {
  const all = facts.containers.get(name) ?? [];
  const exact = all.find((container) => fullName(container) === name);
  if (exact !== undefined) return resolveContainer(exact, name, index);
  const atPath = resolvePathImage(name, index);
  if (atPath !== undefined) return atPath;
  const [container, another] = inSubdatasets(name, facts);
  if (container !== undefined && another !== undefined) {
    const names = all.map((one) => `\`${fullName(one)}\``).join(' and ');
    const message = `Several subdatasets register a container \`${name}\`; write which one is meant: ${names}.`;
    return { kind: 'wrong', rule: 'unknown-image', message };
  }
  if (container !== undefined) return resolveContainer(container, name, index);
  return resolveReference(name, index, facts);
}

/** All names by which containers of the project can be called. */
export function containerNames(facts: ImageFacts): readonly string[] {
  return [...facts.containers].flatMap(([name, all]) => {
    const isExact = all.some((container) => fullName(container) === name);
    return isExact || inSubdatasets(name, facts).length === 1 ? [name] : [];
  });
}

/** The containers of subdatasets that a name without their path can mean. */
function inSubdatasets(name: string, facts: ImageFacts): readonly RegisteredContainer[] {
  // A pinned reference means the same in every clone, whichever subdatasets are installed.
  return facts.digests.has(name) ? [] : (facts.containers.get(name) ?? []);
}

function resolveContainer(container: RegisteredContainer, name: string, index: TreeIndex): ImageResolution {
  const { image: written, extraInputs, cmdexec } = container;
  const wrong = (what: string): ImageResolution => {
    const message = `The container \`${name}\` is registered, but ${what}; commit it, or register the container anew with \`datalad containers-add --update\`.`;
    return { kind: 'wrong', rule: 'image-not-found', message };
  };
  if (written === undefined) return wrong('without an image');
  const [path = '', ...further] = containerPaths(container);
  const found = imageAt(path, index);
  if (found === undefined) return wrong(`its image \`${written}\` is not committed`);
  if ('absent' in found) return waiting(found.absent);
  const files = [...found.files];
  const extra: string[] = [];
  for (const [at, place] of further.entries()) {
    const input = imageAt(place, index);
    // What only the command line mentions may be made by something else.
    if (input === undefined && at >= extraInputs.length) continue;
    if (input === undefined) return wrong(`its extra input \`${extraInputs[at]}\` is not committed`);
    if ('absent' in input) return waiting(input.absent);
    files.push(...input.files);
    extra.push(input.identity);
  }
  const { dataset } = container;
  const image: Image = {
    ...found,
    files,
    extra,
    path,
    dataset,
    ...(cmdexec === undefined ? {} : { cmdexec }),
  };
  return { kind: 'container', image };
}

function resolvePathImage(name: string, index: TreeIndex): ImageResolution | undefined {
  const path = resolvePath('', name);
  const looksLikePath = isImageFile(name) || /^\.{0,2}\//.test(name);
  if (path !== undefined && path !== '') {
    const found = imageAt(path, index);
    // A tag or digest is not a path's, so that what is absent has nothing to do with it.
    if (found !== undefined && 'absent' in found) {
      return looksLikePath || !/[:@]/.test(name) ? waiting(found.absent) : undefined;
    }
    // A pipeline may be called as the docker image that it runs in.
    const isPipeline = ['spec.yml', 'spec.yaml'].some((spec) => index.has(`${path}/${spec}`));
    if (found !== undefined && (looksLikePath || !isPipeline)) {
      return { kind: 'path', image: { ...found, extra: [], path } };
    }
  }
  if (!looksLikePath) return undefined;
  const nearest = nearestText(path ?? name, index.paths.filter(isImageFile), distance);
  const hint = nearest === undefined ? 'commit it, or name another one' : `did you mean \`${nearest}\``;
  const message = `There is no committed image \`${name}\` in the project; ${hint}${nearest === undefined ? '.' : '?'}`;
  return {
    kind: 'wrong',
    rule: 'image-not-found',
    message,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

function resolveReference(name: string, index: TreeIndex, facts: ImageFacts): ImageResolution {
  const reference = parseDockerReference(name);
  const digest = reference?.digest ?? facts.digests.get(name);
  if (reference !== undefined && digest !== undefined) {
    const identity = `docker ${digest}`;
    const full = `${fullRepository(reference.repository)}@${digest}`;
    return { kind: 'docker', image: { identity, key: digest, extra: [], files: [], reference: full } };
  }
  const explicit = /[:@]/.test(name);
  if (!explicit && facts.unreadable.length > 0) {
    const reason = `Its image \`${name}\` cannot be looked up, because git cannot read ${facts.unreadable.join(' and ')}.`;
    return { kind: 'unknown', docker: false, reason };
  }
  const known = [...containerNames(facts), ...index.paths.filter(isImageFile)];
  const nearest = explicit ? undefined : nearestText(name, known, distance);
  // What is not installed may register exactly this name.
  const hidden = isBare(name) ? index.closed : [];
  const [first] = hidden;
  const more = hidden.length > 1 ? ` and ${hidden.length - 1} more` : '';
  const elsewhere = first === undefined ? '' : `\`${first.remedy}\`${more}`;
  const near = nearest === undefined ? {} : { nearest };
  if (reference === undefined && first !== undefined) {
    const reason = `No container \`${name}\` is registered, unless in a subdataset that is not installed: ${elsewhere}.`;
    return { kind: 'unknown', docker: false, reason, ...near };
  }
  if (reference === undefined) {
    const hint = nearest === undefined ? '' : `; did you mean \`${nearest}\`?`;
    const message = `\`${name}\` is no registered container, no image in the project and no docker reference${hint || '.'}`;
    return { kind: 'wrong', rule: 'unknown-image', message, ...near };
  }
  if (nearest !== undefined && first === undefined) {
    const message = `No container \`${name}\` is registered; did you mean \`${nearest}\`? If an image from a registry is meant, write \`${name}:latest\`.`;
    return { kind: 'wrong', rule: 'unknown-image', message, nearest };
  }
  const lock = facts.unreadable.length > 0 ? `git cannot read ${facts.unreadable.join(' and ')}; ` : '';
  const pinned = name.includes(':') ? name : `${name}:latest`;
  const where =
    first === undefined ? '' : `, unless a subdataset that is not installed registers it: ${elsewhere}`;
  const reason = `No digest is known for its image \`${name}\`; ${lock}write \`${pinned}@sha256:…\`, or pin it in ${IMAGES_LOCK}${where}.`;
  return { kind: 'unknown', docker: true, reason, ...near };
}

/** The image file or directory at a path, or the subdataset that hides it. */
function imageAt(
  path: string,
  index: TreeIndex,
): Pick<Image, 'identity' | 'key' | 'files' | 'place'> | { readonly absent: Subdataset } | undefined {
  const found = followPath(index, path);
  if (found === undefined) return undefined;
  if (found.kind === 'absent') return { absent: found.subdataset };
  if (found.kind === 'file') {
    const { annexKey, blob } = found.entry;
    const base = { files: [found.entry], place: found.entry.path };
    if (annexKey !== undefined) return { identity: `annex ${annexKey}`, key: annexKey, ...base };
    // Whether a file can be executed does not matter to what runs it.
    return { identity: `blob ${blob}`, key: blob, ...base };
  }
  const hidden = index.closed.find((subdataset) => isWithin(subdataset.path, found.path));
  if (hidden !== undefined) return { absent: hidden };
  const digest = index.digest(found.path);
  return { identity: `tree ${digest}`, key: digest, files: index.under(found.path), place: found.path };
}

function waiting(subdataset: Subdataset): ImageResolution {
  return { kind: 'unknown', docker: false, reason: `Waits for ${awaited(subdataset)}.` };
}

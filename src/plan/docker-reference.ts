/** References to images in registries, by the grammar of `distribution/reference`. */

/** What a reference says. */
export interface DockerReference {
  /** As it is written. */
  readonly text: string;
  /** Without tag and digest. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:` and 64 hexadecimal digits, where the reference itself says what it stands for. */
  readonly digest: string | undefined;
}

/** How long the name before tag and digest may be. */
const MAXIMUM_NAME = 255;

/** More than the longest name, tag and digest come to. */
const MAXIMUM_LENGTH = 500;

const HOST =
  '(?:\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::\\d+)?';
const COMPONENT = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^((?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/** A digest as lock files and references write it. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** Reads `[host[:port]/]path[:tag][@sha256:…]`; `undefined` when the text is something else. */
export function parseDockerReference(text: string): DockerReference | undefined {
  if (text.length > MAXIMUM_LENGTH) return undefined;
  const found = REFERENCE.exec(text);
  const [, name = '', tag, digest] = found ?? [];
  // Sixty-four hexadecimal digits are the id of an image on one machine, which no registry knows.
  if (found === null || name.length > MAXIMUM_NAME || /^[0-9a-f]{64}$/.test(name)) return undefined;
  return { text, repository: name, tag, digest };
}

/** A repository with its registry, as every engine reads it alike: some have no registry of their own to fall back on. */
export function fullRepository(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  if (rest.length === 0) return `docker.io/library/${repository}`;
  return /[.:]|^localhost$/.test(first) ? repository : `docker.io/${repository}`;
}

/** What git-annex writes into git, and where it keeps content: read without asking git-annex. */
import { hash } from 'node:crypto';

/** The smallest and largest blob that can be a pointer file (git-annex reads no more than 32 KiB to decide). */
export const POINTER_SIZES = { least: 30, most: 32_768 } as const;

/**
 * The key of an annexed file from what git has committed for it: the text of a locked link
 * (`../.git/annex/objects/…/KEY/KEY`), or the content of an unlocked pointer file (`/annex/objects/KEY`).
 */
export function keyOfPointer(text: string): string | undefined {
  const end = text.indexOf('\n');
  const line = end < 0 ? text : text.slice(0, end);
  // Both slashes: repositories made on Windows hold links with backslashes.
  const match = /(?:^|[/\\])annex[/\\]objects[/\\](?:.*[/\\])?([^/\\]+)$/.exec(line);
  const key = match?.[1];
  // Every key is BACKEND, fields, two dashes, name; anything else only looks like a link into an annex.
  return key !== undefined && /^[A-Z0-9_]+(-[a-zA-Z0-9]+)*--./.test(key) ? key : undefined;
}

/**
 * Where an annexed object lies under `.git/annex/objects` in a normal (not bare) repository:
 * `hashDirMixed/KEY/KEY`. The key's file name is escaped as git-annex does.
 * Source: git-annex, "internals/hashing".
 */
export function objectPath(key: string): string {
  const file = escapeKey(key);
  return `${hashDirectoryMixed(key)}/${file}/${file}`;
}

/**
 * The text of a locked link, which leads from its place to the annex of its own dataset.
 * @param path - Of the link, in its dataset.
 */
export function annexLink(path: string, key: string): string {
  return `${'../'.repeat(path.split('/').length - 1)}.git/annex/objects/${objectPath(key)}`;
}

/** git-annex's file name of a key: slashes and the characters that stand for them are replaced. */
export function escapeKey(key: string): string {
  if (!/[&%:/]/.test(key)) return key;
  return key.replaceAll('&', '&a').replaceAll('%', '&s').replaceAll(':', '&c').replaceAll('/', '%');
}

/** The alphabet of git-annex's "mixed" hash directories, five bits a letter. */
const MIXED_ALPHABET = '0123456789zqjxkmvwgpfZQJXKMVWGPF';

function hashDirectoryMixed(key: string): string {
  const word = hash('md5', key, 'buffer').readUInt32LE(0);
  const letter = (index: number): string => MIXED_ALPHABET[(word >>> (6 * index)) & 31] ?? '';
  return `${letter(1)}${letter(0)}/${letter(3)}${letter(2)}`;
}

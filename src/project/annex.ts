/** What git-annex writes into git, and where it keeps content: read without asking git-annex. */
import { hash } from 'node:crypto';

/** The smallest and largest blob that can be a pointer file (git-annex reads no more than 32 KiB to decide). */
export const POINTER_SIZES = { least: 30, most: 32_768 } as const;

/**
 * The key of an annexed file from what git has committed for it: the text of a locked link
 * (`../.git/annex/objects/…/KEY/KEY`), or the content of an unlocked pointer file (`/annex/objects/KEY`).
 */
export function keyOfPointer(text: string): string | undefined {
  const bytes = Buffer.from(text);
  const key = keyWithin(bytes, 0, bytes.length);
  return key < 0 ? undefined : bytes.toString('utf8', key, lineEnd(bytes, key, bytes.length));
}

/**
 * The same among many such texts, none of which is made.
 * @returns where the key begins, which the line ends; -1 where there is none.
 */
export function keyWithin(bytes: Buffer, start: number, end: number): number {
  const last = lineEnd(bytes, start, end);
  let key = last;
  while (key > start && !isSeparator(bytes[key - 1])) key -= 1;
  if (!isKey(bytes, key, last)) return -1;
  for (let at = start; at + DIRECTORY.length <= key; at += 1)
    if ((at === start || isSeparator(bytes[at - 1])) && isDirectoryAt(bytes, at)) return key;
  return -1;
}

/** Where the first line of a text ends. */
export function lineEnd(bytes: Buffer, start: number, end: number): number {
  const newline = bytes.indexOf(NEWLINE, start);
  return newline < 0 ? end : Math.min(newline, end);
}

const NEWLINE = 10;
const SLASH = '/'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const DASH = '-'.charCodeAt(0);
const UNDERSCORE = '_'.charCodeAt(0);

const DIRECTORY = Buffer.from('annex/objects/');

/** Both slashes: repositories made on Windows hold links with backslashes. */
function isSeparator(byte: number | undefined): boolean {
  return byte === SLASH || byte === BACKSLASH;
}

function isDirectoryAt(bytes: Buffer, at: number): boolean {
  for (let position = 0; position < DIRECTORY.length; position += 1) {
    const byte = bytes[at + position];
    const wanted = DIRECTORY[position];
    if (byte !== wanted && !(wanted === SLASH && byte === BACKSLASH)) return false;
  }
  return true;
}

/** Every key is BACKEND, fields that begin with a dash, two dashes, name; anything else only looks like a link into an annex. */
function isKey(bytes: Buffer, from: number, to: number): boolean {
  let isBackend = true;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === DASH) {
      if (at === from) return false;
      if (bytes[at + 1] === DASH) return at + 2 < to;
      isBackend = false;
    } else if (!(isUpperOrDigit(byte) || (isBackend ? byte === UNDERSCORE : isLower(byte)))) return false;
  }
  return false;
}

function isUpperOrDigit(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39);
}

function isLower(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
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

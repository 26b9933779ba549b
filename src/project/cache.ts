/**
 * Files that save work and can be deleted at any time. One that is not whole, or of another version, counts as none:
 * planning must never rest on half of it.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { decoded } from './decoded.ts';

const VERSION = 'minipach cache 3';

/** The text that was kept; empty where there is none that can be trusted. */
export function readCache(path: string): string {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch {
    return '';
  }
  const end = content.indexOf(10);
  const body = content.subarray(end + 1);
  if (end < 0 || content.toString('latin1', 0, end) !== header(body)) return '';
  return decoded(body);
}

/** Keeps a text; a project that cannot be written to goes without. */
export function writeCache(path: string, text: string): void {
  const body = Buffer.from(text);
  const part = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(part, Buffer.concat([Buffer.from(`${header(body)}\n`), body]));
    // Whole before it has its name; of two writers the later one wins, and both are right.
    renameSync(part, path);
  } catch {
    rmSync(part, { force: true });
  }
}

/** After a loss of power a file can have its length and not its content. Against more than accidents this is no guard. */
function header(body: Buffer): string {
  return `${VERSION} ${body.length} ${crc32(body)}`;
}

/**
 * Files that save work and can be deleted at any time. One that is not whole, or of another version, counts as none:
 * planning must never rest on half of it.
 */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { decoded } from './decoded.ts';

const VERSION = 'minipach cache 4';

/** The text that was kept; empty where there is none that can be trusted. */
export function readCache(path: string): string {
  const body = readCacheBytes(path);
  return body === undefined ? '' : decoded(body);
}

/** Keeps a text; a project that cannot be written to goes without. */
export function writeCache(path: string, text: string): void {
  writeCacheBytes(path, [Buffer.from(text)]);
}

/** The bytes that were kept; `undefined` where there are none that can be trusted. */
export function readCacheBytes(path: string): Buffer | undefined {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch {
    return undefined;
  }
  const end = content.indexOf(10);
  const body = content.subarray(end + 1);
  return end >= 0 && content.toString('latin1', 0, end) === header([body]) ? body : undefined;
}

/** Keeps bytes, one part after the other. */
export function writeCacheBytes(path: string, parts: readonly Buffer[]): void {
  const part = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(part, 'w');
    try {
      writeFileSync(file, `${header(parts)}\n`);
      for (const bytes of parts) writeFileSync(file, bytes);
    } finally {
      closeSync(file);
    }
    // Whole before it has its name; of two writers the later one wins, and both are right.
    renameSync(part, path);
  } catch {
    rmSync(part, { force: true });
  }
}

/** After a loss of power a file can have its length and not its content. Against more than accidents this is no guard. */
function header(parts: readonly Buffer[]): string {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return `${VERSION} ${length} ${parts.reduce((sum, part) => crc32(part, sum), 0)}`;
}

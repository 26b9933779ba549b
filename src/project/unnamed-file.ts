/** Files that have no name and so need no cleaning up, for what is too much for a pipe. */
import { randomBytes } from 'node:crypto';
import { fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An open file that is gone with the last process that has it, to be read from its start. */
export function unnamedFile(content: string | Buffer): number {
  const path = join(tmpdir(), `minipach-${process.pid}-${randomBytes(8).toString('hex')}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  const bytes = Buffer.from(content);
  // With a place given, the file's own stays at the start, where a child begins to read.
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
  return file;
}

/** All that is in an open file, wherever others have read or written last. */
export function readWhole(file: number): Buffer {
  const content = Buffer.allocUnsafe(fstatSync(file).size);
  let length = 0;
  for (let read = -1; read !== 0 && length < content.length; length += read)
    read = readSync(file, content, length, content.length - length, length);
  return content.subarray(0, length);
}

/** Whether annexed content is what its key promises, by the checksum that the key carries. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { sizeOfKey } from '../plan/annex-key.ts';

/** git-annex's names of checksums, as OpenSSL calls them; an `E` at the end only says that an extension follows. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  SHA1: 'sha1',
  SHA224: 'sha224',
  SHA256: 'sha256',
  SHA384: 'sha384',
  SHA512: 'sha512',
  SHA3_224: 'sha3-224',
  SHA3_256: 'sha3-256',
  SHA3_384: 'sha3-384',
  SHA3_512: 'sha3-512',
};

/** Whether a file has the size that a key carries, where it carries one. */
export function hasPromisedSize(key: string, path: string): boolean {
  const promised = sizeOfKey(key);
  return promised === 0 || statSync(path, { throwIfNoEntry: false })?.size === promised;
}

/** Reads a file once and compares; keys without a checksum that is known here promise no more than their size. */
export async function isPromised(key: string, path: string): Promise<boolean> {
  if (!hasPromisedSize(key, path)) return false;
  const [, backend = '', promised = ''] = /^([A-Z0-9_]+?)E?-.*?--([0-9a-f]+)/.exec(key) ?? [];
  const algorithm = ALGORITHMS[backend];
  if (algorithm === undefined) return true;
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex') === promised;
}

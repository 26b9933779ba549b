/** Decoding megabytes of names. */
import { isAscii } from 'node:buffer';

/** UTF-8 as text. Of much it takes as long to decode it as to read it, unless it is known to be plain, as most names are. */
export function decoded(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}

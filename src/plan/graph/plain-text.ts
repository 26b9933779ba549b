/** Names as a picture shows them. */
import { shownName } from '../shown-name.ts';

/** A name with control characters escaped, and what no program may read in XML shown as what cannot be read. */
export function plainText(name: string): string {
  return shownName(name).replace(/[^\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

/** Whether a text is YAML at all, for telling a broken spec from a file of another tool. */
import { parseAllDocuments } from 'yaml';

/** What is longer is data, which is not read for being called like a spec. */
const MAXIMUM_LENGTH = 200_000;

/** Whether a text can be read as YAML, of any number of documents; also true of one that is too long to try. */
export function readsAsYaml(text: string): boolean {
  if (text.length > MAXIMUM_LENGTH) return true;
  try {
    const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent', uniqueKeys: false });
    return [...documents].every(({ errors }) => errors.length === 0);
  } catch (problem) {
    // The YAML reader is recursive, and deep nesting ends its stack: that is no spec.
    if (!(problem instanceof RangeError)) throw problem;
    return true;
  }
}

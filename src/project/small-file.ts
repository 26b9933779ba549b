/** Small files that may not be there, as others write and remove them: what is not there, or not whole, is no error. */
import { readFileSync } from 'node:fs';

/** The text of a file; empty where it cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What a file says in JSON; `undefined` where it cannot be read, or was not written to its end. */
export function noteIn<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

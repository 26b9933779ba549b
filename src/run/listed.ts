/** Listing shared folders that others fill and empty beside us. */
import { readdirSync } from 'node:fs';
import { errorCode } from './state.ts';

/** The names in a directory; none when it is not there, or no longer. */
export function listed(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** Content that is not to be held in memory: git takes it from the files themselves. */
import { GitError, git } from '../../project/git.ts';
import type { LeftFile } from '../result-files.ts';
import { quotePath } from './fast-import.ts';

/** Bytes up to which a file is read; what git compresses in one pack with many others is small and quick. */
const SMALL = 65_536;

/** Bytes of small files that are held at once. */
const TOTAL = 1 << 28;

/** Those among some files that must go into git's object store one by one; of a batch, first come is first held. */
export function largeFiles<T extends { readonly file: LeftFile }>(placed: readonly T[]): T[] {
  let held = 0;
  return placed.filter(({ file: { size } }) => {
    if (size <= SMALL && held + size <= TOTAL) held += size;
    else return true;
    return false;
  });
}

/**
 * Stores files in one process, which streams what is huge.
 * @param paths - As they are found from `cwd`.
 * @param how - Further options and variables of git's, which decide about filters.
 * @returns The ids, in the given order.
 */
export async function storeFiles(
  cwd: string,
  paths: readonly string[],
  how: {
    readonly before: readonly string[];
    readonly after: readonly string[];
    readonly env?: Record<string, string>;
  },
): Promise<string[]> {
  const { before, after, env = {} } = how;
  const result = await git(cwd, [...before, 'hash-object', '-w', '--stdin-paths', ...after], {
    input: paths.map((path) => `${quotePath(path)}\n`).join(''),
    env,
  });
  if (!result.ok) throw new GitError('Storing results', result);
  return result.stdout.toString('utf8').trim().split('\n');
}

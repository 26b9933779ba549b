/**
 * A copy of git's index in which git remembers what lies in each directory beside tracked files (its untracked
 * cache), so that `git status` reads again only the directories that changed: half the time where files are many.
 * The user's own index, where git would keep that by a setting, is not ours to change.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Bytes of an index that is quick to go through without: of some ten thousand files. */
const FEW = 1_000_000;

/** Those of local file systems on which a directory's time tells that its list of names has changed: ext, XFS, Btrfs, ZFS, F2FS, tmpfs. */
const TRUSTED = new Set([0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0x01021994]);

/** How git is asked so that it uses and writes the copy. */
export interface KeptIndex {
  readonly env: Readonly<Record<string, string>>;
  readonly config: readonly string[];
  /**
   * Whether the copy was there for as long as git needed it; to be asked when git has ended. Where the user's index has changed
   * meanwhile, another program may have removed the copy, and git takes an index that is not there for an empty one.
   */
  readonly wasThere: () => boolean;
}

/** Milliseconds after which an index that has changed is taken for one that stays: commits can come many a second. */
const LASTING = 60_000;

/** How to ask for the status of the work tree that a directory lies in, of all untracked files; `undefined` to ask as always. */
export function keptIndex(directory: string): KeptIndex | undefined {
  const gitDirectory = gitDirectoryOf(resolve(directory));
  if (gitDirectory === undefined) return undefined;
  const index = join(gitDirectory, 'index');
  try {
    const size = statSync(index, { throwIfNoEntry: false })?.size ?? 0;
    if (size < FEW || !TRUSTED.has(statfsSync(gitDirectory).type)) return undefined;
    const cache = join(gitDirectory, 'minipach', 'cache');
    const copy = join(cache, `index-${identityOf(index)}`);
    const seen = statSync(copy, { throwIfNoEntry: false });
    const isWorthCopying = seen !== undefined || !isReplacing(cache, copy);
    if (!isWorthCopying || (!seen?.size && !copyIndex(index, copy))) return undefined;
    return {
      // git may write to the copy, which is the point of it.
      env: { GIT_INDEX_FILE: copy, GIT_OPTIONAL_LOCKS: '1' },
      config: [
        ...['-c', 'core.untrackedCache=true'],
        // What the cache is of must be what the configuration says, whatever is asked for.
        ...['-c', 'status.showUntrackedFiles=all'],
        // Another file beside the user's would be left in the git directory.
        ...['-c', 'core.splitIndex=false'],
      ],
      wasThere: () => {
        const left = statSync(copy, { throwIfNoEntry: false })?.size ?? 0;
        return existsSync(index) && copy.endsWith(`index-${identityOf(index)}`) && left > size / 2;
      },
    };
  } catch {
    // A project that cannot be written to, or a full disk: it works without.
    return undefined;
  }
}

/** What tells an index from every other one: git never changes one in place. */
function identityOf(index: string): string {
  const { ino, mtimeNs, size } = statSync(index, { bigint: true });
  return `${ino}-${mtimeNs}-${size}`;
}

/**
 * Removes the copies of indexes that came before, and marks this one as seen.
 * @returns whether there was one shortly before, so that this one may not last either.
 */
function isReplacing(cache: string, copy: string): boolean {
  mkdirSync(cache, { recursive: true });
  let isReplacing = false;
  for (const name of readdirSync(cache)) {
    if (!name.startsWith('index-')) continue;
    const before = statSync(join(cache, name), { throwIfNoEntry: false });
    if (before !== undefined && Math.abs(Date.now() - before.ctimeMs) < LASTING) isReplacing = true;
    rmSync(join(cache, name), { force: true });
  }
  writeFileSync(copy, '');
  return isReplacing;
}

/** Makes the copy, whole before it has its name; not when the index has changed in the meantime. */
function copyIndex(index: string, copy: string): boolean {
  const part = `${copy}.${process.pid}`;
  const { atimeMs, mtimeMs } = statSync(index);
  copyFileSync(index, part);
  // git looks into files that were changed when the index was written, and tells these by the index's own time: it must
  // not seem to be later.
  utimesSync(part, Math.floor(atimeMs) / 1000, Math.floor(mtimeMs) / 1000);
  const isSame = copy.endsWith(`index-${identityOf(index)}`);
  if (isSame) renameSync(part, copy);
  else rmSync(part, { force: true });
  return isSame;
}

/** The git directory above a directory; a work tree that has its index elsewhere goes without. */
function gitDirectoryOf(directory: string): string | undefined {
  const gitDirectory = join(directory, '.git');
  const stats = statSync(gitDirectory, { throwIfNoEntry: false });
  if (stats !== undefined) return stats.isDirectory() ? gitDirectory : undefined;
  return dirname(directory) === directory ? undefined : gitDirectoryOf(dirname(directory));
}

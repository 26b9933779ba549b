/** A clone of a clone on this machine: what the other one was cloned from has content, too. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locationKind } from '../../plan/location.ts';
import { git } from '../../project/git.ts';
import { configIn } from '../../project/repository-config.ts';
import type { FreshClone } from './clone-places.ts';

/** As far as anybody clones clones; a circle ends before. */
const MOST = 10;

/** Adds them as `origin-2`, `origin-3` and so on, each with its branches; what cannot be reached is left out by git. */
export async function addOriginsOfOrigins({ place, remote, isLean, signal }: FreshClone): Promise<void> {
  const key = `remote.${remote}.url`;
  let url = configIn(join(place, '.git', 'config'))
    .get(key)
    ?.at(-1);
  const known = new Set<string>();
  for (let number = 1; number <= MOST && url !== undefined && locationKind(url) === 'path'; number += 1) {
    if (known.has(url)) return;
    known.add(url);
    if (number > 1) {
      await git(place, ['remote', 'add', `${remote}-${number}`, url]);
      // What the annex knows of it came from the source.
      if (!isLean) await git(place, ['fetch', '--quiet', `${remote}-${number}`], { signal });
    }
    const at: string = url;
    const config = [join(at, '.git', 'config'), join(at, 'config')].find((path) => existsSync(path));
    const next = config === undefined ? undefined : configIn(config).get(key)?.at(-1);
    url = next !== undefined && locationKind(next) === 'path' ? resolve(at, next) : next;
  }
}

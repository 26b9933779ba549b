/** Private refs that are written when nobody is there any more to take them away. */
import { join } from 'node:path';
import { git } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import type { Observer } from '../claims/holder.ts';
import { listed } from '../listed.ts';
import type { State } from '../state.ts';
import { liveNames } from './waste.ts';

/** A runner's token; results that other machines have handed back are in folders of other names. */
const TOKEN = /^[0-9a-z]+-[0-9a-f]{12}$/;

/**
 * Removes the private refs of recorders that are gone. Whoever sees to a dead one removes its ref; but a git that it had
 * started on another machine, or that was slower than the lease, may write the ref after that. It keeps nothing but commits
 * that no branch names. One look at a directory where there is none.
 */
export async function removeLateRefs(
  { root, commonDirectory }: Pick<Project, 'root' | 'commonDirectory'>,
  state: State,
  observer: Observer,
): Promise<void> {
  const names = listed(join(commonDirectory, 'refs', 'minipach')).filter((name) => TOKEN.test(name));
  if (names.length === 0) return;
  const { tokens } = liveNames({ state, observer });
  for (const name of names)
    if (!tokens.has(name)) await git(root, ['update-ref', '-d', `refs/minipach/${name}`]);
}

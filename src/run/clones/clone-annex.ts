/** Setting git-annex up in a fresh clone: as `datalad clone` leaves it, so that both programs work in it. */
import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { git, gitLine } from '../../project/git.ts';
import { findProgram } from '../../project/programs.ts';
import { annexSshVariables } from '../../project/ssh.ts';
import { wordsOf } from '../../project/words-of.ts';
import { addOriginsOfOrigins } from './clone-origins.ts';
import type { FreshClone } from './clone-places.ts';
import { connectStore, type SpecialRemote, specialRemotesIn } from './clone-store.ts';

/** What came of it. */
export interface AnnexSetUp {
  /** Why the clone cannot be used, in a sentence. */
  readonly problem?: string;
  /** What a person should know, in sentences. */
  readonly notes: readonly string[];
}

/** Sets it up where the source has an annex, and notes where subdatasets can be had. */
export async function setUpAnnex(clone: FreshClone): Promise<AnnexSetUp> {
  const { place, destination, remote, source, signal } = clone;
  if (source.store !== undefined) {
    // What came from a store has its subdatasets there as well.
    const key = 'datalad.get.subdataset-source-candidate-200origin';
    await git(place, ['config', key, `${source.store}#{id}`]);
  }
  const branch = `refs/remotes/${remote}/git-annex`;
  const hasAnnex = await gitLine(place, ['rev-parse', '-q', '--verify', branch]);
  // git-annex itself goes by that file.
  if (hasAnnex === undefined || existsSync(join(place, '.noannex'))) return { notes: [] };
  const notes: string[] = [];
  if (findProgram('git-annex') === undefined)
    return {
      notes: [
        `git-annex keeps files of ${destination}, and it is not installed: install it (for example \`apt-get install git-annex\`), then run \`git annex init\` there.`,
      ],
    };
  const special = specialRemotesIn(
    (await git(place, ['cat-file', 'blob', `${branch}:remote.log`])).stdout.toString('utf8'),
  );
  const stores = special.filter(isOra);
  if (stores.length > 0 && findProgram('git-annex-remote-ora') === undefined)
    notes.push(
      `Files of ${destination} are in a RIA store, and git-annex-remote-ora, which gets them, is not installed: install DataLad (for example \`apt-get install datalad\`), then run \`git annex enableremote ${stores[0]?.name ?? ''}\` there.`,
    );
  // In a store with a storage sibling content is where that one puts it, and git-annex must not take the store for a
  // repository like others. Without one, content can only come from there by git-annex.
  if (source.store !== undefined && stores.length > 0)
    await git(place, ['config', `remote.${remote}.annex-ignore`, 'true']);
  await addOriginsOfOrigins(clone);
  const env = await annexSshVariables(place);
  const initialised = await git(place, ['annex', 'init', '--quiet', description(destination)], {
    signal,
    env,
  });
  if (!initialised.ok) return { problem: `git annex init failed: ${wordsOf(initialised.stderr)}`, notes };
  if (source.store !== undefined && stores.length > 0) await connectStore(clone, source.store, stores);
  return { notes };
}

function isOra({ type }: SpecialRemote): boolean {
  return type === 'ora';
}

/** What git-annex would call the clone itself, if it were in its place already. */
function description(destination: string): string {
  const home = homedir();
  const path = destination.startsWith(`${home}/`) ? `~${destination.slice(home.length)}` : destination;
  return `${userInfo().username}@${hostname()}:${path}`;
}

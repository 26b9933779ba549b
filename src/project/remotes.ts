/** The remotes of a repository, DataLad's siblings, as git's configuration has them. */
import { gitLines } from './git.ts';

/** A remote. */
export interface Remote {
  readonly name: string;
  /** `undefined` for a special remote of git-annex. */
  readonly url: string | undefined;
  /** What git-annex calls it, where it knows it. */
  readonly uuid: string | undefined;
}

/** A repository's remotes in the order of its configuration, and its own annex uuid. */
export interface Remotes {
  readonly own: string | undefined;
  readonly remotes: readonly Remote[];
}

/** Reads them with one process, and asks none of them. */
export async function readRemotes(root: string): Promise<Remotes> {
  const pattern = '^(remote\\..*\\.(url|annex-uuid)|annex\\.uuid)$';
  const remotes = new Map<string, { url?: string; uuid?: string }>();
  let own: string | undefined;
  for (const line of await gitLines(root, ['config', '--get-regexp', pattern])) {
    const [, key = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (key === 'annex.uuid') own = value;
    const [, name, field] = /^remote\.(.+)\.(url|annex-uuid)$/.exec(key) ?? [];
    if (name === undefined) continue;
    remotes.set(name, { ...remotes.get(name), [field === 'url' ? 'url' : 'uuid']: value });
  }
  return { own, remotes: [...remotes].map(([name, { url, uuid }]) => ({ name, url, uuid })) };
}

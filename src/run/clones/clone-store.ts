/** RIA stores with a storage sibling: content comes and goes by git-annex's special remote for them, `ora`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGitConfig } from '../../plan/git-config.ts';
import { urlParts } from '../../plan/location.ts';
import { shellQuote } from '../../plan/shell.ts';
import { git } from '../../project/git.ts';
import { configIn } from '../../project/repository-config.ts';
import { annexSshVariables, runBySsh } from '../../project/ssh.ts';
import type { FreshClone } from './clone-places.ts';

/** A special remote as the annex knows it. */
export interface SpecialRemote {
  readonly uuid: string;
  readonly name: string;
  /** The kind of an external one. */
  readonly type: string | undefined;
  readonly urls: readonly string[];
}

/** Milliseconds that a store is waited for; git has just cloned from it. */
const PATIENCE = 30_000;

/** Reads `remote.log` of a git-annex branch: a line each, the latest of a uuid counts. */
export function specialRemotesIn(log: string): readonly SpecialRemote[] {
  const latest = new Map<string, { readonly at: number; readonly remote: SpecialRemote }>();
  for (const line of log.split('\n')) {
    const [uuid = '', ...words] = line.split(' ');
    const values = new Map(
      words.map((word) => {
        const end = word.indexOf('=');
        return [word.slice(0, end), word.slice(end + 1)];
      }),
    );
    const name = values.get('name');
    const at = Number.parseFloat(values.get('timestamp') ?? '');
    if (name === undefined || (latest.get(uuid)?.at ?? 0) > at) continue;
    const urls = [values.get('url'), values.get('push-url')].filter((url) => url !== undefined);
    latest.set(uuid, { at, remote: { uuid, name, type: values.get('externaltype'), urls } });
  }
  return [...latest.values()].map(({ remote }) => remote);
}

/**
 * Makes content come from the store that was cloned from, which can be reached otherwise than its special remote was set up:
 * by another protocol, or at another place. Then notes that publishing to the one is publishing to the other first.
 */
export async function connectStore(
  { place, remote, source }: FreshClone,
  store: string,
  known: readonly SpecialRemote[],
): Promise<void> {
  const enabled = (): readonly SpecialRemote[] => {
    const config = configIn(join(place, '.git', 'config'));
    return known.filter(({ name }) => config.get(`remote.${name}.annex-externaltype`)?.at(-1) === 'ora');
  };
  const isHere = ({ urls }: SpecialRemote): boolean => urls.some((url) => url.startsWith(store));
  let own = enabled().filter(({ urls }) => urls[0] === store);
  if (!enabled().some(isHere)) {
    const uuid = await storageUuid(place, source.url);
    const stored = known.find((one) => one.uuid === uuid);
    if (stored === undefined) return;
    const key = `remote.${stored.name}.ora-url`;
    await git(place, ['config', key, store]);
    const env = await annexSshVariables(place);
    if (!(await git(place, ['annex', 'enableremote', stored.name], { env })).ok) {
      await git(place, ['config', '--unset', key]);
      return;
    }
    own = [stored];
  }
  if (own.length === 1 && own[0] !== undefined)
    await git(place, ['config', `remote.${remote}.datalad-publish-depends`, own[0].name]);
}

/** Which special remote a dataset of a store belongs to: the store's own configuration says so. */
async function storageUuid(place: string, url: string): Promise<string | undefined> {
  const text = await readConfig(place, url).catch(() => '');
  const entry = parseGitConfig(text).entries.find(
    ({ section, subsection, key }) => section === 'datalad' && subsection === 'ora-remote' && key === 'uuid',
  );
  return entry?.value;
}

async function readConfig(place: string, url: string): Promise<string> {
  const parts = urlParts(url);
  if (parts === undefined) return readFileSync(join(url, 'config'), 'utf8');
  if (parts.scheme !== 'ssh') {
    const answer = await fetch(`${url}/config`, { signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? answer.text() : '';
  }
  // What begins with a dash would be an option of ssh's.
  if (parts.host.startsWith('-')) return '';
  const command = `cat ${shellQuote(`${parts.path}/config`)}`;
  const { stdout } = await runBySsh(parts.host, command, { cwd: place, milliseconds: PATIENCE });
  return stdout.toString('utf8');
}

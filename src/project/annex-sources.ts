/**
 * Why content may not come from where it is: how the repositories that a clone gets from are set up. Each of these makes
 * gets fail that are made at the same time, and works for one alone, so that nobody suspects it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseGitConfig } from '../plan/git-config.ts';
import { shellQuote } from '../plan/shell.ts';
import { knownAnnexBug } from './annex-version.ts';
import { git, gitLine } from './git.ts';
import { readRemotes } from './remotes.ts';

/** Something about a remote that makes concurrent gets fail. */
export interface SourceProblem {
  /** What is so, in a sentence. */
  readonly message: string;
  /** What to type. */
  readonly advice: string;
}

/** Everything of this kind that can be seen from a repository, the installed git-annex included, in sentences. */
export async function fetchWarnings(root: string): Promise<readonly string[]> {
  const [version, sources] = await Promise.all([
    gitLine(root, ['annex', 'version', '--raw']),
    sourceProblems(root),
  ]);
  const bug = version === undefined ? undefined : knownAnnexBug(version);
  const told = sources.map(({ message, advice }) => `${message} What helps: ${advice}`);
  return bug === undefined ? told : [bug, ...told];
}

/** Looks at the remotes of a repository. Those on other hosts are known by what this one has noted of them. */
export async function sourceProblems(root: string): Promise<readonly SourceProblem[]> {
  const { own, remotes } = await readRemotes(root);
  const found: SourceProblem[] = [];
  const byUuid = new Map<string, string>();
  if (own !== undefined) byUuid.set(own, 'this clone');
  for (const { name, url, uuid } of remotes) {
    const path = url === undefined ? undefined : localPath(url, root);
    const source = path === undefined ? undefined : readSource(path);
    const known = source?.uuid ?? uuid;
    const twin = known === undefined ? undefined : byUuid.get(known);
    if (twin !== undefined) found.push(sameUuid(name, twin, known ?? '', root));
    else if (known !== undefined) byUuid.set(known, `the remote \`${name}\``);
    if (path === undefined || source === undefined) continue;
    if (source.pidLock) found.push(pidLock(name, path));
    if (isInRiaStore(path) && !(await hasStorageSibling(root))) found.push(noStorageSibling(name, path));
  }
  return found;
}

function sameUuid(name: string, twin: string, uuid: string, root: string): SourceProblem {
  return {
    message: `The remote \`${name}\` and ${twin} have the same annex uuid, ${uuid}, as after copying a clone: git-annex takes them for one repository, their gets from one source fail at the same time, and it miscounts copies.`,
    advice: `git -C ${shellQuote(root)} config --unset annex.uuid && git annex init, in whichever of the two is the copy`,
  };
}

function pidLock(name: string, path: string): SourceProblem {
  return {
    message: `The remote \`${name}\` at ${path} has annex.pidlock set: one process at a time gets from it, and others fail after annex.pidlocktimeout.`,
    advice: `git -C ${shellQuote(path)} config --unset annex.pidlock, where its file system has locks`,
  };
}

function noStorageSibling(name: string, path: string): SourceProblem {
  return {
    message: `The remote \`${name}\` at ${path} is in a RIA store, and the dataset has no storage sibling there: annexed content does not come from it, or only through git-annex in the store itself, which locks each transfer, and \`datalad clone --reckless ephemeral\` fails.`,
    advice: `datalad create-sibling-ria -s storage --existing reconfigure --storage-sibling only ria+file://${dirname(dirname(path))}, then datalad push --to storage, in a clone that has the content`,
  };
}

/** Where a remote on this machine is; `undefined` for those elsewhere. */
function localPath(url: string, root: string): string | undefined {
  if (url.startsWith('file://')) return fileURLToPath(url);
  // `host:path` is ssh's, unless a slash comes first.
  return /^[^/]*:/.test(url) ? undefined : resolve(root, url);
}

function readSource(
  path: string,
): { readonly uuid: string | undefined; readonly pidLock: boolean } | undefined {
  const place = ['.git/config', 'config'].map((name) => join(path, name)).find((one) => existsSync(one));
  if (place === undefined) return undefined;
  const { entries } = parseGitConfig(readFileSync(place, 'utf8'));
  const value = (key: string): string | undefined =>
    entries.findLast((entry) => entry.section === 'annex' && entry.subsection === '' && entry.key === key)
      ?.value;
  return { uuid: value('uuid'), pidLock: /^(?:true|yes|on|1)$/i.test(value('pidlock') ?? '') };
}

/** The layout of a store: `<store>/<three letters of the id>/<the rest of it>`, and a file that says so. */
function isInRiaStore(path: string): boolean {
  return existsSync(join(dirname(dirname(path)), 'ria-layout-version'));
}

/** Whether git-annex knows a special remote of DataLad's for such stores. */
async function hasStorageSibling(root: string): Promise<boolean> {
  for (const branch of ['git-annex', 'origin/git-annex']) {
    const log = await git(root, ['cat-file', 'blob', `${branch}:remote.log`]);
    if (log.ok && log.stdout.includes('externaltype=ora')) return true;
  }
  return false;
}

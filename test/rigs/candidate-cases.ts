/** Generated superdatasets for comparing where their subdatasets can be cloned from: the same for the same seed. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, type TestProject } from './project.ts';

/** One superdataset. */
export interface CandidateCase {
  readonly root: string;
  /** Whether DataLad's own order is a fixed one; it takes remotes beside the tracked one in the order of a set. */
  readonly isOrdered: boolean;
}

const PATHS = ['sub', 'data/a', 'data/sub b', 'deep/er/x'];

const RECORDED = [
  './sub',
  '../sub',
  './a b',
  '../..//c/./d',
  '/srv/data/sub',
  'https://host.example/x%20y',
  'https://Host.example/x.git',
  'git@host.example:group/sub.git',
  'host:sub',
  'file:///srv/data/sub',
  'ssh://host.example:2222/srv/sub',
  '///openneuro/ds000001',
  'with@sign',
  './with@sign',
  'C:/data',
];

const REMOTES = [
  '/srv/super',
  '/srv/super/.git',
  '/srv//super/../super2/',
  '../super',
  'https://host.example',
  'https://user:secret@Host.Example:8080/group/super',
  'https://host.example/group/super/.git',
  'https://host.example/group/super.git?ref=1#part',
  'http://host.example/a%20b/super',
  'file:///srv/data%20set/super',
  'ssh://git@host.example/~/super',
  'git@host.example:group/super.git',
  'host:',
  'my_host:/srv//super',
  'host:a\\ b/super',
  '///top/super',
  '.',
];

const TEMPLATES = [
  'ria+file:///store#{id}',
  'ria+https://store.example#{id}',
  'https://host.example/{name}.git',
  '{url}',
  '{datalad-url}',
  '/by/{group}/{name}',
  '{unknown}/x',
  '/by/{path}',
  '{remoteurl-r1}/{name}',
  '{remoteurl-r2}',
  '/braces/{{id}}',
  '/cut/{id:.3}/{id}',
  '/one/{id[0]}/{name!s}',
  '/padded/{name:->12}/{name:*^9}/{name:05}',
  '/srv/data/sub',
  '/fixed',
];

const NAMES = [
  '100a',
  '200origin',
  '300',
  'b',
  'x-1',
  '0a',
  '99z',
  '600same',
  '700c',
  'UPPER',
  '590d',
  '9000',
];

const DATALAD_URLS = ['ria+file:///store#~sub', 'https://host.example/x.git', '/srv/data/sub'];

/**
 * Makes superdatasets under a folder, each of some files: objects and index are those of one repository with two commits.
 * @param shared - An empty repository.
 */
export function makeCandidateCases(
  shared: TestProject,
  folder: string,
  count: number,
  seed: number,
): CandidateCase[] {
  const commits = commitGitlinks(shared);
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, number) => {
    const root = join(folder, random() < 0.1 ? `case ${number}` : `case-${number}`);
    return makeCase(shared, root, commits, random);
  });
}

function commitGitlinks(shared: TestProject): readonly [string, string] {
  const link = (path: string, id: string): void => {
    shared.git('update-index', '--add', '--cacheinfo', `160000,${id.repeat(40)},${path}`);
  };
  for (const path of PATHS.slice(0, 2)) link(path, '1');
  shared.git('commit', '--quiet', '-m', 'Record two');
  const first = shared.head();
  for (const path of PATHS.slice(2)) link(path, '2');
  shared.git('commit', '--quiet', '-m', 'Record two more');
  return [first, shared.head()];
}

function makeCase(
  shared: TestProject,
  root: string,
  [first, last]: readonly [string, string],
  random: () => number,
): CandidateCase {
  const chance = (share: number): boolean => random() < share;
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const git = join(root, '.git');
  for (const path of ['.git/objects/info', '.git/refs/heads', '.git/refs/remotes', '.datalad'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(git, 'objects/info/alternates'), `${shared.path('.git/objects')}\n`);
  cpSync(shared.path('.git/index'), join(git, 'index'));
  writeFileSync(join(git, 'refs/heads/main'), `${last}\n`);
  const isDetached = chance(0.15);
  writeFileSync(join(git, 'HEAD'), isDetached ? `${last}\n` : 'ref: refs/heads/main\n');
  const config = ['[core]\n\trepositoryformatversion = 0\n\tbare = false\n'];
  const remotes = ['r1', 'r2', 'r.3'].slice(0, oneOf([0, 1, 1, 2, 2, 3]));
  for (const remote of remotes) {
    if (chance(0.9)) config.push(`[remote "${remote}"]\n\turl = ${quoted(oneOf(REMOTES))}\n`);
    if (chance(0.2)) continue;
    mkdirSync(join(git, 'refs/remotes', remote), { recursive: true });
    writeFileSync(join(git, 'refs/remotes', remote, 'main'), `${chance(0.6) ? last : first}\n`);
  }
  const tracked = chance(0.75) ? oneOf(['r1', 'r1', 'r2', '.']) : undefined;
  if (tracked !== undefined)
    config.push(`[branch "main"]\n\tremote = ${tracked}\n\tmerge = refs/heads/main\n`);
  const local: string[] = [];
  const committed: string[] = [];
  for (const name of NAMES) {
    if (!chance(0.35)) continue;
    const line = `\tsubdataset-source-candidate-${name} = ${quoted(oneOf(TEMPLATES))}\n`;
    if (chance(0.6)) committed.push(line);
    if (chance(0.6)) local.push(line.replace('/fixed', '/fixed/locally'));
  }
  writeFileSync(join(git, 'config'), `${config.join('')}[datalad "get"]\n${local.join('')}`);
  writeFileSync(join(root, '.datalad/config'), `[datalad "get"]\n${committed.join('')}`);
  const modules = PATHS.filter(() => chance(0.6)).map((path, position) => {
    const lines = [
      `[submodule "${oneOf([path, `name ${position}`, `do.t${position}`])}"]`,
      `path = ${quoted(path)}`,
    ];
    if (chance(0.9)) lines.push(`url = ${quoted(oneOf(RECORDED))}`);
    if (chance(0.7)) lines.push(`datalad-id = 0123456789-${position}`);
    if (chance(0.3)) lines.push(`datalad-url = ${quoted(oneOf(DATALAD_URLS))}`);
    if (chance(0.3)) lines.push(`group = ${quoted('a group')}`);
    return `${lines.join('\n\t')}\n`;
  });
  writeFileSync(join(root, '.gitmodules'), modules.join(''));
  // The tracked remote comes first; of those beside it there must be no choice.
  const others = remotes.filter((remote) => isDetached || remote !== tracked);
  return { root, isOrdered: others.length < 2 };
}

function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** What differs between two commits, and telling an index of it. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parentPath } from '../../plan/paths.ts';
import { GitError, git } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { gitContent } from '../result-files.ts';
import { lookAt } from '../state.ts';
import { quotePath } from './fast-import.ts';

/** A path that differs between two commits: mode and id after, and both before, where it was there. */
export interface Change {
  readonly path: string;
  readonly mode: string;
  readonly id: string;
  readonly before: string | undefined;
}

const ABSENT = '000000';

/** Every path that differs between two commits. */
export async function changesBetween(project: Project, from: string, to: string): Promise<Change[]> {
  const diff = await git(project.root, ['diff-tree', '-r', '-z', '--no-renames', '--raw', from, to]);
  if (!diff.ok) throw new GitError('Comparing two commits', diff);
  const fields = diff.stdout.toString('utf8').split('\0');
  const changes: Change[] = [];
  for (let position = 0; position + 1 < fields.length; position += 2) {
    const [oldMode = '', mode = '', oldId = '', id = ''] = (fields[position] ?? '').slice(1).split(' ');
    const before = oldMode === ABSENT ? undefined : `${oldMode} ${oldId}`;
    changes.push({ path: fields[position + 1] ?? '', mode, id, before });
  }
  return changes;
}

/** Puts paths into an index as a commit has them. Throws where it cannot: such an index must take nobody's place. */
export async function putInIndex(project: Project, index: string, changes: readonly Change[]): Promise<void> {
  const env = { GIT_INDEX_FILE: index };
  const input = changes
    .map(({ mode, id, path }) => `${mode === ABSENT ? '0' : mode} ${id}\t${path}\0`)
    .join('');
  const put = await git(project.root, ['update-index', '-z', '--index-info'], { env, input });
  if (!put.ok) throw new GitError('Bringing the index forward', put);
  // Files that differ are no failure here.
  await git(project.root, ['update-index', '-q', '--refresh'], { env });
}

/** Those whose file in the work tree has the very content already. */
export async function equalFiles(project: Project, changes: readonly Change[]): Promise<Change[]> {
  const present = changes.filter(({ path }) => existsSync(join(project.root, path)) || isLink(project, path));
  const regular = present.filter(({ mode }) => mode.startsWith('100'));
  const hashed = await git(project.root, ['hash-object', '--stdin-paths'], {
    input: regular.map(({ path }) => `${quotePath(path)}\n`).join(''),
  });
  const ids = hashed.stdout.toString('utf8').split('\n');
  const hashName = project.head.length === 64 ? 'sha256' : 'sha1';
  const links = present.filter(({ mode, path }) => mode === '120000' && isLink(project, path));
  return [
    ...regular.filter(({ id }, position) => ids[position] === id),
    ...links.filter(({ id, path }) => {
      const text = readlinkSync(join(project.root, path), 'buffer');
      return gitContent('symlink', text, hashName).entry.blob === id;
    }),
  ];
}

function isLink(project: Project, path: string): boolean {
  return lookAt(join(project.root, path))?.isSymbolicLink() ?? false;
}

/**
 * What lies in the work tree where new files are to come, and is not what is to come: git itself would overwrite it
 * where a rule ignores it.
 */
export async function inTheWay(project: Project, changes: readonly Change[]): Promise<string[]> {
  const gone = new Set(changes.flatMap(({ path, mode }) => (mode === ABSENT ? [path] : [])));
  const found = new Set<string>();
  const blocked = new Map<string, boolean>([['', false]]);
  const isBlocked = (directory: string): boolean => {
    const known = blocked.get(directory);
    if (known !== undefined) return known;
    let result = isBlocked(parentPath(directory));
    if (!result && lookAt(join(project.root, directory))?.isDirectory() === false && !gone.has(directory)) {
      found.add(directory);
      result = true;
    }
    blocked.set(directory, result);
    return result;
  };
  const occupied: Change[] = [];
  for (const change of changes) {
    const { path, mode, before } = change;
    if (before !== undefined || mode === ABSENT || isBlocked(parentPath(path))) continue;
    const there = lookAt(join(project.root, path));
    if (there?.isDirectory() === true) {
      const file = filesIn(project, path).find((one) => !gone.has(one));
      if (file !== undefined) found.add(file);
    } else if (there !== undefined) occupied.push(change);
  }
  if (occupied.length === 0) return [...found];
  const equal = new Set((await equalFiles(project, occupied)).map(({ path }) => path));
  return [...found, ...occupied.flatMap(({ path }) => (equal.has(path) ? [] : [path]))];
}

function filesIn(project: Project, directory: string): string[] {
  return readdirSync(join(project.root, directory), { withFileTypes: true, recursive: true }).flatMap(
    (item) => (item.isDirectory() ? [] : [join(relative(project.root, item.parentPath), item.name)]),
  );
}

/** What a new pipeline could read and run in a project: the choices of a short guided input. */
import { isScript } from './command-words.ts';
import { compileGlob } from './glob.ts';
import type { TreeIndex } from './tree-index.ts';

/** A directory that a pipeline could read. */
export interface RepoChoice {
  readonly path: string;
  readonly files: number;
  /** Whether it is a subdataset that is not here, so that its files are not known. */
  readonly isAbsent: boolean;
}

/** A glob with what it finds. */
export interface GlobChoice {
  readonly glob: string;
  /** How many datums; absent where a subdataset hides some. */
  readonly count: number | undefined;
  /** The first few of them. */
  readonly first: readonly string[];
}

/** Directories deeper than this are typed, not picked. */
const DEEPEST = 3;
/** A list longer than this is searched and not read. */
const MOST = 1_000;
/** How many file endings are offered. */
const ENDINGS = 3;

/** The directories of a project, those nearest to its root first; hidden ones hold no data. */
export function repoChoices(index: TreeIndex): readonly RepoChoice[] {
  const closed = index.closed.map(({ path }) => path);
  const depth = (path: string): number => path.split('/').length;
  return [...index.directories, ...closed]
    .filter((path) => depth(path) <= DEEPEST && !/(?:^|\/)\./.test(path))
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .slice(0, MOST)
    .map((path) => ({ path, files: index.countFiles(path), isAbsent: index.inSubdataset(path) }));
}

/** Globs that make sense in a repo, each of which finds something else. */
export function globChoices(repo: string, index: TreeIndex): readonly GlobChoice[] {
  const paths = index.below(repo);
  const found: GlobChoice[] = [];
  const seen = new Set<string>();
  for (const glob of ['/*', ...prefixes(paths), '/*/*', ...endings(paths), '/']) {
    const compiled = compileGlob(glob);
    if (!compiled.ok) continue;
    const matches = index.matches(repo, compiled.glob);
    const isHidden = index.holdsSubdataset(repo, compiled.glob);
    const first = matches.slice(0, 3).map(({ path }) => path);
    // Two globs that find the same are one choice.
    const id = `${matches.length} ${first.join('\0')} ${matches.at(-1)?.path}`;
    if ((matches.length === 0 && !isHidden) || seen.has(id)) continue;
    seen.add(id);
    found.push({ glob, count: isHidden ? undefined : matches.length, first });
  }
  return found;
}

/** Scripts of the project, and files that can be executed; those named like scripts first. */
export function scriptChoices(
  index: TreeIndex,
): readonly { readonly path: string; readonly isExecutable: boolean }[] {
  return index.tree.entries
    .filter(({ path, type }) => type === 'executable' || (type === 'file' && isScript(path)))
    .map(({ path, type }) => ({ path, isExecutable: type === 'executable' }))
    .sort((a, b) => Number(isScript(b.path)) - Number(isScript(a.path)))
    .slice(0, MOST);
}

/** `/sub-*` where several names at the top begin so, and others do not. */
function prefixes(paths: readonly string[]): readonly string[] {
  const names = new Set(paths.map((path) => path.split('/', 1)[0] ?? ''));
  const counts = new Map<string, number>();
  for (const name of names) {
    const prefix = /^([A-Za-z0-9]+[-_])./.exec(name)?.[1];
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1 && count < names.size).map(([prefix]) => `/${prefix}*`);
}

/** `**.nii.gz` for the endings that most files have. */
function endings(paths: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const ending = /^[^.].*?((?:\.[A-Za-z]\w{0,7}){1,2})$/.exec(name)?.[1];
    if (ending !== undefined) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const common = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, ENDINGS);
  return common.map(([ending]) => `**${ending}`);
}

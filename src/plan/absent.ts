/** Subdatasets that are not here: what keeps a datum from being planned, and the words for it. */
import type { Spec } from '../spec/model.ts';
import { commandPaths } from './code-files.ts';
import { compileGlob, type Glob } from './glob.ts';
import { isWithin, parentPath, resolvePath } from './paths.ts';
import { reaches } from './subdataset-needs.ts';
import type { Subdataset, TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** What is waited for, as the end of a sentence that begins with "Waits for". */
export function awaited({ path, commit, state, remedy }: Subdataset): string {
  const why =
    state === 'outdated'
      ? `which does not have its recorded commit ${commit.slice(0, 8)}`
      : 'which is not installed';
  return `the subdataset ${path}, ${why}: run \`${remedy}\``;
}

/** The first subdataset that is not here and that files hold, or that a symlink among them leads into. */
export function absentAmong(index: TreeIndex, entries: readonly TreeEntry[]): Subdataset | undefined {
  if (index.closed.length === 0) return undefined;
  for (const entry of entries) {
    if (entry.type === 'subdataset') return index.subdataset(entry.path);
    if (entry.target !== undefined && index.resolve(entry) === undefined) {
      const found = absentBehind(index, entry);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Where a chain of links ends in a subdataset that is not here. */
function absentBehind(index: TreeIndex, link: TreeEntry): Subdataset | undefined {
  const seen = new Set<TreeEntry>();
  for (let entry: TreeEntry | undefined = link; entry?.target !== undefined && !seen.has(entry); ) {
    seen.add(entry);
    const path = resolvePath(parentPath(entry.path), entry.target);
    if (path === undefined) return undefined;
    const around = index.closed.find((subdataset) => isWithin(path, subdataset.path));
    if (around !== undefined) return around;
    entry = index.file(path);
  }
  return undefined;
}

/**
 * The first subdataset that is not here and that hides from a glob which matches there are: the repo lies in it, or
 * the glob can go into it. One that the glob matches as a whole hides nothing: it is one match.
 */
export function absentHiding(index: TreeIndex, repo: string, glob: Glob): Subdataset | undefined {
  const { automaton, wholeRepo } = glob;
  const cut = repo === '' ? 0 : repo.length + 1;
  return index.closed.find(({ path }) => {
    if (isWithin(repo, path)) return true;
    if (wholeRepo || !isWithin(path, repo)) return false;
    const inside = `${path.slice(cut)}/`;
    return !automaton.advance(automaton.start, inside, 0, inside.length).dead;
  });
}

/** The first subdataset that is not here and in which the command's files are, or may be. */
export function absentCode(index: TreeIndex, spec: Pick<Spec, 'transform'>): Subdataset | undefined {
  if (index.closed.length === 0) return undefined;
  const { transform } = spec;
  const globs = [...transform.code, ...transform.context].flatMap((pattern) => {
    const compiled = compileGlob(pattern);
    return compiled.ok ? [compiled.glob] : [];
  });
  const words = commandPaths(transform);
  return index.closed.find(
    ({ path }) =>
      globs.some((glob) => reaches(glob, path)) ||
      words.some((word) => word !== path && isWithin(word, path)),
  );
}

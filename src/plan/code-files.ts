/** The files of the project that a command needs beside its datum. */
import type { Spec } from '../spec/model.ts';
import { compileGlob } from './glob.ts';
import { matchTree } from './match-tree.ts';
import { resolvePath } from './paths.ts';
import type { TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** Files named by `code`, and every word of the command that is the path of a tracked file; sorted by path. */
export function codeEntries({ transform }: Pick<Spec, 'transform'>, index: TreeIndex): readonly TreeEntry[] {
  const entries = new Map<string, TreeEntry>();
  for (const pattern of transform.code)
    for (const entry of globEntries(pattern, index)) entries.set(entry.path, entry);
  for (const path of commandPaths(transform)) {
    const entry = index.file(path);
    if (entry !== undefined) entries.set(entry.path, entry);
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Every word of the commands as a path of the project; few of them are meant as one. */
export function commandPaths(transform: Spec['transform']): readonly string[] {
  const commands = [transform.cmd, transform.errCmd ?? []];
  const words = commands.flatMap((command) =>
    typeof command === 'string' ? command.split(/[\s;&|<>()"'`]+/) : command.flat(),
  );
  return words.flatMap((word) => resolvePath(transform.workingDir, word) ?? []);
}

/** All files at or under what a glob of the project matches. */
export function globEntries(pattern: string, index: TreeIndex): readonly TreeEntry[] {
  const compiled = compileGlob(pattern);
  if (!compiled.ok) return [];
  return matchTree(compiled.glob, index.paths).flatMap(({ path }) => index.under(path));
}

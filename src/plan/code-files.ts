/** The files of the project that a command needs beside its datum. */
import type { Command, Spec } from '../spec/model.ts';
import { compileGlob } from './glob.ts';
import { matchTree } from './match-tree.ts';
import { resolvePath } from './paths.ts';
import type { TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/**
 * Files that count in the job's key: those named by `code`, and every word of the command that is the path of a tracked
 * file; sorted by path.
 */
export function codeEntries({ transform }: Pick<Spec, 'transform'>, index: TreeIndex): readonly TreeEntry[] {
  const entries = new Map<string, TreeEntry>();
  for (const pattern of transform.code)
    for (const entry of globEntries(pattern, index)) entries.set(entry.path, entry);
  for (const path of wordPaths(transform.cmd, transform.workingDir)) {
    const entry = index.file(path);
    if (entry !== undefined) entries.set(entry.path, entry);
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Files that must be there and do not count: those named by `context`, and those of `err_cmd`, which leaves no result. */
export function contextEntries(
  { transform }: Pick<Spec, 'transform'>,
  index: TreeIndex,
): readonly TreeEntry[] {
  const ofRecovery = wordPaths(transform.errCmd ?? [], transform.workingDir);
  return [
    ...transform.context.flatMap((pattern) => globEntries(pattern, index)),
    ...ofRecovery.flatMap((path) => index.file(path) ?? []),
  ];
}

/** Every word of the commands as a path of the project; few of them are meant as one. */
export function commandPaths({ cmd, errCmd, workingDir }: Spec['transform']): readonly string[] {
  return [...wordPaths(cmd, workingDir), ...wordPaths(errCmd ?? [], workingDir)];
}

function wordPaths(command: Command, workingDir: string): readonly string[] {
  const words = typeof command === 'string' ? command.split(/[\s;&|<>()"'`]+/) : command.flat();
  return words.flatMap((word) => resolvePath(workingDir, word) ?? []);
}

/** All files at or under what a glob of the project matches. */
function globEntries(pattern: string, index: TreeIndex): readonly TreeEntry[] {
  const compiled = compileGlob(pattern);
  if (!compiled.ok) return [];
  return matchTree(compiled.glob, index.paths).flatMap(({ path }) => index.under(path));
}

/** The specs of a project as they lie in its work tree, committed or not. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { joinPaths } from '../plan/paths.ts';
import type { Subdataset } from '../plan/tree.ts';
import { git } from './git.ts';
import { inParallel } from './in-parallel.ts';

/** Paths of specs that git tracks, or would if they were added, in the project and in the subdatasets that were looked into. */
export async function workTreeSpecs(root: string, subdatasets: readonly Subdataset[]): Promise<string[]> {
  const inside = subdatasets.filter(
    ({ path, state }) => state === 'read' && existsSync(join(root, path, '.git')),
  );
  const found = await inParallel(['', ...inside.map(({ path }) => path)], async (path) => {
    const specs = await specsOf(join(root, path));
    return specs.map((spec) => joinPaths(path, spec));
  });
  return found.flat().sort();
}

/** Those of one dataset. */
async function specsOf(root: string): Promise<string[]> {
  const listed = await git(root, [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--deduplicate',
    '--',
    ':(glob)**/spec.yml',
    ':(glob)**/spec.yaml',
  ]);
  return listed.stdout
    .toString('utf8')
    .split('\0')
    .filter(
      (path) => path !== '' && statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true,
    );
}

/** What the user has changed and not committed yet, among the files that planning would read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASET_CONFIG, IMAGES_LOCK } from '../plan/image-facts.ts';
import type { PipelineSource } from '../plan/order.ts';
import { isWithin } from '../plan/paths.ts';
import { leavesOf } from '../spec/model.ts';
import { git } from './git.ts';
import { readSpec } from './survey.ts';

/**
 * Changed and untracked files, relative to the project's root, that are specs, or that committed or changed specs
 * name as input, code or image. Planning reads committed files only, so these are named, not used.
 */
export async function unsavedPaths(root: string, pipelines: readonly PipelineSource[]): Promise<string[]> {
  const changed = await changedPaths(root);
  const specs = changed.filter((path) => /(?:^|\/)spec\.ya?ml$/.test(path));
  const unsaved = specs.flatMap((path) => readSpec(path, readText(join(root, path))) ?? []);
  const named = [...pipelines, ...unsaved.flatMap((found) => found.source ?? [])];
  const relevant = new Set(unsaved.map((found) => found.specPath));
  for (const path of changed) if (named.some((pipeline) => concerns(pipeline, path))) relevant.add(path);
  return [...relevant].sort();
}

function concerns({ spec, directory, specPath }: PipelineSource, path: string): boolean {
  if (path === specPath || leavesOf(spec.input).some(({ repo }) => isWithin(path, repo))) return true;
  const { cmd, errCmd, code, image } = spec.transform;
  // What an image's name stands for, or the image itself where its path is written.
  if (image !== undefined && (path === DATASET_CONFIG || path === IMAGES_LOCK || isWithin(path, image)))
    return true;
  const words = [cmd, errCmd ?? []].flatMap((one) =>
    typeof one === 'string' ? one.split(/\s+/) : one.flat(),
  );
  if (words.includes(path)) return true;
  // A changed file in a folder that `code` names is likely to be meant by it; which files it is, planning decides.
  return code.some((pattern) => isWithin(path, pattern.replace(/\/?[^/]*[*?[({].*$/, '') || directory));
}

async function changedPaths(root: string): Promise<string[]> {
  const result = await git(root, [
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--ignore-submodules=all',
    '--no-renames',
  ]);
  if (!result.ok) return [];
  return result.stdout
    .toString('utf8')
    .split('\0')
    .filter((line) => line.length > 3)
    .map((line) => line.slice(3));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Deleted, and not committed yet: there is nothing to read.
    return '';
  }
}

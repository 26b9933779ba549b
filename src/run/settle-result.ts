/** Making what a job left stand for itself: nobody else's files in it, and nothing that goes with its workspace. */
import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { SCRATCH } from '../plan/expand.ts';
import { isWithin, joinPaths } from '../plan/paths.ts';
import { keyOfPointer } from '../project/annex.ts';
import type { LeftFile } from './result-files.ts';

/** Bits of a mode beyond reading, writing and executing: who owns a result must not run it for others. */
const SPECIAL = 0o7000;

/**
 * Absolute links into the workspace become relative ones, which lead to the same file of the project. A file that has
 * further names (hard links) is copied: whoever writes to it by one of them, such as a cache that the job took it from,
 * would change the recorded content. Bits that let others run a file as its owner go.
 * @param workspace - Where the job ran; a result is still there.
 * @param output - The output directory, relative to it.
 * @returns What cannot be recorded, in a sentence.
 */
export function settleResult(
  workspace: string,
  output: string,
  files: readonly LeftFile[],
): string | undefined {
  const roots = [workspace, realpathSync(workspace)];
  for (const file of files) {
    const facts = lstatSync(file.path);
    if (facts.isSymbolicLink()) {
      const problem = settleLink(roots, output, file);
      if (problem !== undefined) return problem;
      continue;
    }
    const { mode, nlink } = facts;
    if (nlink > 1) copyAside(workspace, file.path);
    if ((mode & SPECIAL) !== 0) chmodSync(file.path, mode & 0o777);
  }
  return undefined;
}

function settleLink(roots: readonly string[], output: string, { name, path }: LeftFile): string | undefined {
  const text = readlinkSync(path);
  // A link into the annex is recorded as the annexed content that it leads to, wherever it lies.
  if (!isAbsolute(text) || keyOfPointer(text) !== undefined) return undefined;
  const root = roots.find((one) => isWithin(text, one));
  if (root === undefined) return undefined;
  const target = relative(root, text);
  if (isWithin(target, SCRATCH) || isWithin(target, '.git') || target === '')
    return `It left ${name}, a link to ${text}, which is gone with the job's workspace: link to something in the result or among the inputs, or remove it at the end of the command.`;
  rmSync(path);
  symlinkSync(relative(dirname(joinPaths(output, name)), target) || '.', path);
  return undefined;
}

/** The copy takes the name by a rename: killed before it, the job has not happened. */
function copyAside(workspace: string, path: string): void {
  const copy = join(workspace, '.git', 'copy');
  copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  renameSync(copy, path);
}

/** Where git looks for the hooks of a repository, with or without a work tree. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { shownWord } from '../plan/shown-name.ts';
import { git, gitLine } from './git.ts';
import { openProject, type Project } from './open.ts';

/** A repository that can have hooks. */
export interface HookPlace {
  /** The work tree's top directory; of a bare repository, the repository. */
  readonly root: string;
  readonly commonDirectory: string;
  /** Where git looks for hooks, absolute; it need not be there. */
  readonly hooks: string;
  /** Whether the hooks lie among the files of the work tree, where git would commit them. */
  readonly isTracked: boolean;
  /** Absent where there is no work tree. */
  readonly project?: Project;
}

/** Finds the hooks of the repository that a directory lies in, or says in a sentence why none are put there. */
export async function findHookPlace(
  directory: string,
): Promise<HookPlace | { readonly reason: 'no-repository' | 'shared-hooks'; readonly message: string }> {
  const opened = await openProject(directory);
  if (!opened.ok && opened.problem.reason !== 'bare-repository')
    return { reason: 'no-repository', message: opened.problem.message };
  const bare = opened.ok
    ? ''
    : ((await gitLine(resolve(directory), ['rev-parse', '--absolute-git-dir'])) ?? '');
  const project = opened.ok ? opened.project : undefined;
  const root = project?.root ?? bare;
  const commonDirectory = project?.commonDirectory ?? bare;
  // Git answers relative to where it was asked, and runs hooks in the top directory.
  const hooks = resolve(root, (await gitLine(root, ['rev-parse', '--git-path', 'hooks'])) ?? '');
  const isOwn = isWithin(hooks, commonDirectory);
  if (!isOwn && !isWithin(hooks, root)) {
    const [, from = 'git’s configuration'] =
      /^file:(.*)\t/.exec((await gitLine(root, ['config', '--show-origin', 'core.hooksPath'])) ?? '') ?? [];
    return {
      reason: 'shared-hooks',
      message: `core.hooksPath (in ${from}) has git look for hooks in ${hooks}, for other repositories as well: give this one hooks of its own with \`git -C ${shownWord(root)} config core.hooksPath ${shownWord(join(commonDirectory, 'hooks'))}\`, or have a hook there call \`minipach run --detach\`.`,
    };
  }
  const isTracked = !isOwn && !(await git(root, ['check-ignore', '-q', '--', join(hooks, 'post-commit')])).ok;
  return { root, commonDirectory, hooks, isTracked, ...(project === undefined ? {} : { project }) };
}

function isWithin(path: string, directory: string): boolean {
  const within = relative(realPath(directory), realPath(path));
  return within !== '..' && !within.startsWith(`..${sep}`) && !within.startsWith(sep);
}

/** The path without links, also of what is not there yet. */
function realPath(path: string): string {
  if (existsSync(path) || dirname(path) === path) return existsSync(path) ? realpathSync(path) : path;
  return join(realPath(dirname(path)), relative(dirname(path), path));
}

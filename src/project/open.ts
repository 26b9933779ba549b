/** Opening a project: where it is, what it can do, or one clear sentence why there is none. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { git, gitLine } from './git.ts';

/** A git work tree with at least one commit. */
export interface Project {
  /** The work tree's top directory, absolute. */
  readonly root: string;
  /** This work tree's git directory, absolute; holds its HEAD and index. */
  readonly gitDirectory: string;
  /** The git directory shared by all work trees, absolute; holds objects, refs, the annex and our state. */
  readonly commonDirectory: string;
  /** The commit that HEAD names. */
  readonly head: string;
  /** The branch that HEAD is on, such as `refs/heads/main`; `undefined` when HEAD is detached. */
  readonly branch: string | undefined;
  /** Whether git-annex has been initialised here. */
  readonly annex: boolean;
}

/** Why a directory is not a project, with a sentence that can be shown as it stands. */
export interface ProjectProblem {
  readonly reason:
    | 'no-git'
    | 'no-such-directory'
    | 'not-a-repository'
    | 'bare-repository'
    | 'unborn-branch'
    | 'git-refused';
  readonly message: string;
}

/** The result of opening: a project, or why not. */
export type OpenResult =
  | { readonly ok: true; readonly project: Project }
  | { readonly ok: false; readonly problem: ProjectProblem };

/** Finds the project that a directory lies in. Reads only. */
export async function openProject(directory: string): Promise<OpenResult> {
  const cwd = resolve(directory);
  if (!existsSync(cwd)) return problem('no-such-directory', `There is no directory ${cwd}.`);
  const [places, root, branch, head] = await Promise.all([
    git(cwd, ['rev-parse', '--is-bare-repository', '--absolute-git-dir', '--git-common-dir']),
    gitLine(cwd, ['rev-parse', '--show-toplevel']),
    gitLine(cwd, ['symbolic-ref', '-q', 'HEAD']),
    gitLine(cwd, ['rev-parse', '-q', '--verify', 'HEAD^{commit}']),
  ]);
  if (!places.ok) {
    if (places.code === undefined) {
      return problem(
        'no-git',
        'git is not installed, or not on the PATH: install it (for example `apt-get install git`).',
      );
    }
    if (/not a git repository/.test(places.stderr)) {
      return problem(
        'not-a-repository',
        `${cwd} is not in a git repository: change to your project, or make one with \`git init\` or \`datalad create\`.`,
      );
    }
    return problem('git-refused', `git cannot open ${cwd}: ${places.stderr.trim()}`);
  }
  const [bare = '', gitDirectory = '', common = ''] = places.stdout.toString('utf8').split('\n');
  if (bare === 'true') {
    return problem(
      'bare-repository',
      `${gitDirectory} is a bare repository, without a work tree: clone it and run Minipach in the clone.`,
    );
  }
  if (root === undefined) {
    return problem(
      'not-a-repository',
      `${cwd} is inside a git directory: change to the project's work tree.`,
    );
  }
  if (head === undefined) {
    return problem(
      'unborn-branch',
      `${root} has no commit yet, and Minipach reads committed files: save your work first, for example \`git add . && git commit -m "Start"\`.`,
    );
  }
  // git prints the common directory relative to the directory that it ran in.
  const commonDirectory = resolve(cwd, common);
  return {
    ok: true,
    project: {
      root,
      gitDirectory,
      commonDirectory,
      head,
      branch,
      annex: existsSync(join(commonDirectory, 'annex')),
    },
  };
}

function problem(reason: ProjectProblem['reason'], message: string): OpenResult {
  return { ok: false, problem: { reason, message } };
}

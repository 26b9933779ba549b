/** Opening a project: where it is, what it can do, or one clear sentence why there is none. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { git, gitLine } from './git.ts';
import type { CommandResult } from './process.ts';
import { wordsOf } from './words-of.ts';

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
  /** Whether history was cut off by a shallow clone, so that records may be missing. */
  readonly shallow: boolean;
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
  // All in one process, which fails as a whole where any of it is missing; why is then asked for piece by piece.
  const asked = ['--absolute-git-dir', '--git-common-dir', '--is-shallow-repository', '--show-toplevel'];
  const all = await git(cwd, ['rev-parse', ...asked, 'HEAD^{commit}', '--symbolic-full-name', 'HEAD'], {
    large: true,
  });
  if (!all.ok) return whyNot(cwd, all);
  const [gitDirectory = '', common = '', shallow = '', root = '', head = '', branch = ''] = all.stdout
    .toString('utf8')
    .split('\n');
  // git prints the common directory relative to the directory that it ran in.
  const commonDirectory = resolve(cwd, common);
  return {
    ok: true,
    project: {
      root,
      gitDirectory,
      commonDirectory,
      head,
      branch: branch.startsWith('refs/') ? branch : undefined,
      shallow: shallow === 'true',
      annex: existsSync(join(commonDirectory, 'annex')),
    },
  };
}

async function whyNot(cwd: string, failed: CommandResult): Promise<OpenResult> {
  if (failed.code === undefined) {
    return problem(
      'no-git',
      'git is not installed, or not on the PATH: install it (for example `apt-get install git`).',
    );
  }
  const places = await git(cwd, ['rev-parse', '--is-bare-repository', '--absolute-git-dir']);
  if (!places.ok) {
    if (/not a git repository/.test(places.stderr)) {
      return problem(
        'not-a-repository',
        `${cwd} is not in a git repository: change to your project, or make one with \`git init\` or \`datalad create\`.`,
      );
    }
    return problem('git-refused', `git cannot open ${cwd}: ${wordsOf(places.stderr)}`);
  }
  const [bare = '', gitDirectory = ''] = places.stdout.toString('utf8').split('\n');
  if (bare === 'true') {
    return problem(
      'bare-repository',
      `${gitDirectory} is a bare repository, without a work tree: clone it and run Minipach in the clone.`,
    );
  }
  const root = await gitLine(cwd, ['rev-parse', '--show-toplevel']);
  if (root === undefined) {
    return problem(
      'not-a-repository',
      `${cwd} is inside a git directory: change to the project's work tree.`,
    );
  }
  if ((await gitLine(cwd, ['rev-parse', '-q', '--verify', 'HEAD^{commit}'])) === undefined) {
    return problem(
      'unborn-branch',
      `${root} has no commit yet, and Minipach reads committed files: save your work first, for example \`git add . && git commit -m "Start"\`.`,
    );
  }
  return problem('git-refused', `git cannot open ${cwd}: ${wordsOf(failed.stderr)}`);
}

function problem(reason: ProjectProblem['reason'], message: string): OpenResult {
  return { ok: false, problem: { reason, message } };
}

/** Why results must not be recorded in a repository for reasons of git-annex's. */
import { git, gitLine } from './git.ts';
import type { Project } from './open.ts';

/** How branches are called that git-annex makes from others, such as `adjusted/main(unlocked)`. */
const ADJUSTED = /^refs\/heads\/adjusted\/(.+)\(\w+\)$/;

/** The branch that an adjusted one is made from; of any other branch itself. */
export function originalBranch(branch: string): string {
  const original = ADJUSTED.exec(branch)?.[1];
  return original === undefined ? branch : `refs/heads/${original}`;
}

/** What keeps a run from recording its results rightly, in a sentence with what to do. */
export async function annexTrouble(project: Project): Promise<string | undefined> {
  const original = ADJUSTED.exec(project.branch ?? '')?.[1];
  if (original !== undefined)
    return `${project.branch?.replace('refs/heads/', '')} is an adjusted branch, which git-annex makes anew from ${original}: results belong on that one. Go there with \`git switch ${original}\`; \`git annex unlock\` unlocks single files.`;
  if (project.annex) {
    const args = ['config', '--type=bool', 'annex.crippledfilesystem'];
    if ((await gitLine(project.root, args)) !== 'true') return undefined;
    return `git-annex calls the file system of ${project.root} crippled, because it keeps no links or modes; jobs need both. Clone the project to another file system.`;
  }
  // Looked for by the branch: `.git/annex` comes with `git annex init`.
  const branches = ['refs/heads/git-annex', 'refs/remotes/*/git-annex'];
  const found = await git(project.root, ['for-each-ref', '--count=1', ...branches]);
  if (found.stdout.length === 0) return undefined;
  return 'git-annex keeps files of this project, and this clone is not set up for it, so that large results would go into git: run `git annex init` first.';
}

/** Pushing results to a sibling: by DataLad where it is one of its datasets, else by git and git-annex. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shownWord } from '../plan/shown-name.ts';
import { git, gitLine, gitLines } from '../project/git.ts';
import type { Project } from '../project/open.ts';
import { type CommandResult, runCommand } from '../project/process.ts';
import { wordsOf } from '../project/words-of.ts';
import { pathsAbove } from './recording/written.ts';

/** Paths on one command line, which systems limit. */
const CHUNK = 500;

/** The branch on which git-annex notes where content is. */
const ANNEX_BRANCH = 'git-annex';

/** Why there is no such sibling, in a sentence; asked before anything runs. */
export async function unknownSibling(root: string, sibling: string): Promise<string | undefined> {
  const siblings = await gitLines(root, ['remote']);
  if (siblings.includes(sibling)) return undefined;
  return `There is no sibling \`${sibling}\`; there are: ${siblings.join(', ') || 'none, add one with `git remote add` or `datalad siblings add`'}.`;
}

/**
 * Pushes the branch and the content of results; what the sibling has is not sent again.
 * @param outputs - Where the results lie, those included that an earlier push may have left here.
 * @returns Why it failed and how it is repeated, in sentences.
 */
export async function pushResults(
  project: Project,
  sibling: string,
  outputs: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { root, branch = 'HEAD' } = project;
  const name = branch.replace('refs/heads/', '');
  const there = outputs.filter((path) => existsSync(join(root, path)));
  const own = there.filter((path) => !isInSubdataset(root, path));
  const isRecursive = own.length < there.length;
  if (existsSync(join(root, '.datalad', 'config'))) {
    const args = ['push', '--dataset', root, '--to', sibling, ...(isRecursive ? ['--recursive'] : [])];
    const result = await runCommand('datalad', args, { cwd: root, signal });
    if (result.ok) return undefined;
    // Without DataLad, git and git-annex do.
    if (result.code !== undefined || signal.aborted)
      return problemOf(sibling, result, `datalad push ${isRecursive ? '-r ' : ''}--to ${shownWord(sibling)}`);
  }
  const again = [
    ...(project.annex ? [`git annex copy --to ${shownWord(sibling)}`] : []),
    `git push ${isRecursive ? '--recurse-submodules=on-demand ' : ''}${shownWord(sibling)} ${shownWord(name)}`,
  ].join(' && ');
  // Content first: whoever is told of a commit, by a hook there or by a pull, can use it.
  const copied = project.annex ? await copyContent(root, sibling, own, signal) : undefined;
  if (copied !== undefined) return problemOf(sibling, copied, again);
  // Nobody could use a commit that names one of a subdataset which is nowhere but here; where that belongs, git cannot know.
  const check = isRecursive ? ['--recurse-submodules=check'] : [];
  const pushed = await git(root, ['push', ...check, '--', sibling, `${branch}:${branch}`], { signal });
  return pushed.ok ? undefined : problemOf(sibling, pushed, again);
}

/** Whether a result lies in another repository below the project. */
function isInSubdataset(root: string, output: string): boolean {
  return [output, ...pathsAbove(output)].some((part) => part !== '' && existsSync(join(root, part, '.git')));
}

/** The sibling learns of the annex first: one that has never heard of it takes no content. Returns what failed. */
async function copyContent(
  root: string,
  sibling: string,
  outputs: readonly string[],
  signal: AbortSignal,
): Promise<CommandResult | undefined> {
  if (!(await keepsContent(root, sibling))) return undefined;
  const before = await pushLocations(root, sibling, signal);
  if (!before.ok) return before;
  for (let next = 0; next < outputs.length; next += CHUNK) {
    const paths = outputs.slice(next, next + CHUNK).map((path) => path || '.');
    // Asking the sibling for every file of every result would take long; what it has, has just been fetched.
    const args = ['annex', 'copy', '--quiet', '--fast', `--to=${sibling}`, '--', ...paths];
    const copied = await git(root, args, { signal });
    // git-annex finds out with the first try that a sibling keeps no annexed content, and notes it.
    if (!copied.ok) return (await keepsContent(root, sibling)) ? copied : undefined;
  }
  const after = await pushLocations(root, sibling, signal);
  return after.ok ? undefined : after;
}

async function keepsContent(root: string, sibling: string): Promise<boolean> {
  return (await gitLine(root, ['config', '--type=bool', `remote.${sibling}.annex-ignore`])) !== 'true';
}

/** Others have noted where their content is, on the same branch: git-annex puts both together. */
export async function pushLocations(
  root: string,
  sibling: string,
  signal: AbortSignal,
): Promise<CommandResult> {
  // There is none yet in a new sibling.
  await git(
    root,
    ['fetch', '--quiet', '--', sibling, `+${ANNEX_BRANCH}:refs/remotes/${sibling}/${ANNEX_BRANCH}`],
    { signal },
  );
  await git(root, ['annex', 'merge', '--quiet'], { signal });
  return git(root, ['push', '--quiet', '--', sibling, `${ANNEX_BRANCH}:${ANNEX_BRANCH}`], { signal });
}

function problemOf(sibling: string, { stderr, stdout }: CommandResult, again: string): string {
  const said = (stderr.trim() || stdout.toString('utf8').trim()).split('\n').slice(-5).join('\n');
  return `The results are recorded here, and could not be pushed to ${sibling}: ${wordsOf(said).replace(/[.;]?$/, '.')} To push them: ${again}`;
}

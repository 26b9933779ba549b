/** Content of annexed files in a clone: brought through the store of the machine, as git-annex would have got it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sizeOfKey } from '../../plan/annex-key.ts';
import { shownName } from '../../plan/shown-name.ts';
import { GitError, git, gitLine } from '../../project/git.ts';
import { type AnnexedFile, filesBelow } from '../../project/keys-below.ts';
import { checkedOutAt } from '../../project/repository.ts';
import type { BringOptions, KeyStore } from './key-store.ts';

/** How it went. */
export interface ContentReport {
  /** Annexed files that were asked for. */
  readonly files: number;
  readonly bytes: number;
  /** Bytes that this program has fetched from where the dataset has them. */
  readonly fetched: number;
  /** What is not there, and why, in sentences; `null` when all is there. */
  readonly problem: string | null;
}

/**
 * Brings the content of files.
 * @param root - The clone, with its commit checked out.
 * @param paths - Files and directories relative to it; an empty one stands for all.
 */
export async function bringContent(
  root: string,
  paths: readonly string[],
  store: KeyStore,
  options: BringOptions,
): Promise<ContentReport> {
  const { annexed, unknown } = await filesBelow(root, paths);
  const keys = new Set(annexed.map(({ annexKey }) => annexKey));
  const bytesOf = (some: Iterable<string>): number => [...some].reduce((sum, key) => sum + sizeOfKey(key), 0);
  const problems = unknown.map((path) => `There is no ${shownName(path)} in the dataset.`);
  const report = (fetched: readonly string[] = []): ContentReport => ({
    files: annexed.length,
    bytes: bytesOf(keys),
    fetched: bytesOf(fetched),
    problem: problems.length === 0 ? null : problems.join(' '),
  });
  if (keys.size === 0) return report();
  const uuid = await gitLine(root, ['config', 'annex.uuid']);
  const at = checkedOutAt(root);
  if (uuid === undefined || at === undefined) {
    problems.push(
      `The content of ${shownName(annexed[0]?.path ?? '')} needs git-annex, which is not set up in the clone: install it (for example \`apt-get install git-annex\`), run \`git annex init\` there, and repeat the command.`,
    );
    return report();
  }
  const { given, fetched, problem } = await store.bring({ root, ...at }, keys, options);
  if (problem !== undefined) {
    const missing = annexed.filter(({ annexKey }) => problem.keys.includes(annexKey));
    problems.push(`${named(missing)} could not be had: ${problem.why.replace(/\.?$/, '.')}`);
  }
  if (given.length > 0) {
    await notePresent(root, uuid, given);
    const isGiven = new Set(given);
    await fillPointers(
      root,
      annexed.filter(({ type, annexKey }) => type !== 'symlink' && isGiven.has(annexKey)),
    );
  }
  return report(fetched);
}

function named(files: readonly AnnexedFile[]): string {
  const first = `The content of ${shownName(files[0]?.path ?? '')}`;
  return files.length < 2 ? first : `${first} and ${files.length - 1} more`;
}

/** Tells git-annex what is here, as it tells itself after a transfer: one process for all. */
export async function notePresent(root: string, uuid: string, keys: readonly string[]): Promise<void> {
  const input = keys.map((key) => `${key} ${uuid} 1\n`).join('');
  const noted = await git(root, ['annex', 'setpresentkey', '--batch'], { input });
  if (!noted.ok) throw new GitError('Noting what content is here', noted);
}

/** Of an unlocked file the work tree has a pointer, until git checks it out once more and git-annex is told to look. */
async function fillPointers(root: string, files: readonly AnnexedFile[]): Promise<void> {
  if (files.length === 0) return;
  for (const { path } of files) rmSync(join(root, path), { force: true });
  const steps = [
    ['checkout-index', '-q', '-f', '-u', '-z', '--stdin'],
    ['annex', 'smudge', '--update'],
    ['annex', 'restage'],
  ];
  for (const [at, args] of steps.entries()) {
    const input = at === 0 ? files.map(({ path }) => `${path}\0`).join('') : '';
    const done = await git(root, args, { input });
    if (!done.ok) throw new GitError('Checking out content', done);
  }
}

/** Asking git, one short command at a time. For many objects use `cat-file.ts`. */
import {
  type CommandOptions,
  type CommandResult,
  runCommand,
  runShortly,
  type ShortCommandOptions,
} from './process.ts';
import { wordsOf } from './words-of.ts';

/** Runs `git` in a directory and returns how it ended. What can be called off with a `signal` may take long. */
export function git(
  cwd: string,
  args: readonly string[],
  options: Omit<CommandOptions, 'cwd'> | Omit<ShortCommandOptions, 'cwd'> = {},
): Promise<CommandResult> {
  return 'signal' in options
    ? runCommand('git', args, { cwd, ...options })
    : runShortly('git', args, { cwd, ...options });
}

/** Runs `git` for its lines of output; none when it failed or said nothing. */
export async function gitLines(cwd: string, args: readonly string[]): Promise<string[]> {
  const result = await git(cwd, args);
  return result.ok ? result.stdout.toString('utf8').split('\n').filter(Boolean) : [];
}

/** Runs `git` for its first line of output; `undefined` when it failed or said nothing. */
export async function gitLine(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const result = await git(cwd, args);
  if (!result.ok) return undefined;
  return result.stdout.toString('utf8').split('\n')[0] || undefined;
}

/** A git command failed that should not have: what it was and what git said. */
export class GitError extends Error {
  constructor(what: string, result: CommandResult) {
    super(`${what} failed: ${wordsOf(result.stderr) || `git ended with ${result.code ?? result.signal}`}`);
    this.name = 'GitError';
  }
}

/** How ssh is called: as git calls it, so that what reaches a host by git reaches it for content as well. */
import { shellQuote } from '../plan/shell.ts';
import { gitLine } from './git.ts';
import { type CommandResult, runBriefly } from './process.ts';

/** The line of shell that git would begin with: variables go before configuration; `undefined` where nothing is set. */
export async function sshLine(cwd: string): Promise<string | undefined> {
  const { GIT_SSH_COMMAND: line, GIT_SSH: program } = process.env;
  if (line) return line;
  const configured = await gitLine(cwd, ['config', 'core.sshCommand']);
  return configured ?? (program ? shellQuote(program) : undefined);
}

/** The variables by which git-annex does the same in a repository: by itself it asks neither git's variables nor its configuration. */
export async function annexSshVariables(cwd: string): Promise<Readonly<Record<string, string>>> {
  const line = await sshLine(cwd);
  return line === undefined ? {} : { GIT_SSH_COMMAND: line, GIT_ANNEX_USE_GIT_SSH: '1' };
}

/**
 * Runs a command on another host.
 * @param host - With the user and the port, where they are needed: `user@host:22`.
 * @param options - Where git would look for its configuration; milliseconds after which it is given up.
 */
export async function runBySsh(
  host: string,
  command: string,
  options: { readonly cwd: string; readonly milliseconds: number },
): Promise<CommandResult> {
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const args = [...(port === undefined ? [] : ['-p', port]), name, command];
  const line = await sshLine(options.cwd);
  return line === undefined
    ? runBriefly('ssh', ['-o', 'BatchMode=yes', ...args], options)
    : runBriefly('sh', ['-c', `${line} "$@"`, 'ssh', ...args], options);
}

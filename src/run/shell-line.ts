/** The one line of shell that a record replays: the same command on the same paths, without Minipach. */

import { type ExpandedCommand, SCRATCH, usesScratch } from '../plan/expand.ts';
import { isWithin } from '../plan/paths.ts';
import { shellQuote } from '../plan/shell.ts';
import { pathsAbove } from './recording/written.ts';

/** A command that is run and recorded. */
export interface RunnableCommand extends ExpandedCommand {
  /** The command is one text, a whole line that starts a container, and a record has it as it is. */
  readonly isLine?: true;
}

/** What the line must start from. */
export interface ShellLineOptions {
  readonly command: RunnableCommand;
  /** The output directory, relative to the project's root. */
  readonly output: string;
  /** The files that the record owns; absent when it owns the whole directory. */
  readonly files: readonly string[] | undefined;
  readonly acceptReturnCode: readonly number[];
  /** Removes what is not kept; see `discardStep`. */
  readonly discard: string | undefined;
}

/**
 * Writes a line that can be run at the project's root. It makes the owned output anew first, because
 * `datalad rerun` leaves old outputs in place, and a file that the command no longer writes must go.
 */
export function shellLine(options: ShellLineOptions): string {
  const { command, output, files } = options;
  const scratch = usesScratch(command);
  const prepare =
    files === undefined
      ? [`rm -rf -- ${shellQuote(output)}`]
      : files.length > 0
        ? [`rm -f -- ${files.map(shellQuote).join(' ')}`, ...withoutFolders(files, output)]
        : [];
  const make = [output, command.workingDir, ...(scratch ? [SCRATCH] : [])].filter((path) => path !== '');
  if (make.length > 0) prepare.push(`mkdir -p -- ${make.map(shellQuote).join(' ')}`);
  const steps = [...prepare, accepted(core(command), options.acceptReturnCode)];
  if (options.discard !== undefined) steps.push(options.discard);
  if (scratch) steps.push(`rm -rf -- ${SCRATCH}`);
  return steps.join(' && ');
}

/**
 * Folders that only this result's files lie in go with them: a command that makes such a folder would fail on replay,
 * where it is there already. One that is not empty is somebody else's as well and stays.
 */
function withoutFolders(files: readonly string[], output: string): readonly string[] {
  const folders = new Set(
    files.flatMap(pathsAbove).filter((path) => path !== output && isWithin(path, output)),
  );
  if (folders.size === 0) return [];
  const deepestFirst = [...folders].sort((a, b) => b.split('/').length - a.split('/').length);
  return [`{ rmdir -- ${deepestFirst.map(shellQuote).join(' ')} 2> /dev/null || :; }`];
}

/** Bytes beyond which a line says the paths of a group once only: a system takes 128 KiB as one word. */
const LONG = 65_536;

function core({ command, isLine, env, stdin, workingDir }: RunnableCommand): string {
  const words = typeof command === 'string' ? ['sh', '-c', command] : command;
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${shellQuote(value)}`);
  let line = [...assignments, ...words.map(shellQuote)].join(' ');
  if (isLine === true && typeof command === 'string') line = command;
  else if (Buffer.byteLength(line) > LONG) line = withPathsOnce(words, env) ?? line;
  if (stdin !== undefined) line = `printf %s ${shellQuote(stdin)} | ${line}`;
  return workingDir === '' ? line : `(cd ${shellQuote(workingDir)} && ${line})`;
}

/** Further exit codes that count as success must count on replay, too. */
function accepted(line: string, codes: readonly number[]): string {
  const others = codes.filter((code) => code !== 0);
  return others.length === 0 ? line : `{ ${line} || case $? in ${others.join('|')}) ;; *) exit $? ;; esac; }`;
}

/**
 * The same command, with the words that are an input's paths taken from its variable: the shell splits it at newlines
 * and nowhere else. `undefined` where no variable holds what follows each other in the command.
 */
function withPathsOnce(words: readonly string[], env: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(env)) {
    const paths = value.split('\n');
    const start = words.indexOf(paths[0] ?? '');
    if (paths.length < 2 || start < 1 || paths.some((path, at) => path === '' || words[start + at] !== path))
      continue;
    const others = Object.entries(env).filter(([other]) => other !== name);
    const line = [
      ...others.map(([other, text]) => `${other}=${shellQuote(text)}`),
      ...words.slice(0, start).map(shellQuote),
      `$${name}`,
      ...words.slice(start + paths.length).map(shellQuote),
    ];
    return `(${name}=${shellQuote(value)}; export ${name}; set -f; IFS='\n'; ${line.join(' ')})`;
  }
  return undefined;
}

/** Running one try of a job: its process group, its log, its time limit, and what counts as success. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExpandedCommand } from '../plan/expand.ts';
import type { Project } from '../project/open.ts';
import { inheritedEnvironment, runCommand } from '../project/process.ts';
import type { GroupChild } from '../project/process-group.ts';
import type { Spawner } from '../project/spawner.ts';
import { startClock } from './alarm.ts';

/** Milliseconds that a process group has between the request to end and the order. */
export const GRACE = 5000;

/** How one try ended. */
export type TryResult =
  | { readonly outcome: 'success'; readonly exit: number; readonly milliseconds: number }
  | { readonly outcome: 'failed'; readonly reason: string; readonly milliseconds: number }
  | { readonly outcome: 'stopped' };

/** What one try needs. */
export interface TryOptions {
  readonly command: ExpandedCommand;
  readonly workspace: string;
  /** git must not look for repositories above this folder. */
  readonly ceiling: string;
  readonly acceptReturnCode: readonly number[];
  /** Milliseconds; `undefined` for no limit. */
  readonly timeout: number | undefined;
  /** The log's path, and whether to start it anew. */
  readonly log: string;
  readonly firstTry: boolean;
  /** A line to begin with, such as which try it is. */
  readonly heading: string | undefined;
  readonly signal: AbortSignal;
  readonly spawner: Spawner;
  /** Words in front of the command; see `guardPrefix`. */
  readonly prefix: readonly string[];
}

/**
 * What a job is started under. Annexed inputs are links to objects that nobody may write, but root may write
 * anything: where that can be taken from it, jobs run without the right to override file modes.
 */
export async function guardPrefix(project: Pick<Project, 'root' | 'annex'>): Promise<readonly string[]> {
  if (!project.annex || process.getuid?.() !== 0) return [];
  const prefix = ['setpriv', '--bounding-set=-dac_override', '--'];
  const [file = '', ...args] = prefix;
  return (await runCommand(file, [...args, 'true'], { cwd: project.root })).ok ? prefix : [];
}

/** Runs one try to its end. */
export async function runTry(options: TryOptions): Promise<TryResult> {
  const { command, workspace, signal } = options;
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, options.firstTry ? 'w' : 'a');
  if (options.heading !== undefined)
    writeSync(log, `--- ${options.heading}, ${new Date().toISOString()} ---\n`);
  const input = openInput(workspace, command.stdin);
  try {
    const [file = '', ...args] =
      typeof command.command === 'string' ? ['sh', '-c', command.command] : command.command;
    const started = performance.now();
    const [program, ...words] = [...options.prefix, file, ...args];
    const child = options.spawner.start(program ?? file, words, {
      cwd: join(workspace, command.workingDir),
      env: {
        ...inheritedEnvironment(),
        GIT_CEILING_DIRECTORIES: options.ceiling,
        ...command.env,
      },
      output: log,
      ...(input === undefined ? {} : { input }),
    });
    const ending = await waitFor(child, options.timeout, signal);
    // Whatever the command left behind in its group must not go on writing into a finished result.
    child.signalGroup('SIGKILL');
    const milliseconds = Math.round(performance.now() - started);
    if (ending.why === 'stopped') return { outcome: 'stopped' };
    const reason = failureOf(ending, options, file);
    if (reason === undefined) return { outcome: 'success', exit: ending.code ?? 0, milliseconds };
    writeSync(log, `[minipach] ${reason}\n`);
    return { outcome: 'failed', reason, milliseconds };
  } finally {
    closeSync(log);
    if (input !== undefined) closeSync(input);
  }
}

interface Ending {
  readonly why: 'ended' | 'timeout' | 'stopped';
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: string | undefined;
}

async function waitFor(child: GroupChild, timeout: number | undefined, signal: AbortSignal): Promise<Ending> {
  let why: Ending['why'] = 'ended';
  let order: NodeJS.Timeout | undefined;
  const end = (because: Ending['why']): void => {
    if (why !== 'ended') return;
    why = because;
    child.signalGroup('SIGTERM');
    order = setTimeout(() => child.signalGroup('SIGKILL'), GRACE);
  };
  const stop = (): void => end('stopped');
  const stopClock = timeout === undefined ? undefined : startClock(timeout, () => end('timeout'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const ended = await child.ended;
  stopClock?.();
  clearTimeout(order);
  signal.removeEventListener('abort', stop);
  return { why, ...ended };
}

function failureOf(ending: Ending, options: TryOptions, file: string): string | undefined {
  if (ending.why === 'timeout')
    return `It took longer than its time limit of ${(options.timeout ?? 0) / 1000} s and was ended.`;
  if (ending.error?.includes('E2BIG')) return tooLong(options);
  if (ending.error !== undefined) return `\`${file}\` could not be started: ${ending.error}.`;
  if (ending.signal !== null) return `It was ended by ${ending.signal}.`;
  if (ending.code === 0 || options.acceptReturnCode.includes(ending.code ?? 0)) return undefined;
  return `It ended with exit code ${ending.code}.`;
}

/** Variables count with the words, and each input has one that holds all its paths. */
function tooLong({ command: { command, env } }: TryOptions): string {
  const words = typeof command === 'string' ? [command] : command;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const bytes = [...words, ...variables].reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
  return `Its command line and variables are ${bytes} bytes, more than this system takes: let the glob match directories instead of the files in them, or make smaller groups.`;
}

function openInput(workspace: string, stdin: string | undefined): number | undefined {
  if (stdin === undefined) return undefined;
  const path = join(workspace, '.git', 'stdin');
  writeFileSync(path, stdin);
  return openSync(path, 'r');
}

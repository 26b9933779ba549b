/** Running one try of a job: its process group, its log, its time limit, and what counts as success. */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExpandedCommand } from '../plan/expand.ts';
import type { Project } from '../project/open.ts';
import { runShortly } from '../project/process.ts';
import type { GroupChild } from '../project/process-group.ts';
import type { Spawner } from '../project/spawner.ts';
import { startClock } from './alarm.ts';
import { JobLog } from './job-log.ts';
import { type EndedProcesses, JOB_VARIABLE, type JobProcesses } from './job-processes.ts';

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
  /** The caller's variables, below the command's own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly spawner: Spawner;
  /** Finds what the command leaves running. */
  readonly processes: JobProcesses;
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
  return (await runShortly(file, [...args, 'true'], { cwd: project.root })).ok ? prefix : [];
}

/** Runs one try to its end. */
export async function runTry(options: TryOptions): Promise<TryResult> {
  const { command, workspace, signal } = options;
  mkdirSync(dirname(options.log), { recursive: true });
  const log = new JobLog(options.log, options.firstTry);
  if (options.heading !== undefined) log.note(`--- ${options.heading}, ${new Date().toISOString()} ---`);
  const input = openInput(workspace, command.stdin);
  try {
    const [file = '', ...args] =
      typeof command.command === 'string' ? ['sh', '-c', command.command] : command.command;
    const started = performance.now();
    const [program, ...words] = [...options.prefix, file, ...args];
    const child = options.spawner.start(program ?? file, words, {
      cwd: join(workspace, command.workingDir),
      env: {
        ...options.environment,
        GIT_CEILING_DIRECTORIES: options.ceiling,
        ...command.env,
        [JOB_VARIABLE]: workspace,
      },
      output: log.descriptor,
      ...(input === undefined ? {} : { input }),
    });
    const ending = await waitFor(child, options.timeout, signal);
    // Whatever the command left behind must not go on writing into a finished result, nor into the next workspace.
    const left = await options.processes.end(workspace, child.pid(), ending.why === 'ended');
    child.signalGroup('SIGKILL');
    const milliseconds = Math.round(performance.now() - started);
    const lastWords = log.finish();
    if (left.ended.length > 0) log.note(`[minipach] ${endedText(left)}`);
    if (ending.why === 'stopped') return { outcome: 'stopped' };
    const reason = failureOf(ending, options, file) ?? livingText(left);
    if (reason === undefined) return { outcome: 'success', exit: ending.code ?? 0, milliseconds };
    log.note(`[minipach] ${reason}`);
    const isSaid = ending.why === 'ended' && ending.error === undefined && lastWords !== undefined;
    return {
      outcome: 'failed',
      reason: isSaid ? reason.replace(/\.$/, `: ${lastWords}`) : reason,
      milliseconds,
    };
  } finally {
    log.close();
    if (input !== undefined) closeSync(input);
  }
}

function endedText({ ended }: EndedProcesses): string {
  const names = [...new Set(ended.map(({ name }) => name))].join(', ');
  return `It left ${ended.length === 1 ? 'a process' : `${ended.length} processes`} running, which went on after its end and had to be ended: ${names}.`;
}

function livingText({ living }: EndedProcesses): string | undefined {
  if (living.length === 0) return undefined;
  const names = living.map(({ pid, name }) => `${name} (process ${pid})`).join(', ');
  return `It left processes running that cannot be ended and could still write into its result: ${names}; end them, then try again.`;
}

interface Ending {
  readonly why: 'ended' | 'timeout' | 'stopped';
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: string | undefined;
  readonly isLost?: true;
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
  if (ending.isLost === true)
    return 'The process that starts jobs was killed, by this job or from outside, and the job was ended with it.';
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

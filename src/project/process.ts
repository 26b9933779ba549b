/**
 * The only module that starts child processes. Every child gets an argument list (never a shell line built
 * from data), an explicit environment, no terminal to prompt on, and is ended with its whole process group.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { commandEnvironment, inheritedEnvironment } from './environment.ts';
import { signalGroup } from './process-group.ts';
import { readWhole, unnamedFile } from './unnamed-file.ts';

/** How a command ended. A command that could not be started has neither code nor signal, and says why in `stderr`. */
export interface CommandResult {
  /** Whether it ended with exit code 0. */
  readonly ok: boolean;
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What a command needs beside its arguments. */
export interface CommandOptions {
  readonly cwd: string;
  /** Added to the cleaned environment of `commandEnvironment`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; closed when absent. */
  readonly input?: string | Buffer;
  readonly signal?: AbortSignal;
}

/** What a command needs that is answered at once. */
export interface ShortCommandOptions extends Omit<CommandOptions, 'signal' | 'input'> {
  /** Standard input, perhaps of a command that is started before it is known; closed when absent. */
  readonly input?: string | Buffer | Promise<Buffer>;
  /**
   * Its input and output can be megabytes: both go through files without a name, so that neither it nor this process
   * ever waits for the other.
   */
  readonly large?: boolean;
}

/**
 * Helpers have a session of their own: Ctrl-C goes to every process of the terminal's group, and a helper that died of
 * it could not record what is finished, or would leave a step half done. It also leaves them no terminal to prompt on.
 */
const APART = { detached: true } as const;

/** What a terminal, or whoever ends a whole group of processes, sends. */
const TO_GROUPS: ReadonlySet<string | undefined> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);

/** Runs one command to its end and returns what it printed; never throws for what the command does. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return despiteOurGroup(() => runOnce(file, args, options), options.signal);
}

/**
 * As `runCommand`, for the many short questions to git that every call of the program begins with: execa, which does
 * more for a child, takes longer to load than all of them to be answered.
 */
export function runShortly(
  file: string,
  args: readonly string[],
  options: ShortCommandOptions,
): Promise<CommandResult> {
  return despiteOurGroup(() => runChild(file, args, options));
}

async function despiteOurGroup(
  run: () => Promise<CommandResult>,
  signal?: AbortSignal,
): Promise<CommandResult> {
  const result = await run();
  if (!TO_GROUPS.has(result.signal) || signal?.aborted === true) return result;
  // A helper leaves our group before it becomes the command. What is sent to the group until then ends it before it has
  // done anything, and is no failure of the command: this process decides what to do about the signal.
  return run();
}

async function runOnce(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { execa } = await import('execa');
  const result = await execa(file, args, {
    cwd: options.cwd,
    env: commandEnvironment(options.env),
    extendEnv: false,
    encoding: 'buffer',
    reject: false,
    ...APART,
    stripFinalNewline: false,
    maxBuffer: Number.POSITIVE_INFINITY,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  const started = result.exitCode !== undefined || result.signal !== undefined;
  return {
    ok: result.exitCode === 0,
    code: result.exitCode,
    signal: result.signal,
    stdout: Buffer.from(result.stdout ?? []),
    stderr: started
      ? Buffer.from(result.stderr ?? []).toString('utf8')
      : (result.originalMessage ?? `${file} could not be started`),
  };
}

async function runChild(
  file: string,
  args: readonly string[],
  { cwd, env, input, large = false }: ShortCommandOptions,
): Promise<CommandResult> {
  const files: number[] = [];
  const throughFile = (content: string | Buffer): number | 'pipe' => {
    if (!large) return 'pipe';
    const opened = unnamedFile(content);
    files.push(opened);
    return opened;
  };
  try {
    const stdin = input === undefined ? 'ignore' : input instanceof Promise ? 'pipe' : throughFile(input);
    const stdout = throughFile('');
    const child = spawn(file, args, {
      cwd,
      env: commandEnvironment(env),
      ...APART,
      stdio: [stdin, stdout, 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A command that ends before it has read all says with its code what that means.
    child.stdin?.on('error', () => undefined);
    if (input instanceof Promise) void input.then((later) => child.stdin?.end(later));
    else child.stdin?.end(input);
    const stderr = shortText(child.stderr);
    const [code, ended, error] = await new Promise<[number | null, string | null, Error | undefined]>(
      (resolve) => {
        child.on('error', (problem) => resolve([null, null, problem]));
        child.on('close', (exit, by) => resolve([exit, by, undefined]));
      },
    );
    return {
      ok: code === 0,
      code: code ?? undefined,
      signal: ended ?? undefined,
      stdout: typeof stdout === 'number' ? readWhole(stdout) : Buffer.concat(chunks),
      stderr: error?.message ?? stderr(),
    };
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** What a child says on standard error, as far as anybody would read it. */
function shortText(stream: Readable | null): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => {
    if (text.length < 65_536) text += chunk.toString('utf8');
  });
  return () => text;
}

/**
 * Runs a command that may hang, such as one that asks a service, and ends it with everything it started when its time
 * is over: then it has neither code nor signal.
 */
export function runBriefly(
  file: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly milliseconds: number;
    /** All its variables; those of `commandEnvironment` by default. */
    readonly env?: Readonly<Record<string, string>>;
    /** Aborted when nobody waits for it any more. */
    readonly signal?: AbortSignal;
  },
): Promise<CommandResult> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? commandEnvironment(undefined),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return new Promise((resolve) => {
    const end = (code: number | undefined, signal: string | undefined): void => {
      clearTimeout(clock);
      options.signal?.removeEventListener('abort', giveUp);
      resolve({ ok: code === 0, code, signal, stdout: Buffer.concat(stdout), stderr });
    };
    const giveUp = (): void => {
      signalGroup(child.pid, 'SIGKILL');
      // What it started may have left its group and hold the pipes.
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      stderr = `no answer within ${options.milliseconds / 1000} s`;
      end(undefined, undefined);
    };
    const clock = setTimeout(giveUp, options.milliseconds);
    options.signal?.addEventListener('abort', giveUp, { once: true });
    child.on('error', (error) => {
      stderr = error.message;
      end(undefined, undefined);
    });
    child.on('close', (code, signal) => end(code ?? undefined, signal ?? undefined));
  });
}

/** A long-lived helper that answers on standard output what it is asked on standard input. */
export interface BatchChild {
  readonly write: (data: string | Buffer) => boolean;
  readonly onData: (listener: (chunk: Buffer) => void) => void;
  /** Resolves when it has ended, however it ended. */
  readonly closed: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Closes its standard input, which asks it to finish. */
  readonly end: () => void;
  readonly kill: () => void;
}

/** Starts a `--batch` helper of git or git-annex: one process for any number of questions. */
export function startBatch(file: string, args: readonly string[], options: CommandOptions): BatchChild {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: commandEnvironment(options.env),
    ...APART,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stderr = shortText(child.stderr);
  // A helper that died early makes writes fail; `closed` tells the story, so the pipe's own error adds nothing.
  child.stdin.on('error', () => undefined);
  const closed = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on('error', (error) => resolve({ code: null, stderr: error.message }));
    child.on('close', (code) => resolve({ code, stderr: stderr() }));
  });
  return {
    write: (data) => child.stdin.write(data),
    onData: (listener) => child.stdout.on('data', listener),
    closed,
    end: () => child.stdin.end(),
    kill: () => child.kill('SIGKILL'),
  };
}

/** How the runner itself is started by the editor, or by itself for `--detach`. */
export interface RunnerOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A pipe to speak to the runner through; closed when absent. */
  readonly stdin?: 'pipe';
  /** File descriptors or 'pipe' or 'ignore' for standard output and standard error. */
  readonly stdout: 'pipe' | 'ignore' | number;
  readonly stderr: 'pipe' | 'ignore' | number;
  /** Outlive the process that starts it. */
  readonly detached: boolean;
}

/** Starts the bundled runner with the Node that runs this process (in the editor, VS Code's own). */
export function startRunner(script: string, args: readonly string[], options: RunnerOptions): ChildProcess {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd,
    env: { ...inheritedEnvironment(), ELECTRON_RUN_AS_NODE: '1', ...options.env },
    detached: options.detached,
    stdio: [options.stdin ?? 'ignore', options.stdout, options.stderr],
  });
  if (options.detached) child.unref();
  return child;
}

/** Starts the process that starts the jobs; see `spawner.ts`. */
export function startSpawner(script: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [script, ...args], {
    // Not in our group: what ends that is told to us, and we end the jobs in order.
    detached: true,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Removes everything in a directory, while this process goes on or ends. What cannot be removed stays. */
export function removeInBackground(directory: string): void {
  const child = spawn('find', [directory, '-mindepth', '1', '-delete'], { detached: true, stdio: 'ignore' });
  // Without that program the next one who tidies up finds it.
  child.on('error', () => undefined);
  child.unref();
}

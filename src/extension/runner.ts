/**
 * Starting the bundled runner from the editor. Every process that the extension starts goes through here, so that
 * Restricted Mode holds in code and not only in menus.
 */
import * as vscode from 'vscode';
import type { RunnerChild } from './feed.ts';

/** How a call of the runner ended. */
export interface RunnerResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the streams of a started runner go, and whether it outlives the window. */
export interface RunnerStreams {
  readonly stdout: 'pipe' | number;
  readonly stderr: 'pipe' | number;
  readonly stdin?: 'pipe';
  readonly detached: boolean;
}

/** The bundled runner, and the channel that tells what it was asked and what it said. */
export class Runner {
  readonly output: vscode.LogOutputChannel;
  readonly #script: string;

  constructor(script: string, output: vscode.LogOutputChannel) {
    this.#script = script;
    this.output = output;
  }

  /** Starts the runner in a directory; `undefined` in Restricted Mode, where nothing of the project may run. */
  async start(
    cwd: string,
    args: readonly string[],
    streams: RunnerStreams = { stdout: 'pipe', stderr: 'pipe', detached: false },
  ): Promise<RunnerChild | undefined> {
    if (!vscode.workspace.isTrusted) return undefined;
    const { startRunner } = await import('../project/process.ts');
    this.output.info(`${cwd}> minipach ${args.join(' ')}`);
    return startRunner(this.#script, args, { cwd, ...streams, env: { NO_COLOR: '1' } });
  }

  /** Runs the runner to its end and returns what it printed; `undefined` in Restricted Mode. */
  async collect(cwd: string, args: readonly string[]): Promise<RunnerResult | undefined> {
    const child = await this.start(cwd, args);
    if (!child) return undefined;
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    return new Promise((resolve) => {
      const end = (code: number | null, problem = '') => {
        const said = Buffer.concat(stderr).toString('utf8') + problem;
        if (said.trim()) this.output.warn(said.trimEnd());
        resolve({ code, stdout: Buffer.concat(stdout).toString('utf8'), stderr: said });
      };
      child.once('error', (error) => end(null, error.message));
      child.once('close', (code) => end(code));
    });
  }
}

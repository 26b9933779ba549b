/** `run --detach`: the same run in a process of its own that outlives the terminal or editor that started it. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Project } from '../project/open.ts';
import { startRunner } from '../project/process.ts';
import { prepareState, stateOf } from '../run/state.ts';
import type { RunOptions } from './run-options.ts';
import { complainOf, EXIT, say } from './terminal.ts';

/** Starts the run and returns at once. */
export function startDetached(
  project: Project,
  directory: string,
  names: readonly string[],
  options: RunOptions,
): number {
  const state = stateOf(project);
  const problem = prepareState(state);
  if (problem !== undefined) {
    complainOf(problem.message);
    return EXIT.environment;
  }
  mkdirSync(state.logs, { recursive: true });
  const file = join(state.logs, `detached-${Date.now().toString(36)}.log`);
  const output = openSync(file, 'wx');
  const args = ['run', '--json', ...flags(options), '--', ...names];
  const child = startRunner(process.argv[1] ?? '', args, {
    // Names can be paths from there.
    cwd: resolve(directory),
    stdout: output,
    stderr: output,
    detached: true,
  });
  closeSync(output);
  say(`Started process ${child.pid}; its events go to ${file}. Follow with: minipach status --watch`);
  return EXIT.ok;
}

function flags({ jobs, executor, retryFailed, failFast, force, push, collect }: RunOptions): string[] {
  return [
    ...(jobs === undefined ? [] : ['-j', String(jobs)]),
    ...(executor === undefined ? [] : ['--executor', executor]),
    ...(retryFailed === true ? ['--retry-failed'] : []),
    ...(failFast === true ? ['--fail-fast'] : []),
    ...(force === true ? ['--force'] : []),
    ...(push === undefined ? [] : ['--push', push]),
    ...(collect === undefined ? [] : ['--collect', collect]),
  ];
}

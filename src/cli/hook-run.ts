/** `minipach hook-run HOOK`: what a hook starts and nobody waits for. What it says goes into the hooks' log; nobody types it. */
import { copyFileSync, existsSync, rmSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { forgetCallingCommit } from '../project/environment.ts';
import { openProject, type Project } from '../project/open.ts';
import { unfinishedIn } from '../project/standing.ts';
import { Observer } from '../run/claims/holder.ts';
import { markName, NO_HOOK } from '../run/hooks/hook-script.ts';
import { react } from '../run/hooks/react.ts';
import { pullPushed } from '../run/hooks/runner-clone.ts';
import { lookAt, prepareState, type State, stateOf } from '../run/state.ts';
import { runCommand } from './run.ts';
import type { RunOptions } from './run-options.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { EXIT, say } from './terminal.ts';

/** What the hook was told when it was put in. */
export interface HookRunOptions extends Pick<RunOptions, 'jobs' | 'executor' | 'push'> {
  /** The sibling whose commits are taken in first. */
  readonly pull?: string;
}

/** Bytes from which on the log is begun anew; the last one is kept beside it. */
const LONG_LOG = 1_000_000;

/** Milliseconds to wait for git to finish what called the hook, such as a rebase that calls it just before its end. */
const PATIENCE = 10_000;

/** Runs what is pending, once for all hooks that have called meanwhile. Returns the exit code of the last run. */
export async function hookRunCommand(
  directory: string,
  hook: string,
  options: HookRunOptions,
): Promise<number> {
  forgetCallingCommit();
  // Whatever we commit, merge or push is no reason for another run; git hands that down to hooks.
  process.env[NO_HOOK] = '1';
  const opened = await openProject(directory);
  if (!opened.ok) {
    log(hook, opened.problem.message);
    return EXIT.environment;
  }
  const { project } = opened;
  const state = stateOf(project);
  const unwritable = prepareState(state);
  if (unwritable !== undefined) {
    log(hook, unwritable.message);
    return EXIT.environment;
  }
  const isLinked = existsSync(join(project.gitDirectory, 'commondir'));
  const mark = markName(isLinked ? basename(project.gitDirectory) : undefined);
  let exit: number = EXIT.ok;
  const answer = async (): Promise<boolean> => {
    shortenLog(state);
    exit = await answerOnce(project, hook, options);
    // Who stops a run does not want the next one. A commit after that leaves a new mark.
    if (exit === EXIT.stopped) rmSync(join(state.hooks, mark), { force: true });
    return exit !== EXIT.stopped;
  };
  const other = await react({ state, observer: new Observer(state), mark, answer });
  if (other !== undefined)
    log(hook, `left to process ${other.pid} on ${other.host}, which sees to it when its run has ended.`);
  return exit;
}

async function answerOnce(project: Project, hook: string, options: HookRunOptions): Promise<number> {
  const { pull, ...run } = options;
  const unfinished = await untilFinished(project);
  if (unfinished !== undefined) {
    log(
      hook,
      `${project.root} is in the middle of a ${unfinished}: what is pending runs with the commit after it.`,
    );
    return EXIT.environment;
  }
  const stop = new AbortController();
  const release = stopOnSignals(stop);
  const problem = pull === undefined ? undefined : await pullPushed(project, pull, stop.signal);
  release();
  if (stop.signal.aborted) return EXIT.stopped;
  if (problem !== undefined) {
    log(hook, problem);
    return EXIT.environment;
  }
  log(hook, `run in ${project.root}.`);
  const exit = await runCommand(project.root, [], run);
  log(hook, `ended with exit code ${exit}.`);
  return exit;
}

/** Waits until git is in the middle of nothing. Returns what it still is in the middle of. */
async function untilFinished({ gitDirectory }: Project): Promise<string | undefined> {
  for (const start = performance.now(); ; await delay(100)) {
    const unfinished = unfinishedIn(gitDirectory);
    if (unfinished === undefined || performance.now() - start > PATIENCE) return unfinished;
  }
}

/** Others that write the log append to it, as this process does, and go on at its new end. */
function shortenLog(state: State): void {
  const file = join(state.hooks, 'log');
  if ((lookAt(file)?.size ?? 0) < LONG_LOG) return;
  copyFileSync(file, `${file}.old`);
  truncateSync(file);
}

function log(hook: string, message: string): void {
  say(`${new Date().toISOString()} ${hook}: ${message}`);
}

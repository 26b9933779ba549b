/** `minipach hook install|remove`: git's hooks that start runs. */
import { join, resolve } from 'node:path';
import { REPORT_VERSION } from '../plan/report.ts';
import { findHookPlace, type HookPlace } from '../project/hook-place.ts';
import { findProgram } from '../project/programs.ts';
import { type HookDone, installHook, refusalOf, removeHook } from '../run/hooks/hook-file.ts';
import { BARE_HOOKS, type HookTarget, hookScript, WORK_TREE_HOOKS } from '../run/hooks/hook-script.ts';
import { openRunnerClone } from '../run/hooks/runner-clone.ts';
import { unknownSibling } from '../run/push.ts';
import { prepareState, stateOf } from '../run/state.ts';
import type { RunOptions } from './run-options.ts';
import { complain, complainOf, EXIT, say, sayJson } from './terminal.ts';

/** What can be chosen. */
export interface HookOptions extends Pick<RunOptions, 'jobs' | 'executor' | 'push' | 'json'> {
  /** The clone that runs what is pushed to a repository without a work tree. */
  readonly runner?: string;
}

/** What hooks start, and whose state takes their log; or why there can be none. */
type Wanted =
  | { readonly target: HookTarget; readonly commonDirectory: string }
  | { readonly message: string };

/** Runs the command and returns its exit code. */
export async function hookCommand(
  directory: string,
  action: 'install' | 'remove',
  options: HookOptions,
): Promise<number> {
  const place = await findHookPlace(directory);
  if ('reason' in place) return refuse(place.message);
  const names = place.project === undefined ? BARE_HOOKS : WORK_TREE_HOOKS;
  // All or none: what is in the way of one is said before the first is touched.
  for (const name of names) {
    const refused = refusalOf(place.hooks, name);
    if (refused !== undefined) return refuse(refused.message);
  }
  if (action === 'remove') {
    const done: HookDone[] = [];
    for (const name of names) {
      const removed = removeHook(place.hooks, name);
      if ('reason' in removed) return refuse(removed.message);
      done.push(removed);
    }
    tell(place, action, done, undefined, options);
    return EXIT.ok;
  }
  const wanted = await wantedFor(place, options);
  if ('message' in wanted) return refuse(wanted.message);
  const state = stateOf(wanted);
  const unwritable = prepareState(state);
  if (unwritable !== undefined) return refuse(unwritable.message);
  const done: HookDone[] = [];
  for (const name of names) {
    const installed = await installHook(place.hooks, name, hookScript(name, wanted.target));
    if ('reason' in installed) return refuse(installed.message);
    done.push(installed);
  }
  tell(place, action, done, join(state.hooks, 'log'), options);
  return EXIT.ok;
}

/** What is to be started, with all that could keep it from running looked at now: later nobody sees a message. */
async function wantedFor(place: HookPlace, options: HookOptions): Promise<Wanted> {
  const { runner, executor, push } = options;
  const program = { node: process.execPath, script: resolve(process.argv[1] ?? '') };
  const how = [
    ...(options.jobs === undefined ? [] : ['-j', String(options.jobs)]),
    ...(executor === undefined ? [] : ['--executor', executor]),
  ];
  if (executor === 'slurm' && findProgram('sbatch') === undefined)
    return {
      message: 'There is no `sbatch` on the PATH: type this where Slurm takes jobs, or leave --executor out.',
    };
  if (place.project !== undefined) {
    if (runner !== undefined)
      return {
        message: `${place.root} has a work tree, in which its hooks run what is pending: leave --runner out, or type this in the repository that is pushed to.`,
      };
    const unknown = push === undefined ? undefined : await unknownSibling(place.root, push);
    if (unknown !== undefined) return { message: unknown };
    const arguments_ = [...how, ...(push === undefined ? [] : ['--push', push])];
    return { target: { ...program, options: arguments_ }, commonDirectory: place.commonDirectory };
  }
  if (runner === undefined)
    return {
      message: `${place.root} has no work tree to run anything in: name a clone of it that does, with --runner CLONE.`,
    };
  if (push !== undefined)
    return { message: `What is recorded in ${runner} is pushed to ${place.root}: leave --push out.` };
  const found = await openRunnerClone(runner, place.root);
  if ('reason' in found) return { message: found.message };
  const { project, remote } = found;
  const { root, commonDirectory } = project;
  const arguments_ = [...how, '--pull', remote, '--push', remote];
  return { target: { ...program, options: arguments_, runner: { root, commonDirectory } }, commonDirectory };
}

function tell(
  place: HookPlace,
  action: 'install' | 'remove',
  hooks: readonly HookDone[],
  log: string | undefined,
  { json }: HookOptions,
): void {
  if (json === true) {
    sayJson({
      version: REPORT_VERSION,
      kind: 'hooks',
      action,
      directory: place.hooks,
      hooks,
      log: log ?? null,
    });
    return;
  }
  for (const { name, state, before } of hooks) say(`${name}: ${textOf(state, before)}`);
  if (log === undefined) return;
  const what = place.project === undefined ? 'Each push' : 'Each commit, pull and rebase';
  say(`${what} starts a run in the background; it says what it does in ${log}`);
  if (place.isTracked)
    complain(
      `${place.hooks} is in the work tree: do not commit these hooks, as they name programs of this machine.`,
    );
}

function textOf(state: HookDone['state'], before: boolean): string {
  const texts = {
    installed: before ? 'installed; the hook that was there is called first.' : 'installed.',
    unchanged: 'was installed before.',
    removed: before ? 'removed; the hook that was there is back.' : 'removed.',
    absent: 'was not installed.',
  };
  return texts[state];
}

function refuse(message: string): number {
  complainOf(message);
  return EXIT.environment;
}

/** Runs as VS Code's tasks, for `tasks.json`, key bindings and what comes before a launch: a task follows a run and stops it. */
import * as vscode from 'vscode';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import { RunTerminal } from './run-terminal.ts';
import type { Runner } from './runner.ts';
import type { Runs } from './runs.ts';
import { flagsOf, type TaskSettings } from './task-settings.ts';

/** The type of our tasks, and the problem matcher that the manifest contributes. */
const TYPE = 'minipach';
const MATCHER = '$minipach';

/** What tasks work with. */
export interface TaskParts {
  readonly folders: ProjectFolders;
  readonly runner: Runner;
  readonly runs: Runs;
}

/** Offers a task for each pipeline, and one for all; and makes those that a `tasks.json` describes. */
export function registerTasks(parts: TaskParts): vscode.Disposable {
  const { folders } = parts;
  return vscode.tasks.registerTaskProvider(TYPE, {
    provideTasks: async () => {
      if (!vscode.workspace.isTrusted) return [];
      await folders.ensureStarted();
      await folders.untilKnown();
      return folders.ready.flatMap((folder) => [
        taskOf(parts, folder.folder, { type: TYPE }, vscode.l10n.t('run all pending')),
        ...[...folder.model.pipelines.keys()].map((pipeline) =>
          taskOf(parts, folder.folder, { type: TYPE, pipeline }, vscode.l10n.t('run {0}', pipeline)),
        ),
      ]);
    },
    resolveTask: (task) => {
      const definition = task.definition as TaskSettings & vscode.TaskDefinition;
      return taskOf(parts, task.scope, definition, task.name);
    },
  });
}

function taskOf(
  parts: TaskParts,
  scope: vscode.Task['scope'],
  definition: TaskSettings & vscode.TaskDefinition,
  name: string,
): vscode.Task {
  // VS Code compares a task with the one of an earlier question by its definition, which therefore stays as it was given.
  const execution = new vscode.CustomExecution(async (resolved) =>
    terminalOf(parts, scope, resolved as TaskSettings & vscode.TaskDefinition),
  );
  const task = new vscode.Task(
    definition,
    scope ?? vscode.TaskScope.Workspace,
    name,
    'Minipach',
    execution,
    MATCHER,
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent, clear: true };
  return task;
}

function terminalOf(
  { folders, runner, runs }: TaskParts,
  scope: vscode.Task['scope'],
  settings: TaskSettings,
): RunTerminal {
  let folder: ProjectFolder | undefined;
  return new RunTerminal({
    start: async (listener) => {
      if (!vscode.workspace.isTrusted) return undefined;
      await folders.ensureStarted();
      const inFolder = typeof scope === 'object' ? folders.get(scope.uri.toString()) : undefined;
      folder = inFolder ?? folders.all.find(({ project }) => project);
      if (!folder) return undefined;
      const { pipeline } = settings;
      const targets = pipeline === undefined ? [] : [pipeline].flat();
      return runs.start({ folder, targets, flags: flagsOf(settings), listener });
    },
    stop: (run) => folder && runner.collect(folder.directory, ['stop', run]),
  });
}

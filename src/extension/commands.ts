/** The commands. Menus offer each only where it can work; a call from elsewhere gets a sentence, not silence. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { StatusReport } from '../plan/report.ts';
import { briefName, datumName } from '../plan/shown-name.ts';
import { isInConflict } from './conflict.ts';
import type { DatasetsProvider } from './datasets-view.ts';
import { parseLine } from './line-splitter.ts';
import { pickDatum, pickFolder, pickPipeline, pickRuns } from './picks.ts';
import type { PipelineNode } from './pipeline-nodes.ts';
import type { PipelinesProvider } from './pipelines-view.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { Runner } from './runner.ts';
import type { Runs } from './runs.ts';
import { logUri, type PlanDocuments } from './text-documents.ts';
import { mayRun } from './trust.ts';

/** What the commands work with. */
export interface CommandParts {
  readonly folders: ProjectFolders;
  readonly runner: Runner;
  readonly runs: Runs;
  readonly pipelines: PipelinesProvider;
  readonly datasets: DatasetsProvider;
  readonly plans: PlanDocuments;
  /** Shows a line of the view. */
  readonly reveal: (node: PipelineNode) => unknown;
}

/** A command's argument: the line of the view it was called on, or nothing from the palette. */
type Target = PipelineNode | undefined;

/** Registers all commands. */
export function registerCommands(parts: CommandParts): vscode.Disposable[] {
  const { folders, runner, pipelines } = parts;
  const commands: Record<string, (target: Target) => unknown> = {
    'minipach.run': (target) => runTarget(parts, target, []),
    'minipach.runPending': async () => {
      for (const folder of await readyFolders(folders)) void startRun(parts, folder, [], []);
    },
    'minipach.runFailed': async (target) => {
      if (target) return runTarget(parts, target, ['--retry-failed']);
      for (const folder of await readyFolders(folders)) void startRun(parts, folder, [], ['--retry-failed']);
    },
    'minipach.commitAndRun': () => commitAndRun(parts),
    'minipach.stop': (target) => stopRuns(parts, target),
    'minipach.followLog': (target) => followLog(parts, target),
    'minipach.plan': (target) => showPlan(parts, target),
    'minipach.why': (target) => showWhy(parts, target),
    'minipach.doctor': () => showHealth(parts),
    'minipach.openSpec': (target) => openSpec(parts, target),
    'minipach.refresh': () => {
      parts.datasets.refresh();
      return folders.refresh();
    },
    'minipach.reveal': (target) => target && parts.reveal(target),
    'minipach.showOutput': () => runner.output.show(),
    'minipach.filter': () => filterDatums(pipelines),
    'minipach.clearFilter': () => {
      pipelines.filter = '';
    },
    'minipach.loadMore': (target) => target && pipelines.showMore(target),
  };
  return [
    ...Object.entries(commands).map(([id, call]) => vscode.commands.registerCommand(id, call)),
    vscode.commands.registerCommand('minipach.typeInTerminal', (folder: string, line: string) =>
      typeInTerminal(folders.get(folder), line),
    ),
  ];
}

/** Writes a line into a terminal at the project's root, for a person to look at and to send off. */
function typeInTerminal(folder: ProjectFolder | undefined, line: string): void {
  if (!folder?.project || !mayRun()) return;
  const terminal = vscode.window.createTerminal({ name: 'Minipach', cwd: folder.project.root });
  terminal.show();
  terminal.sendText(line, false);
}

/** Opens the log of a job in a document that follows it. */
export async function openLog(title: string, file: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(logUri(title, file));
  await vscode.languages.setTextDocumentLanguage(document, 'log');
  // At its end: a cursor at the beginning would mark the first word wherever it stands.
  const end = document.lineCount - 1;
  const selection = new vscode.Range(end, 0, end, 0);
  await vscode.window.showTextDocument(document, { preview: true, preserveFocus: false, selection });
}

/** The folders with pipelines, once their feeds have spoken. */
async function readyFolders(folders: ProjectFolders): Promise<readonly ProjectFolder[]> {
  if (!mayRun()) return [];
  await folders.ensureStarted();
  await folders.untilKnown();
  if (folders.ready.length === 0) {
    const problem = folders.all.find((folder) => folder.problem)?.problem;
    void vscode.window.showWarningMessage(
      problem ?? vscode.l10n.t('No pipeline yet: commit a spec.yml first.'),
    );
  }
  return folders.ready;
}

async function runTarget(parts: CommandParts, target: Target, flags: readonly string[]): Promise<void> {
  const chosen =
    target ?? (await pickPipeline(await readyFolders(parts.folders), vscode.l10n.t('Run which pipeline?')));
  const folder = chosen && parts.folders.get(chosen.folder);
  if (!chosen || !folder || !mayRun()) return;
  await startRun(parts, folder, targetNames(chosen), flags);
}

/** What `minipach run` is to be given for a line of the view. */
function targetNames(node: PipelineNode): string[] {
  if (node.kind === 'folder') return [];
  return [node.kind === 'datum' ? briefName(node.pipeline, node.datum) : node.pipeline];
}

/** Starts a run; where files that it would not see are unsaved or uncommitted, asks first. */
async function startRun(
  parts: CommandParts,
  folder: ProjectFolder,
  targets: readonly string[],
  flags: readonly string[],
): Promise<void> {
  // Looked at before git is asked: what is saved while git looks, as the editor does by itself after a second, may be
  // in neither answer otherwise.
  const unsaved = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && parts.folders.of(document.uri) === folder,
  );
  const { dirty, unmerged } = await workTree(parts, folder);
  if (isInConflict(unmerged)) return;
  if (dirty.length === 0 && unsaved.length === 0) return start(parts, folder, targets, flags);
  const names = [
    ...new Set([...dirty, ...unsaved.map((document) => vscode.workspace.asRelativePath(document.uri))]),
  ];
  const list = names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
  const commit = vscode.l10n.t('Commit and Run');
  const without = vscode.l10n.t('Run What Is Committed');
  const answer = await vscode.window.showWarningMessage(
    names.length === 1
      ? vscode.l10n.t('Minipach runs what is committed, and one changed or new file is not.')
      : vscode.l10n.t('Minipach runs what is committed, and {0} changed or new files are not.', names.length),
    { modal: true, detail: list },
    commit,
    without,
  );
  if (answer === commit) return saveAndStart(parts, folder, targets, flags);
  if (answer === without) return start(parts, folder, targets, flags);
}

/** What is not committed, asked afresh: the feed may not have looked since the last key stroke was saved. */
async function workTree(
  { runner }: CommandParts,
  folder: ProjectFolder,
): Promise<Required<Pick<StatusReport, 'dirty' | 'unmerged'>>> {
  const result = await runner.collect(folder.directory, ['status', '--json', '--limit', '0']);
  const report = result?.code === 0 ? parseLine<StatusReport>(result.stdout) : undefined;
  return report === undefined ? folder.model : { unmerged: [], ...report };
}

async function saveAndStart(
  parts: CommandParts,
  folder: ProjectFolder,
  targets: readonly string[],
  flags: readonly string[],
): Promise<void> {
  // What is only in the editor cannot be committed.
  await vscode.workspace.saveAll(false);
  await start(parts, folder, targets, ['--save', ...flags]);
}

async function start(
  { runs, runner }: CommandParts,
  folder: ProjectFolder,
  targets: readonly string[],
  flags: readonly string[],
): Promise<void> {
  const started = await runs.start({ folder, targets, flags });
  if (started === undefined) runner.output.warn('Nothing was started: the workspace is not trusted.');
}

/** Works without any pipeline committed yet: the first spec is what it commits. */
async function commitAndRun(parts: CommandParts): Promise<void> {
  if (!mayRun()) return;
  await parts.folders.ensureStarted();
  const folder = await pickFolder(parts.folders.all.filter((candidate) => candidate.project));
  if (folder && isInConflict(folder.model.unmerged)) return;
  if (folder) return saveAndStart(parts, folder, [], []);
  const problem = parts.folders.all.find((candidate) => candidate.problem)?.problem;
  void vscode.window.showWarningMessage(
    problem ?? vscode.l10n.t('Open a folder of a git or DataLad project first.'),
  );
}

async function stopRuns({ folders, runs, runner }: CommandParts, target: Target): Promise<void> {
  if (!mayRun()) return;
  const candidates = folders.all.filter((folder) => !target || folder.id === target.folder);
  const chosen = await pickRuns(candidates, runs.live, target);
  const results = await Promise.all(
    chosen.map(({ folder, run }) => runner.collect(folder.directory, ['stop', run])),
  );
  const failure = results.find((result) => result && result.code !== 0 && result.stderr.trim());
  if (failure) void vscode.window.showErrorMessage(`Minipach: ${failure.stderr.trim().split('\n').at(-1)}`);
}

async function followLog(parts: CommandParts, target: Target): Promise<void> {
  const node = target?.kind === 'datum' ? target : await pickDatum(await readyFolders(parts.folders), target);
  const folder = node && parts.folders.get(node.folder);
  if (!node || !folder?.project) return;
  const key = folder.model.pipelines.get(node.pipeline)?.datum(node.datum)?.job;
  const title = briefName(node.pipeline, node.datum);
  if (!key) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} has no log: its inputs are not known yet, so it has never run.', title),
    );
    return;
  }
  const file = path.join(folder.project.commonDirectory, 'minipach', 'logs', key.slice(0, 2), `${key}.log`);
  await openLog(title, file);
}

async function showPlan(parts: CommandParts, target: Target): Promise<void> {
  const ready = target ? [] : await readyFolders(parts.folders);
  const folder = target ? parts.folders.get(target.folder) : await pickFolder(ready);
  await showAnswer(parts, folder, vscode.l10n.t('Plan'), 'plan', target ? targetNames(target) : []);
}

/** Why a datum, or what of a pipeline, is not done. */
async function showWhy(parts: CommandParts, target: Target): Promise<void> {
  const title = vscode.l10n.t('Why is what pending?');
  const chosen = target ?? (await pickPipeline(await readyFolders(parts.folders), title));
  if (!chosen || chosen.kind === 'folder') return;
  const name = chosen.kind === 'datum' ? datumName(chosen.pipeline, chosen.datum) : chosen.pipeline;
  await showAnswer(parts, parts.folders.get(chosen.folder), vscode.l10n.t('Why'), 'why', [name]);
}

/** What is installed, and how the project is; in a folder that is no project, too: it says what is missing. */
async function showHealth(parts: CommandParts): Promise<void> {
  if (!mayRun()) return;
  const folder = await pickFolder(parts.folders.all);
  await showAnswer(parts, folder, vscode.l10n.t('Doctor'), 'doctor', []);
}

/** Shows what the runner answers in a document. */
async function showAnswer(
  { runner, plans }: CommandParts,
  folder: ProjectFolder | undefined,
  title: string,
  command: 'doctor' | 'plan' | 'why',
  names: readonly string[],
): Promise<void> {
  if (!folder || !mayRun()) return;
  const result = await runner.collect(folder.directory, [command, ...names]);
  if (!result) return;
  const text = [result.stdout, result.stderr].filter((part) => part.trim()).join('\n');
  await plans.show([title, ...names].join(' ').replaceAll('/', '∕'), text);
}

/** Shows only some datums, as they are typed. */
async function filterDatums(pipelines: PipelinesProvider): Promise<void> {
  const before = pipelines.filter;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Datums'),
    prompt: vscode.l10n.t('Show only datums that have this in their names; nothing shows all'),
    value: before,
  });
  if (text !== undefined) pipelines.filter = text;
}

async function openSpec({ folders }: CommandParts, target: Target): Promise<void> {
  if (!target || target.kind === 'folder') return;
  const folder = folders.get(target.folder);
  const spec = folder?.model.pipelines.get(target.pipeline)?.report.spec;
  if (folder && spec) await vscode.window.showTextDocument(folder.uri(spec));
}

/** What can be done to datasets: install, get content, add a source to clone from, clone a new one. */
import path from 'node:path';
import * as vscode from 'vscode';
import { type NewSource, sourceProblem } from '../plan/check-source.ts';
import { shownName } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import { callWithProgress, tellEnd } from './call-with-progress.ts';
import type { DatasetNode } from './dataset-nodes.ts';
import { parseLine } from './line-splitter.ts';
import { pickFolder } from './picks.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import { projectPath } from './project-path.ts';
import type { Runner } from './runner.ts';
import { mayRun } from './trust.ts';

/** What the actions work with. `storage` is where what a call says goes. */
export interface DatasetParts {
  readonly folders: ProjectFolders;
  readonly runner: Runner;
  readonly storage: string;
  /** Has all that the view shows looked at afresh. */
  readonly refresh: () => void;
}

/** A line of the view, or a file of the Explorer with all that are selected there. */
type Target = DatasetNode | vscode.Uri | undefined;

/** Registers the commands. */
export function registerDatasetActions(parts: DatasetParts): vscode.Disposable {
  const commands: Record<string, (target: Target, all?: readonly vscode.Uri[]) => unknown> = {
    'minipach.installDataset': (target) => install(parts, target),
    'minipach.getContent': (target, all) => getContent(parts, target, all),
    'minipach.addCandidate': (target) => addCandidate(parts, target),
    'minipach.cloneDataset': () => cloneDataset(parts),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, call]) => vscode.commands.registerCommand(id, call)),
  );
}

async function install(parts: DatasetParts, target: Target): Promise<number | null | undefined> {
  const found = await datasetOf(parts, target, vscode.l10n.t('Install which subdataset?'), (node) =>
    node.dataset.installed ? undefined : vscode.l10n.t('not installed'),
  );
  if (!found) return undefined;
  const { path: dataset } = found.node.dataset;
  const title = vscode.l10n.t('Installing {0}', shownName(dataset));
  const done = vscode.l10n.t('{0} is installed.', shownName(dataset));
  return get(parts, found.folder, { title, done, args: ['--no-data', '--', dataset] });
}

async function getContent(
  parts: DatasetParts,
  target: Target,
  all: readonly vscode.Uri[] = [],
): Promise<number | null | undefined> {
  if (target instanceof vscode.Uri) return getFiles(parts, all.length > 0 ? all : [target]);
  const found = await datasetOf(parts, target, vscode.l10n.t('Get the content of which dataset?'), (node) => {
    const content = parts.folders.get(node.folder)?.model.standings.get(node.dataset.path)?.content;
    const missing = content ? content.bytes - content.bytesHere : 0;
    if (!node.dataset.installed || !node.dataset.annex || content?.keys === content?.keysHere)
      return undefined;
    return vscode.l10n.t('{0} to fetch', bytesText(missing));
  });
  if (!found) return undefined;
  const { folder, node } = found;
  const name = shownName(node.dataset.path || path.basename(folder.project?.root ?? folder.directory));
  const title = vscode.l10n.t('Getting the content of {0}', name);
  const done = vscode.l10n.t('All content of {0} is here.', name);
  return get(parts, folder, { title, done, args: ['--', node.dataset.path || '.'] });
}

async function getFiles(
  parts: DatasetParts,
  files: readonly vscode.Uri[],
): Promise<number | null | undefined> {
  const [first] = files;
  const folder = first && parts.folders.of(first);
  if (!folder || !mayRun()) return undefined;
  await folder.ensureStarted();
  const root = folder.project?.root;
  const paths = files.flatMap((file) => projectPath(root, file.fsPath) ?? []);
  if (paths.length === 0) return undefined;
  const name = shownName(paths.length === 1 ? (paths[0] ?? '') : `${paths[0]}, …`);
  const title = vscode.l10n.t('Getting the content of {0}', name);
  const done = vscode.l10n.t('All content of {0} is here.', name);
  return get(parts, folder, { title, done, args: ['--', ...paths.map((one) => one || '.')] });
}

/** Calls `minipach get` at the project's root, shows how far it is, and tells its end. */
async function get(
  { runner, storage, refresh }: DatasetParts,
  folder: ProjectFolder,
  { title, done, args }: { readonly title: string; readonly done: string; readonly args: readonly string[] },
): Promise<number | null | undefined> {
  let far = '';
  const end = await callWithProgress(runner, storage, {
    title,
    cwd: folder.project?.root ?? folder.directory,
    args: ['get', '--json', ...args],
    onEvent: (event) => {
      if (event.event !== 'content-fetching') return;
      far = vscode.l10n.t('{0} of {1}', bytesText(event.bytes), bytesText(event.total));
    },
    far: () => far,
  });
  refresh();
  if (!end) return undefined;
  const unknown = vscode.l10n.t('It ended early (exit {0}).', String(end.code));
  const sentence = end.code === 0 ? done : end.said.join(' ') || unknown;
  void tellEnd(runner, end.code === 0 || end.stopped, sentence);
  return end.code;
}

/** The dataset of a line, or the one that a person picks of those for which there is something to say. */
async function datasetOf(
  { folders }: DatasetParts,
  target: Target,
  title: string,
  describe: (node: Extract<DatasetNode, { kind: 'dataset' }>) => string | undefined,
): Promise<
  { readonly folder: ProjectFolder; readonly node: Extract<DatasetNode, { kind: 'dataset' }> } | undefined
> {
  if (!mayRun()) return undefined;
  await folders.ensureStarted();
  await folders.untilKnown();
  const given = target !== undefined && 'kind' in target && target.kind === 'dataset' ? target : undefined;
  if (given) {
    const folder = folders.get(given.folder);
    return folder && { folder, node: given };
  }
  const items = folders.all.flatMap((folder) =>
    folder.model.datasets.flatMap((dataset) => {
      const node = { kind: 'dataset', folder: folder.id, dataset } as const;
      const description = describe(node);
      const label = dataset.path || path.basename(folder.project?.root ?? folder.directory);
      return description === undefined ? [] : [{ label, description, folder, node }];
    }),
  );
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('All datasets that pipelines can read are here.'),
    );
    return undefined;
  }
  return vscode.window.showQuickPick(items, { title });
}

/** Asks for a URL, a cost and a name, and has the runner write them down. */
async function addCandidate(parts: DatasetParts, target: Target): Promise<void> {
  const { folders, runner, refresh } = parts;
  if (!mayRun()) return;
  await folders.ensureStarted();
  const { l10n, window } = vscode;
  const folder =
    target !== undefined && 'folder' in target
      ? folders.get(target.folder)
      : await pickFolder(folders.all.filter((one) => one.project));
  if (!folder?.project) return;
  const title = l10n.t('Add Clone Candidate');
  const ask = (prompt: string, value: string, judge: (text: string) => string | undefined) =>
    window.showInputBox({ title, prompt, value, ignoreFocusOut: true, validateInput: judge });
  const source = (change: Partial<NewSource>): NewSource => ({
    ...{ url: 'x', cost: 700, name: 'source' },
    ...change,
  });
  const url = await ask(
    l10n.t('A URL to clone subdatasets from; “{id}” stands for their id, as in “ria+ssh://host/store#{id}”'),
    'ria+file:///path/to/store#{id}',
    (text) => sourceProblem(source({ url: text })),
  );
  if (url === undefined) return;
  const cost = await ask(l10n.t('Its cost from 0 to 999: what costs less is tried first'), '210', (text) =>
    /^\d{1,3}$/.test(text) ? undefined : l10n.t('It must be a whole number from 0 to 999.'),
  );
  if (cost === undefined) return;
  const name = await ask(l10n.t('What to call it'), 'store', (text) => sourceProblem(source({ name: text })));
  if (name === undefined) return;
  const args = ['candidates', '--json', '--add', url, '--cost', cost, '--name', name];
  const result = await runner.collect(folder.project.root, args);
  if (!result) return;
  const added = parseLine<{ readonly file: string; readonly warnings: readonly string[] }>(result.stdout);
  if (result.code !== 0 || !added) {
    await tellEnd(runner, false, result.stderr.trim().replace(/^minipach: /, ''));
    return;
  }
  refresh();
  const commit = l10n.t('Write the Command That Commits It into a Terminal');
  const sentence = l10n.t(
    '{0} has the source {1} now; commit it, so that every clone has it.',
    added.file,
    name,
  );
  const text = ['Minipach:', sentence, ...added.warnings].join(' ');
  if ((await window.showInformationMessage(text, commit)) === commit)
    await vscode.commands.executeCommand(
      'minipach.typeInTerminal',
      folder.id,
      `git commit -m "Get subdatasets from ${name}" ${added.file}`,
    );
}

/** Asks what to clone and where, and offers to open the clone. */
async function cloneDataset({ runner, storage }: DatasetParts): Promise<void> {
  if (!mayRun()) return;
  const { l10n, window } = vscode;
  const title = l10n.t('Clone Dataset');
  const source = await window.showInputBox({
    ...{ title, ignoreFocusOut: true },
    prompt: l10n.t('A path, a URL, host:path, or a dataset of a RIA store, such as ria+ssh://host/store#ID'),
    validateInput: (text) => (text.trim() ? undefined : l10n.t('Say what to clone.')),
  });
  if (source === undefined) return;
  const choices = [
    { label: l10n.t('The dataset alone'), flags: [] },
    { label: l10n.t('With all its subdatasets'), flags: ['--recursive'] },
  ];
  const depth = await window.showQuickPick(choices, { title });
  if (!depth) return;
  const openLabel = l10n.t('Clone into This Folder');
  const [parent] =
    (await window.showOpenDialog({ title, openLabel, canSelectFolders: true, canSelectFiles: false })) ?? [];
  if (!parent) return;
  let place: string | undefined;
  const end = await callWithProgress(runner, storage, {
    title: l10n.t('Cloning {0}', source),
    cwd: parent.fsPath,
    args: ['clone', '--json', ...depth.flags, '--', source],
    onEvent: (event) => {
      // The one document that `clone` prints is no event of a run.
      if ('path' in event) place = String(event.path);
    },
    far: () => '',
  });
  if (!end) return;
  if (end.code === null || end.code > 1 || place === undefined)
    return tellEnd(runner, end.stopped, end.said.join(' ') || l10n.t('It could not be cloned.'));
  const open = l10n.t('Open Folder');
  const text =
    end.code === 0
      ? l10n.t('Minipach: cloned into {0}.', place)
      : l10n.t('Minipach: cloned into {0}; not all of its subdatasets could be had.', place);
  if ((await window.showInformationMessage(text, open)) === open)
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(place));
}

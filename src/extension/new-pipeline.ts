/** *New Pipeline…*: a few questions, and a spec that can be run. */
import * as vscode from 'vscode';
import { resolvePath } from '../plan/paths.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import type { ViewImage } from '../spec/project-view.ts';
import { pickFolder } from './picks.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { ProjectTrees } from './project-trees.ts';
import { mayRun } from './trust.ts';

interface Choice<Value> extends vscode.QuickPickItem {
  readonly value: Value;
}

/** Asks, writes the spec, and opens it. */
export async function newPipeline(folders: ProjectFolders, trees: ProjectTrees): Promise<void> {
  if (!mayRun()) return;
  const folder = await pickFolder(folders.all);
  const tree = await trees.of(folder);
  if (!folder?.project || !tree) {
    const message = vscode.l10n.t('A pipeline needs a git or DataLad project with a commit.');
    void vscode.window.showWarningMessage(folder?.problem ?? message);
    return;
  }
  const [{ indexOf }, choices, { newSpec }] = await Promise.all([
    import('./spec-language.ts'),
    import('../plan/new-pipeline.ts'),
    import('../spec/new-spec.ts'),
  ]);
  const { imageChoices } = await import('../plan/image-choices.ts');
  const { images } = await trees.forSpecs(folder, tree, []);
  const known = images ? imageChoices(indexOf(tree), images) : [];
  const steps = known.length > 0 ? 5 : 4;
  const directory = await askDirectory(indexOf(tree), steps);
  if (directory === undefined) return;
  const repo = await pick(
    { step: 2, steps, title: vscode.l10n.t('Which directory does it read?') },
    choices.repoChoices(indexOf(tree)).map(({ path, files, isAbsent }) => ({
      label: path,
      description: isAbsent ? vscode.l10n.t('not installed') : fileCount(files),
      value: path,
    })),
  );
  if (repo === undefined) return;
  // The files of a subdataset are read once a spec names it, which this one is about to do.
  const file = `${directory}/spec.yml`;
  const draft = { file, text: newSpec({ repo, glob: '/*' }) };
  const index = indexOf((await trees.forSpecs(folder, tree, [draft])).tree);
  const glob = await pick(
    { step: 3, steps, title: vscode.l10n.t('What is one datum?') },
    globItems(choices.globChoices(repo, index)),
  );
  if (glob === undefined) return;
  const script = await pick({ step: 4, steps, title: vscode.l10n.t('What runs on each datum?') }, [
    ...choices.scriptChoices(index).map((value) => ({ label: value.path, value })),
    { label: vscode.l10n.t('Write the command later'), alwaysShow: true, value: null },
  ]);
  if (script === undefined) return;
  const image = await askImage(known, steps);
  if (image === undefined) return;
  const text = newSpec({ repo, glob, script: script ?? undefined, image: image ?? undefined });
  await write(folder, file, text);
}

/** The image that a person picks; `null` for none, which is not asked about where there is none. */
async function askImage(known: readonly ViewImage[], steps: number): Promise<string | null | undefined> {
  if (known.length === 0) return null;
  return pick({ step: steps, steps, title: vscode.l10n.t('What does it run in?') }, [
    { label: vscode.l10n.t('This machine, without a container'), value: null },
    ...known.map(({ name, detail }) => ({ label: name, description: detail, value: name })),
  ]);
}

interface Question {
  readonly step: number;
  readonly steps: number;
  readonly title: string;
}

async function askDirectory(index: TreeIndex, steps: number): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  input.title = vscode.l10n.t('New Pipeline');
  input.step = 1;
  input.totalSteps = steps;
  input.prompt = vscode.l10n.t('Its directory, from the top of the project. Results are committed in it.');
  input.placeholder = 'derivatives/edges';
  input.ignoreFocusOut = true;
  return new Promise((resolve) => {
    const problem = (): string | undefined => {
      const place = directoryIn(input.value);
      if (place === '' || resolvePath('', place) !== place)
        return vscode.l10n.t('A path inside of the project, such as derivatives/edges.');
      return index.has(`${place}/spec.yml`) || index.has(`${place}/spec.yaml`)
        ? vscode.l10n.t('{0} is a pipeline already.', place)
        : undefined;
    };
    input.onDidChangeValue(() => {
      input.validationMessage = problem();
    });
    input.onDidAccept(() => {
      input.validationMessage = problem();
      if (input.validationMessage) return;
      resolve(directoryIn(input.value));
      input.hide();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}

function directoryIn(typed: string): string {
  return typed.trim().replace(/\/+$/, '');
}

/** The value that a person picks; `undefined` when they would rather not. */
function pick<Value>(
  { step, steps, title }: Question,
  items: readonly Choice<Value>[],
): Promise<Value | undefined> {
  const list = vscode.window.createQuickPick<Choice<Value>>();
  list.title = vscode.l10n.t('New Pipeline: {0}', title);
  list.step = step;
  list.totalSteps = steps;
  list.items = items;
  list.matchOnDescription = true;
  list.ignoreFocusOut = true;
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      const [chosen] = list.selectedItems;
      if (!chosen) return;
      resolve(chosen.value);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

function globItems(
  choices: readonly {
    readonly glob: string;
    readonly count: number | undefined;
    readonly first: readonly string[];
  }[],
): readonly Choice<string>[] {
  const items = choices.map(({ glob, count, first }) => ({
    label: glob,
    description: count === undefined ? '' : datumCount(count),
    detail: first.map((name) => name || vscode.l10n.t('(whole repo)')).join(', '),
    value: glob,
  }));
  return items.length > 0 ? items : [{ label: '/*', value: '/*' }];
}

function datumCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 datum') : vscode.l10n.t('{0} datums', count);
}

function fileCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', count);
}

async function write(folder: ProjectFolder, file: string, text: string): Promise<void> {
  const uri = folder.uri(file);
  const edit = new vscode.WorkspaceEdit();
  // A file that is there, and not committed yet, is somebody's work.
  edit.createFile(uri, { overwrite: false, ignoreIfExists: false, contents: Buffer.from(text) });
  if (!(await vscode.workspace.applyEdit(edit))) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} is there already, and was left as it is.', file),
    );
  }
  const editor = await vscode.window.showTextDocument(uri);
  const command = editor.document.getText().indexOf('cmd: ') + 'cmd: '.length;
  const at = editor.document.positionAt(command);
  editor.selection = new vscode.Selection(at, at);
}

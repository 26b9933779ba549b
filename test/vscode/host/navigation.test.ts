import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionsAt, GOOD, hoverOn, open, openWith, rangeOf } from './editing.ts';
import { eventually, extensionApi } from './extension-api.ts';

/** The lenses of a document, once they are as many as wanted. */
async function lensesOf(document: vscode.TextDocument): Promise<readonly vscode.CodeLens[]> {
  return vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    10,
  );
}

function titlesOf(lenses: readonly vscode.CodeLens[]): readonly (string | undefined)[] {
  return lenses.map(({ command }) => command?.title);
}

describe('a spec in its project', () => {
  before(async () => {
    const api = await extensionApi();
    await api.folders.ensureStarted();
    await eventually(api.folders.onDidChange, () => (api.folders.ready.length > 0 ? true : undefined));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('tells of a glob which datums there are, and how they stand', async () => {
    const document = await open('counts/spec.yml');
    const names = ['01', '02', '03', '04', '05'].map((name) => `- \`sub-${name}\``).join('\n');
    assert.equal(await hoverOn(document, '/*'), `**→ 5 datums**\n\n${names}\n\nAs committed: 5 pending.`);
  });

  it('tells of a repo how large it is, at which commit, and what in it is not committed', async () => {
    const document = await open('counts/spec.yml');
    assert.match(
      await hoverOn(document, 'texts'),
      /^\*\*`texts`\*\*: 10 files\n\nAt commit `[0-9a-f]{8}`\n\nNothing in it is changed and not committed\.$/,
    );
  });

  it('is headed by what can be run, and how it stands', async () => {
    const document = await open('counts/spec.yml');
    assert.deepEqual(titlesOf(await lensesOf(document)), ['$(play) Run', 'Plan', '5 pending']);
    assert.deepEqual((await lensesOf(document))[0]?.range.start, new vscode.Position(0, 0));
  });

  it('is headed by what it needs where it is not committed', async () => {
    const { document } = await openWith('new/spec.yml', GOOD);
    assert.deepEqual(titlesOf(await lensesOf(document)), ['$(git-commit) Commit and Run']);
    const theirs = await openWith('theirs/spec.yml', 'openapi: 3.1.0\n');
    assert.deepEqual(await lensesOf(theirs.document), []);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('leads to the script that it runs and to the spec of a pipeline that it reads', async () => {
    const { document } = await openWith('new/spec.yml', GOOD.replace('repo: texts', 'repo: counts'));
    const definition = async (text: string): Promise<string | undefined> => {
      const [found] = await vscode.commands.executeCommand<vscode.LocationLink[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        rangeOf(document, text).start.translate(0, 2),
      );
      return found?.targetUri.path.split('/').slice(-2).join('/');
    };
    assert.equal(await definition('code/count.sh'), 'code/count.sh');
    assert.equal(await definition('counts'), 'counts/spec.yml');
    assert.equal(await definition('glob'), undefined);
  });

  it('shows the directory that it reads in the Explorer', async () => {
    const { document } = await openWith('new/spec.yml', GOOD);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    assert.deepEqual(
      links.map(({ range, tooltip }) => [document.getText(range), tooltip]),
      [['texts', 'Show texts in the Explorer']],
    );
    const [target] = JSON.parse(decodeURIComponent(links[0]?.target?.query ?? '[]')) as { path: string }[];
    assert.match(target?.path ?? '', /\/texts$/);
  });

  it('has an outline', async () => {
    const { document } = await openWith('new/spec.yml', GOOD);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children.map((child) => `${child.name} ${child.detail}`)]),
      [
        ['input', ['texts texts /sub-0[1-3]']],
        ['transform', ['cmd ["sh","code/count.sh","{texts}","{out}"]']],
      ],
    );
  });

  it('offers no remedy for what is here', async () => {
    const { document } = await openWith('new/spec.yml', GOOD);
    const actions = await actionsAt(document, 'repo', vscode.CodeActionKind.QuickFix);
    assert.deepEqual(actions, []);
  });

  it('says why something is pending, in a document', async () => {
    const api = await extensionApi();
    const [pipeline] = await api.pipelines.getChildren();
    await vscode.commands.executeCommand('minipach.why', pipeline);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'minipach-plan');
    assert.match(document.getText(), /5 pending/);
  });
});

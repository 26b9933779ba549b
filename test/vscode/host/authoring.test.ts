import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actionsAt,
  completionsBehind,
  diagnosticsOf,
  GOOD,
  hoverOn,
  labelOf,
  openWith,
  replaceAll,
} from './editing.ts';
import { extensionApi } from './extension-api.ts';

/** A mistake on each of three lines, and nothing else wrong. */
const MISTAKES = `descripton: Words.
input:
  pfs: { repo: text, glob: "/*" }
transform:
  cmd: [sh, code/cuont.sh, "{text}", "{out}"]
`;

describe('authoring', () => {
  before(() => extensionApi());
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('marks each mistake on exactly its own characters, also those that only the project knows', async () => {
    const { document } = await openWith('wrong/spec.yml', MISTAKES);
    const found = await diagnosticsOf(document.uri, 3);
    const told = found.map(({ code, range }) => [code, document.getText(range)]);
    assert.deepEqual(told, [
      ['unknown-field', 'descripton'],
      ['no-such-repo', 'text'],
      ['untracked-script', 'code/cuont.sh'],
    ]);
    assert.deepEqual(found[0]?.range, new vscode.Range(0, 0, 0, 10));
  });

  it('mends a mistake with its quick fix', async () => {
    const { document } = await openWith('wrong/spec.yml', MISTAKES);
    await diagnosticsOf(document.uri, 3);
    const actions = await actionsAt(document, 'descripton', vscode.CodeActionKind.QuickFix);
    const [fix] = actions.filter((action) => action.title === 'Change to `description`');
    assert.ok(fix?.edit, actions.map((action) => action.title).join(', '));
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /^description: Words\./);
    await diagnosticsOf(document.uri, 2);
  });

  it('turns a rule off by a comment, after what mends the mistake', async () => {
    const { document } = await openWith('wrong/spec.yml', MISTAKES);
    await diagnosticsOf(document.uri, 3);
    const actions = await actionsAt(document, 'descripton', vscode.CodeActionKind.QuickFix);
    assert.deepEqual(
      actions.map(({ title, isPreferred }) => [title, isPreferred]),
      [
        ['Change to `description`', true],
        ['Turn off `unknown-field` for this line', false],
        ['Turn off `unknown-field` in this file', false],
      ],
    );
    assert.ok(actions[1]?.edit);
    await vscode.workspace.applyEdit(actions[1].edit);
    assert.match(document.getText(), /^descripton: Words\. # minipach: off unknown-field\n/);
    await diagnosticsOf(document.uri, 2);
  });

  it('shows rules as the setting says', async () => {
    const { document } = await openWith('wrong/spec.yml', MISTAKES);
    await diagnosticsOf(document.uri, 3);
    const settings = vscode.workspace.getConfiguration('minipach', document.uri);
    const levels = { 'unknown-field': 'off', 'no-such-repo': 'information' };
    await settings.update('rules', levels, vscode.ConfigurationTarget.Global);
    try {
      const found = await diagnosticsOf(document.uri, 2);
      assert.deepEqual(
        found.map(({ code, severity }) => [code, severity]),
        [
          ['no-such-repo', vscode.DiagnosticSeverity.Information],
          ['untracked-script', vscode.DiagnosticSeverity.Warning],
        ],
      );
    } finally {
      await settings.update('rules', undefined, vscode.ConfigurationTarget.Global);
    }
    await diagnosticsOf(document.uri, 3);
  });

  it('writes a command the other way', async () => {
    const { document } = await openWith('new/spec.yml', GOOD);
    const [action] = await actionsAt(document, 'cmd', vscode.CodeActionKind.RefactorRewrite);
    assert.equal(action?.title, 'Write `cmd` as a string');
    assert.ok(action.edit);
    await vscode.workspace.applyEdit(action.edit);
    assert.match(document.getText(), /^ {2}cmd: sh code\/count\.sh \{texts\} \{out\}$/m);
  });

  it('takes diagnostics back as soon as the text is right', async () => {
    const editor = await openWith('wrong/spec.yml', MISTAKES);
    await diagnosticsOf(editor.document.uri, 3);
    await replaceAll(editor, GOOD);
    await diagnosticsOf(editor.document.uri, 0);
  });

  it('completes fields in an empty file, and says nothing against it', async () => {
    const { document } = await openWith('empty/spec.yml', '');
    const labels = (await completionsBehind(document, '')).map(labelOf);
    assert.ok(labels.includes('input') && labels.includes('transform'), labels.join(', '));
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  it('completes directories of the project as repos', async () => {
    const { document } = await openWith('new/spec.yml', 'input:\n  pfs:\n    repo: te\n');
    const [item] = await completionsBehind(document, 'repo: te');
    assert.deepEqual(item?.label, { label: 'texts', description: '' });
    assert.deepEqual(item?.range, new vscode.Range(2, 10, 2, 12));
  });

  it('explains a field', async () => {
    const { document } = await openWith('new/spec.yml', GOOD);
    assert.match(await hoverOn(document, 'transform'), /\*\*Transform\*\*/i);
  });

  it('counts the datums of a glob', async () => {
    const { document } = await openWith('new/spec.yml', GOOD);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
    );
    assert.deepEqual(
      hints.map(({ label, position }) => [label, position.line]),
      [['→ 3 datums', 1]],
    );
  });

  it('counts the datums of a join, and what each of its globs matches', async () => {
    const text = `input:
  join:
    - pfs: { repo: texts, glob: "/sub-(0[1-2])", name: a, join_on: $1 }
    - pfs: { repo: texts, glob: "/sub-(0[2-3])", name: b, join_on: $1 }
transform:
  cmd: [sh, code/count.sh, "{a}", "{b}", "{out}"]
`;
    const { document } = await openWith('pairs/spec.yml', text);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
    );
    assert.deepEqual(
      hints.map(({ label, position }) => [label, position.line]),
      [
        ['→ 1 datum', 1],
        ['→ 2 matches', 2],
        ['→ 2 matches', 3],
      ],
    );
  });

  it("leaves somebody else's spec.yml alone", async () => {
    const { document } = await openWith('theirs/spec.yml', 'openapi: 3.1.0\ninfo:\n  title: Words\n');
    const items = await completionsBehind(document, 'title: Words\n');
    const details = items.filter((item) => item.kind === vscode.CompletionItemKind.Property);
    assert.deepEqual(details, []);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  it('tells of a circle of pipelines with each place that makes it one', async () => {
    const reading = (repo: string) => GOOD.replace('texts', repo).replace('texts', repo);
    const ring = await openWith('ring/spec.yml', reading('loop'));
    const { document } = await openWith('loop/spec.yml', reading('ring'));
    const [circle] = await diagnosticsOf(document.uri, 1);
    assert.equal(circle?.code, 'pipeline-cycle');
    const places = circle.relatedInformation?.map(({ location }) =>
      location.uri.path.split('/').slice(-2).join('/'),
    );
    assert.deepEqual(places, ['loop/spec.yml', 'ring/spec.yml']);
    await vscode.window.showTextDocument(ring.document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});

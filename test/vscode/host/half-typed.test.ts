import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { completionsBehind, diagnosticsOf, GOOD, hoverOn, labelOf, openWith, replaceAll } from './editing.ts';
import { extensionApi } from './extension-api.ts';

/** Texts as they are while somebody types, with the place of the cursor; none of them is YAML. */
const HALF_TYPED: readonly [text: string, behind: string, wanted: string][] = [
  ['input:\n  pfs: { repo: te', 'te', 'texts'],
  ['input:\n  pfs: { repo: texts, glob: "/sub-', '"/sub-', 'sub-01'],
  ['input:\n  pfs:\n    repo: texts\n    glob: "/*"\ntransform:\n  cmd: [sh, co', 'co', 'code'],
  ['input:\n  pfs: { repo: texts, glob: "/*" }\ntransform:\n  cmd: [sh, "{te', '{te', '{texts}'],
  ['input:\n  pfs: { repo: texts, glob: "/(*)", join_on: ', 'join_on: ', '$1'],
  ['input:\n  pfs: { repo: texts, glob: "/*" }\ntrans', 'trans', 'transform'],
];

/** A person stops for a moment, which is when a text is looked at: does something to it, and waits until it was. */
async function lookedAtAfter(uri: vscode.Uri, change: () => Promise<unknown>): Promise<void> {
  const looked = new Promise<void>((resolve) => {
    const subscription = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (!uris.some((one) => one.toString() === uri.toString())) return;
      subscription.dispose();
      resolve();
    });
  });
  await change();
  await looked;
}

describe('a half-typed spec', () => {
  before(() => extensionApi());
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  for (const [text, behind, wanted] of HALF_TYPED)
    it(`is completed with ${wanted} behind ${JSON.stringify(behind)}`, async () => {
      const { document } = await openWith('half/spec.yml', text);
      const labels = (await completionsBehind(document, behind)).map(labelOf);
      assert.ok(labels.includes(wanted), labels.join(', '));
    });

  it('is explained', async () => {
    const { document } = await openWith(
      'half/spec.yml',
      'input:\n  pfs: { repo: texts, glob: "/*"\ntransform: [',
    );
    assert.match(await hoverOn(document, 'glob'), /captures/);
    assert.match(await hoverOn(document, '/*'), /→ 5 datums/);
  });

  it('has no mistake marked all over, and none is left when it is mended', async () => {
    const editor = await openWith('half/spec.yml', GOOD);
    const { document } = editor;
    await diagnosticsOf(document.uri, 0);
    const seen: string[] = [];
    const subscription = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (!uris.some((uri) => uri.toString() === document.uri.toString())) return;
      for (const { range, source } of vscode.languages.getDiagnostics(document.uri)) {
        if (source !== 'Minipach') continue;
        const lines = range.end.line - range.start.line;
        if (lines > 1 || document.getText(range).length > 60) seen.push(document.getText(range));
      }
    });
    // Every way of breaking off a line, one after the other.
    for (const cut of [6, 12, 20, 31, 44, 57, 70, 90]) {
      await lookedAtAfter(document.uri, () => replaceAll(editor, GOOD.slice(0, cut)));
    }
    await replaceAll(editor, GOOD);
    await diagnosticsOf(document.uri, 0);
    subscription.dispose();
    assert.deepEqual(seen, []);
  });

  it('keeps the mark of a mistake still while something else is typed', async () => {
    const wrong = GOOD.replace('input:', 'descripton: x\ninput:');
    const editor = await openWith('half/spec.yml', wrong);
    const { document } = editor;
    await diagnosticsOf(document.uri, 1);
    const counts = new Set<number>();
    const subscription = vscode.languages.onDidChangeDiagnostics(() => {
      const own = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Minipach');
      counts.add(own.length);
    });
    const end = new vscode.Position(document.lineCount - 1, 0);
    for (const letter of 'salt: x') {
      const at = document.positionAt(document.getText().length);
      await lookedAtAfter(document.uri, async () =>
        assert.ok(await editor.edit((edit) => edit.insert(at, letter))),
      );
    }
    assert.equal(document.getText(new vscode.Range(end, document.positionAt(10_000))), 'salt: x');
    await diagnosticsOf(document.uri, 1);
    subscription.dispose();
    assert.ok(!counts.has(0), [...counts].join());
  });
});

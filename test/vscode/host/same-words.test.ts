import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FileDiagnostic } from '../../../src/plan/report.ts';
import { eventually, extensionApi, workspaceFolder } from './extension-api.ts';

const pfs = (repo: string, glob: string, more = ''): string =>
  `{ pfs: { repo: ${repo}, glob: ${JSON.stringify(glob)}${more} } }`;
const spec = (input: string, cmd = '[sh, code/count.sh, "{out}"]', more = ''): string =>
  `input: ${input}\ntransform:\n  cmd: ${cmd}\n${more}`;

/** By directory, files with mistakes of every kind: of YAML, of the schema, of the language, and beside the project. */
const WRONG: Readonly<Record<string, string>> = {
  syntax: 'input:\n  pfs: { repo: texts, glob: "/*"\ntransform:\n  cmd: [a]\n',
  tab: 'input:\n\tpfs: { repo: texts }\n',
  twice: spec(pfs('texts', '/*'), '[a]', 'salt: a\nsalt: b\n'),
  missing: 'input: { pfs: { repo: texts } }\n',
  camel: spec(pfs('texts', '/*', ', joinOn: $1')),
  type: spec(pfs('texts', '/*'), '[a]', 'datum_tries: many\n'),
  misspelt: spec(pfs('texts', '/*'), '[a]', 'descripton: Words.\n'),
  refused: spec(pfs('texts', '/*'), '[a]', 'spout: {}\n'),
  ignored: spec(pfs('texts', '/*'), '[a]', 'pod_spec: ""\n'),
  duration: spec(pfs('texts', '/*'), '[a]', 'datum_timeout: 90\n'),
  placeholder: spec(pfs('texts', '/*'), '[a, "{textss}", "{texts.3}"]'),
  repo: spec(pfs('text', '/*')),
  glob: spec(pfs('texts', '/sub_*')),
  script: spec(pfs('texts', '/*'), '[sh, code/cuont.sh]'),
  image: spec(pfs('texts', '/*'), '[a]\n  image: images/none.sif'),
  docker: spec(pfs('texts', '/*'), '[a]\n  image: python:3.12'),
  join: spec(
    `{ join: [${pfs('texts', '/sub-(01)', ', join_on: $1, name: a')}, ${pfs('texts', '/sub-(02)', ', join_on: $1, name: b')}] }`,
  ),
  same: spec(pfs('texts', '/*'), '[a]', 'pipeline: { name: counts }\n'),
  alpha: spec(pfs('beta', '/*')),
  beta: spec(pfs('alpha', '/*')),
  output: spec(pfs('texts', '/*'), '[a]', 'output: ../x\n'),
  '.minipach': 'slurm:\n  partiton: x\n  time: soon\n  options: [exclusive]\n',
  off: `# minipach: off untracked-script\n${spec(pfs('texts', '/*'), '[sh, code/cuont.sh]')}`,
};

/** The path of one of them, relative to the project's root. */
function fileIn(name: string): string {
  return path.join(name, name === '.minipach' ? 'config.yml' : 'spec.yml');
}

/** A diagnostic in one line. */
function line(file: string, rule: string, severity: string, start: string, message: string): string {
  return `${file} ${start} ${severity} ${rule}: ${message}`;
}

/** By VS Code's own numbers. */
const SEVERITIES: readonly string[] = ['error', 'warning', 'information'];

/** What `minipach check` says, by the runner that the extension brings along. */
async function checked(root: string, runner: string): Promise<readonly string[]> {
  const stdout = await new Promise<string>((resolve) => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    execFile(
      process.execPath,
      [runner, 'check', '--format', 'json', ...Object.keys(WRONG)],
      { cwd: root, env },
      (_error, text) => resolve(text),
    );
  });
  return (JSON.parse(stdout) as FileDiagnostic[]).map(
    ({ file, rule, severity, range: { start, end }, message }) =>
      line(file, rule, severity, `${start.line}:${start.character}-${end.line}:${end.character}`, message),
  );
}

function shownIn(root: string): readonly string[] {
  return vscode.languages.getDiagnostics().flatMap(([uri, diagnostics]) =>
    diagnostics
      .filter(
        ({ source }) =>
          source === 'Minipach' && Object.hasOwn(WRONG, path.basename(path.dirname(uri.fsPath))),
      )
      .map(({ code, severity, range: { start, end }, message }) => {
        const place = `${start.line}:${start.character}-${end.line}:${end.character}`;
        return line(
          path.relative(root, uri.fsPath),
          String(code),
          SEVERITIES[severity] ?? '',
          place,
          message,
        );
      }),
  );
}

describe('the editor and `minipach check`', () => {
  const root = workspaceFolder().uri.fsPath;
  const files = Object.keys(WRONG).map((name) => path.join(root, fileIn(name)));

  after(async () => {
    for (const name of [...Object.keys(WRONG), 'ignored-build'])
      rmSync(path.join(root, name), { recursive: true });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('say the same of every mistake, in the same words, at the same place', async () => {
    const api = await extensionApi();
    for (const [name, text] of Object.entries(WRONG)) {
      mkdirSync(path.join(root, name), { recursive: true });
      writeFileSync(path.join(root, fileIn(name)), text);
    }
    // A copy that git ignores is no second pipeline of its name.
    mkdirSync(path.join(root, 'ignored-build', 'glob'), { recursive: true });
    writeFileSync(path.join(root, 'ignored-build', '.gitignore'), '*\n');
    writeFileSync(path.join(root, 'ignored-build', 'glob', 'spec.yml'), spec(pfs('texts', '/*')));
    for (const file of files) await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
    const extension = vscode.extensions.getExtension('minipach.minipach');
    const said = [
      ...(await checked(root, path.join(extension?.extensionPath ?? '', 'dist', 'minipach.cjs'))),
    ].sort();
    assert.ok(said.length >= Object.keys(WRONG).length, said.join('\n'));
    assert.ok(api.folders.all.length > 0);
    const shown = () => [...shownIn(root)].sort();
    const isSame = eventually(vscode.languages.onDidChangeDiagnostics, () =>
      shown().join('\n') === said.join('\n') ? true : undefined,
    );
    // What differs is worth more than that something does.
    await Promise.race([isSame, new Promise((resolve) => setTimeout(resolve, 20_000))]);
    assert.deepEqual(shown(), said);
  });
});

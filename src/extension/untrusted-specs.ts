/** The specs of a folder by its files alone: in Restricted Mode git is not asked. */
import * as vscode from 'vscode';
import type { GraphPipeline } from '../plan/graph/graph.ts';
import { inputReports } from '../plan/graph/input-reports.ts';
import { parentPath } from '../plan/paths.ts';
import { looksLikeSpec } from '../spec/looks-like-spec.ts';
import { parseSpec } from '../spec/parse.ts';
import { pipelineName } from '../spec/spec-values.ts';
import { NOT_SPEC_FILES, SPEC_FILES } from './spec-documents.ts';

/** More would take long to read, and are no picture any more. */
const MOST = 1000;

/** The specs in a folder, in order of their paths, as they are on disk. */
export async function specsIn(folder: vscode.WorkspaceFolder): Promise<readonly GraphPipeline[]> {
  const within = new vscode.RelativePattern(folder, SPEC_FILES);
  const found = await vscode.workspace.findFiles(within, NOT_SPEC_FILES, MOST);
  const specs = await Promise.all(found.map((uri) => specAt(folder, uri)));
  return specs.flat().sort((a, b) => (a.spec < b.spec ? -1 : 1));
}

async function specAt(folder: vscode.WorkspaceFolder, uri: vscode.Uri): Promise<readonly GraphPipeline[]> {
  // It may go while it is read.
  const text = await vscode.workspace.fs.readFile(uri).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    () => '',
  );
  if (!looksLikeSpec(text)) return [];
  const spec = uri.path.slice(folder.uri.path.length + 1);
  const directory = parentPath(spec);
  const { value } = parseSpec(text, { directory });
  const name = pipelineName(value, { directory }) ?? spec;
  return [{ name, directory, spec, inputs: inputReports(value) }];
}

/** What a spec is judged by: its text, the committed files of its project, and the other specs as they are now. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Tree } from '../plan/tree.ts';
import { isSpecPath } from '../spec/spec-path.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import { projectPath } from './project-path.ts';
import type { ProjectTrees } from './project-trees.ts';
import type { Judged, SpecText } from './spec-language.ts';

/** Makes contexts. */
export class SpecContexts {
  readonly #folders: ProjectFolders;
  readonly #trees: ProjectTrees;

  constructor(folders: ProjectFolders, trees: ProjectTrees) {
    this.#folders = folders;
    this.#trees = trees;
  }

  /** The context of an open document, with its text as it is now: positions that came with a question fit no other. */
  async of(document: vscode.TextDocument): Promise<Judged> {
    const text = document.getText();
    const folder = this.#folders.of(document.uri);
    const own = await this.#trees.of(folder);
    const root = folder?.project?.root;
    const file =
      projectPath(root, document.uri.fsPath) ?? vscode.workspace.asRelativePath(document.uri, false);
    const spec = { file, text };
    if (!own || !folder) return { spec, others: [], tree: own, images: undefined };
    const others = await otherSpecs(folder, own, file);
    return { spec, others, ...(await this.#trees.forSpecs(folder, own, [spec, ...others])) };
  }
}

/** The project's specs other than one: as they are typed, else as they are on disk. */
async function otherSpecs(folder: ProjectFolder, tree: Tree, own: string): Promise<SpecText[]> {
  const texts = new Map<string, string>();
  const root = folder.project?.root;
  for (const document of vscode.workspace.textDocuments) {
    const file = projectPath(root, document.uri.fsPath);
    if (file !== undefined && isSpecPath(file)) texts.set(file, document.getText());
  }
  // Pipelines of subdatasets are not the project's.
  const committed = tree.entries.filter(
    ({ path: file, dataset }) => isSpecPath(file) && dataset === undefined && !texts.has(file),
  );
  await Promise.all(
    committed.map(async ({ path: file }) => {
      // One that was deleted and not committed yet is no pipeline any more.
      const text = await readFile(path.join(root ?? '', file), 'utf8').catch(() => undefined);
      if (text !== undefined) texts.set(file, text);
    }),
  );
  texts.delete(own);
  const { looksLikeSpec } = await import('../spec/looks-like-spec.ts');
  return [...texts].flatMap(([file, text]) => (looksLikeSpec(text) ? [{ file, text }] : []));
}

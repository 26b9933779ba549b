/** What a spec is judged by: its text, the committed files of its project, and the other specs as they are now. */
import * as vscode from 'vscode';
import type { Tree } from '../plan/tree.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import { projectPath } from './project-path.ts';
import type { ProjectTrees } from './project-trees.ts';
import type { Judged, SpecText } from './spec-language.ts';
import type { SpecTexts } from './spec-texts.ts';

/** Makes contexts. */
export class SpecContexts {
  readonly #folders: ProjectFolders;
  readonly #trees: ProjectTrees;
  readonly #texts: SpecTexts;

  constructor(folders: ProjectFolders, trees: ProjectTrees, texts: SpecTexts) {
    this.#folders = folders;
    this.#trees = trees;
    this.#texts = texts;
  }

  /** The context of an open document, with its text as it is now: positions that came with a question fit no other. */
  async of(document: vscode.TextDocument): Promise<Judged> {
    const asked = this.#ask(document);
    const own = await this.#trees.of(asked.folder);
    const spec = asked.spec();
    if (!own || !asked.folder) return { spec, others: [], tree: own, images: undefined };
    const others = await this.#texts.others(asked.folder, own, spec.file);
    return { spec, others, ...(await this.#trees.forSpecs(asked.folder, own, [spec, ...others])) };
  }

  /** For a first look, a spec beside the files that are known soonest; `undefined` when all are known. */
  async first(document: vscode.TextDocument): Promise<{ spec: SpecText; tree: Tree } | undefined> {
    const asked = this.#ask(document);
    const { tree, isWhole } = await this.#trees.first(asked.folder);
    return isWhole || !tree ? undefined : { spec: asked.spec(), tree };
  }

  #ask(document: vscode.TextDocument): { folder: ProjectFolder | undefined; spec: () => SpecText } {
    const folder = this.#folders.of(document.uri);
    const named = (): string =>
      projectPath(folder?.project?.root, document.uri.fsPath) ??
      vscode.workspace.asRelativePath(document.uri, false);
    const asked = this.#texts.of(document, named());
    // Where the project was only found meanwhile, the document has another name; its text is that of the question.
    return { folder, spec: () => (asked.file === named() ? asked : { file: named(), text: asked.text }) };
  }
}

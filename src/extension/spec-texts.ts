/** The specs of projects as they are now: as they are typed, else as they are on disk. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Tree } from '../plan/tree.ts';
import { isSpecPath } from '../spec/spec-path.ts';
import type { ProjectFolder } from './project-folder.ts';
import { projectPath } from './project-path.ts';
import { SPEC_FILES } from './spec-documents.ts';
import type { SpecText } from './spec-language.ts';

/** Specs on disk, read once for a tree: a project may have hundreds, and each key stroke asks for all. */
interface OnDisk {
  readonly tree: Tree;
  readonly specs: Promise<readonly SpecText[]>;
}

/** The text of a version of a document. */
interface AsTyped {
  readonly version: number;
  readonly spec: SpecText;
}

/** Gives specs as texts; the same object as long as nothing has changed. */
export class SpecTexts implements vscode.Disposable {
  readonly #onDisk = new Map<string, OnDisk>();
  readonly #typed = new WeakMap<vscode.TextDocument, AsTyped>();
  readonly #watcher = vscode.workspace.createFileSystemWatcher(SPEC_FILES);
  readonly #changed = new vscode.EventEmitter<void>();
  /** A spec on disk has come, gone, or changed. */
  readonly onDidChange = this.#changed.event;

  constructor() {
    const forget = () => {
      this.#onDisk.clear();
      this.#changed.fire();
    };
    this.#watcher.onDidChange(forget);
    this.#watcher.onDidCreate(forget);
    this.#watcher.onDidDelete(forget);
  }

  /** A document as it is typed; `file` is its path in the project. */
  of(document: vscode.TextDocument, file: string): SpecText {
    const known = this.#typed.get(document);
    if (known?.version === document.version && known.spec.file === file) return known.spec;
    const spec = { file, text: document.getText() };
    this.#typed.set(document, { version: document.version, spec });
    return spec;
  }

  /** The project's specs other than one. */
  async others(folder: ProjectFolder, tree: Tree, own: string): Promise<readonly SpecText[]> {
    const root = folder.project?.root;
    const found = new Map((await this.#read(folder, tree)).map((spec) => [spec.file, spec]));
    const { looksLikeSpec } = await import('../spec/looks-like-spec.ts');
    for (const document of vscode.workspace.textDocuments) {
      const file = projectPath(root, document.uri.fsPath);
      if (file === undefined || !isSpecPath(file)) continue;
      const typed = this.of(document, file);
      if (looksLikeSpec(typed.text)) found.set(file, typed);
      else found.delete(file);
    }
    found.delete(own);
    return [...found.values()];
  }

  dispose(): void {
    this.#watcher.dispose();
    this.#changed.dispose();
  }

  #read(folder: ProjectFolder, tree: Tree): Promise<readonly SpecText[]> {
    const known = this.#onDisk.get(folder.id);
    if (known?.tree === tree) return known.specs;
    const specs = readSpecs(folder.project?.root ?? '', tree);
    this.#onDisk.set(folder.id, { tree, specs });
    return specs;
  }
}

/** What git ignores is no pipeline, wherever it lies: builds and clones hold copies of specs. */
async function readSpecs(root: string, tree: Tree): Promise<readonly SpecText[]> {
  const [{ looksLikeSpec }, { workTreeSpecs }] = await Promise.all([
    import('../spec/looks-like-spec.ts'),
    import('../project/work-tree-specs.ts'),
  ]);
  const specs = await Promise.all(
    (await workTreeSpecs(root, tree.subdatasets ?? [])).map(async (file) => {
      // It may go while it is read.
      const text = await readFile(path.join(root, file), 'utf8').catch(() => undefined);
      return text !== undefined && looksLikeSpec(text) ? [{ file, text }] : [];
    }),
  );
  return specs.flat();
}

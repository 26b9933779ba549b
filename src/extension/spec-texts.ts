/** The specs of projects as they are now: as they are typed, else as they are on disk. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Tree } from '../plan/tree.ts';
import { isSpecPath } from '../spec/spec-path.ts';
import type { ProjectFolder } from './project-folder.ts';
import { projectPath } from './project-path.ts';
import { NOT_SPEC_FILES, SPEC_FILES } from './spec-documents.ts';
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
    const specs = readSpecs(folder, tree);
    this.#onDisk.set(folder.id, { tree, specs });
    return specs;
  }
}

/** Specs that are committed, and those in the folder that are not yet. */
async function readSpecs(folder: ProjectFolder, tree: Tree): Promise<readonly SpecText[]> {
  const { looksLikeSpec } = await import('../spec/looks-like-spec.ts');
  const root = folder.project?.root ?? '';
  const committed = tree.entries.filter(({ path: file }) => isSpecPath(file)).map(({ path: file }) => file);
  const here = new vscode.RelativePattern(folder.folder, SPEC_FILES);
  const present = (await vscode.workspace.findFiles(here, NOT_SPEC_FILES)).map(({ fsPath }) => fsPath);
  const files = new Set([...committed, ...present.flatMap((file) => projectPath(root, file) ?? [])]);
  const specs = await Promise.all(
    [...files].map(async (file) => {
      // One that was deleted and not committed yet is no pipeline any more.
      const text = await readFile(path.join(root, file), 'utf8').catch(() => undefined);
      return text !== undefined && looksLikeSpec(text) ? [{ file, text }] : [];
    }),
  );
  return specs.flat();
}

/** Which open documents are specs or settings of ours. Other tools use the name `spec.yml` too, so the content decides. */
import * as vscode from 'vscode';
import { CONFIG_PATH } from '../spec/config-path.ts';
import { looksLikeSpec } from '../spec/looks-like-spec.ts';
import type { ProjectFolders } from './project-folders.ts';

/** What the providers are registered for; `SpecDocuments` then looks at each document. */
export const SPEC_SELECTOR: vscode.DocumentSelector = [
  { language: 'yaml', pattern: '**/spec.yml' },
  { language: 'yaml', pattern: '**/spec.yaml' },
];

/** The settings of a project, whose directory is named after us, so that nothing else can be meant. */
const CONFIG_SELECTOR: vscode.DocumentSelector = [{ language: 'yaml', pattern: `**/${CONFIG_PATH}` }];

/** All that is completed, explained and mended. */
export const AUTHORED: vscode.DocumentSelector = [SPEC_SELECTOR, CONFIG_SELECTOR].flat();

/** Where specs are looked for. */
export const SPEC_FILES = '**/spec.{yml,yaml}';
/** Dependencies and git's own files hold none of the project's. */
export const NOT_SPEC_FILES = '**/{node_modules,.git,.datalad}/**';

/** A document once seen to be a spec stays one: half-typed text need not look like anything. */
export class SpecDocuments {
  readonly #folders: ProjectFolders;
  readonly #known = new Set<string>();

  constructor(folders: ProjectFolders) {
    this.#folders = folders;
  }

  /** `empty` documents get completion and no diagnostics: nothing in them says whose they are. */
  kind(document: vscode.TextDocument): 'spec' | 'empty' | 'config' | 'other' {
    if (vscode.languages.match(CONFIG_SELECTOR, document) > 0) return 'config';
    if (vscode.languages.match(SPEC_SELECTOR, document) === 0) return 'other';
    const text = document.getText();
    if (!text.trim()) return 'empty';
    const key = document.uri.toString();
    if (this.#known.has(key) || this.#folders.of(document.uri)?.pipelineAt(document.uri)) return 'spec';
    if (!looksLikeSpec(text)) return 'other';
    this.#known.add(key);
    return 'spec';
  }

  /** Forgets a closed document. */
  forget(document: vscode.TextDocument): void {
    this.#known.delete(document.uri.toString());
  }

  /** True when the workspace has a spec of ours; stops at the first. */
  static async anyInWorkspace(): Promise<boolean> {
    for (const uri of await vscode.workspace.findFiles(SPEC_FILES, NOT_SPEC_FILES, 100)) {
      const text = await vscode.workspace.fs.readFile(uri).then(
        (bytes) => Buffer.from(bytes).toString('utf8'),
        () => '',
      );
      if (looksLikeSpec(text)) return true;
    }
    return false;
  }
}

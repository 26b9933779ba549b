/** Hovers over specs and settings: what a field means, and what is behind its value in this project. */
import * as vscode from 'vscode';
import type { LiveFacts } from '../plan/describe-input.ts';
import type { Hover } from '../spec/hover.ts';
import { countsLabel } from './pipeline-nodes.ts';
import { toRange } from './positions.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { ProjectFolders } from './project-folders.ts';
import type { SpecContexts } from './spec-context.ts';
import type { SpecDocuments } from './spec-documents.ts';

/** Explains what the pointer is over. */
export class SpecHover implements vscode.HoverProvider {
  readonly #specs: SpecDocuments;
  readonly #folders: ProjectFolders;
  readonly #contexts: SpecContexts;

  constructor(specs: SpecDocuments, folders: ProjectFolders, contexts: SpecContexts) {
    this.#specs = specs;
    this.#folders = folders;
    this.#contexts = contexts;
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const kind = this.#specs.kind(document);
    const offset = document.offsetAt(position);
    if (kind === 'config') {
      const { hoverConfig } = await import('../spec/config-language.ts');
      return shownHover(hoverConfig(document.getText(), offset));
    }
    if (kind !== 'spec') return undefined;
    const [{ hoverAt }, judged] = await Promise.all([
      import('./spec-language.ts'),
      this.#contexts.of(document),
    ]);
    const folder = this.#folders.of(document.uri);
    const facts = folder && judged.tree && this.#facts(folder, document.uri);
    return shownHover(hoverAt(judged, offset, facts));
  }

  /** What the feed says of the pipeline as it is committed. */
  #facts(folder: ProjectFolder, uri: vscode.Uri): LiveFacts {
    const pipeline = folder.pipelineAt(uri);
    return {
      states: pipeline && countsLabel(pipeline, vscode.l10n),
      // The feed looks at what committed pipelines read.
      dirty: pipeline && folder.model.dirty,
    };
  }
}

function shownHover(found: Hover | undefined): vscode.Hover | undefined {
  return found && new vscode.Hover(new vscode.MarkdownString(found.contents), toRange(found.range));
}

/** Quick picks of folders, pipelines and datums. */
import * as vscode from 'vscode';
import type { DatumState } from '../plan/report.ts';
import { countsLabel, type PipelineNode, stateLabel } from './pipeline-nodes.ts';
import type { ProjectFolder } from './project-folder.ts';

/** States whose log somebody may want, the most wanted first; what waits has none. */
const LOGGED: readonly DatumState[] = ['running', 'failed', 'stale', 'modified', 'done'];

/** The only folder, or the one that a person picks. */
export async function pickFolder(folders: readonly ProjectFolder[]): Promise<ProjectFolder | undefined> {
  if (folders.length < 2) return folders[0];
  const items = folders.map((folder) => ({
    label: folder.folder.name,
    description: folder.directory,
    folder,
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which project?') }))?.folder;
}

/** A pipeline that a person picks. */
export async function pickPipeline(folders: readonly ProjectFolder[]): Promise<PipelineNode | undefined> {
  const items = folders.flatMap((folder) =>
    [...folder.model.pipelines].map(([pipeline, model]) => ({
      label: pipeline,
      description: countsLabel(model, vscode.l10n),
      node: { kind: 'pipeline', id: '', folder: folder.id, pipeline } as const,
    })),
  );
  if (items.length === 0) return undefined;
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Run which pipeline?') }))?.node;
}

/** A datum that a person picks, of all or of the pipeline that was asked about. */
export async function pickDatum(
  folders: readonly ProjectFolder[],
  within: PipelineNode | undefined,
): Promise<Extract<PipelineNode, { kind: 'datum' }> | undefined> {
  const items = LOGGED.flatMap((state) =>
    folders.flatMap((folder) =>
      [...folder.model.pipelines]
        .filter(([name]) => !within || within.kind === 'folder' || within.pipeline === name)
        .flatMap(([pipeline, model]) =>
          model.names(state).map((datum) => ({
            label: [pipeline, datum].filter(Boolean).join('/'),
            description: stateLabel(state, vscode.l10n),
            node: { kind: 'datum', id: '', folder: folder.id, pipeline, datum } as const,
          })),
        ),
    ),
  );
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No log yet: no job has run.'));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Follow which log?') }))?.node;
}

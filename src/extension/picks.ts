/** Quick picks of folders, pipelines and datums. */
import * as vscode from 'vscode';
import type { DatumState } from '../plan/report.ts';
import { briefName } from '../plan/shown-name.ts';
import { countsLabel, type PipelineNode, stateLabel } from './pipeline-nodes.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { LiveRun } from './runs.ts';

/** States whose log somebody may want, the most wanted first; what waits has none. */
const LOGGED: readonly DatumState[] = ['running', 'failed', 'recovered', 'stale', 'modified', 'done'];

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
export async function pickPipeline(
  folders: readonly ProjectFolder[],
  title: string,
): Promise<PipelineNode | undefined> {
  const items = folders.flatMap((folder) =>
    [...folder.model.pipelines].map(([pipeline, model]) => ({
      label: pipeline,
      description: countsLabel(model, vscode.l10n),
      node: { kind: 'pipeline', id: '', folder: folder.id, pipeline } as const,
    })),
  );
  if (items.length === 0) return undefined;
  return (await vscode.window.showQuickPick(items, { title }))?.node;
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
            label: briefName(pipeline, datum),
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

/** A run and the folder that it belongs to. */
export interface FolderRun {
  readonly folder: ProjectFolder;
  readonly run: string;
}

/**
 * The runs to stop: the one that holds the datum, the only one, or those that a person picks. Never all without
 * being asked: some may be other people's.
 */
export async function pickRuns(
  folders: readonly ProjectFolder[],
  own: readonly LiveRun[],
  target: PipelineNode | undefined,
): Promise<readonly FolderRun[]> {
  const [folder] = folders;
  if (folder && target?.kind === 'datum') {
    const holder = folder.model.pipelines.get(target.pipeline)?.datum(target.datum)?.holder;
    if (holder) return [{ folder, run: holder.run }];
  }
  const found = new Map<string, { readonly label: string; readonly picked: boolean } & FolderRun>();
  for (const candidate of folders) {
    for (const { run, host, pid } of candidate.model.runs) {
      const picked = own.some((one) => one.progress.run === run);
      found.set(run, { label: run, folder: candidate, run, picked, ...{ description: `${host} (${pid})` } });
    }
  }
  // A run of this window may be younger than what the feed has told.
  for (const { folder: place, progress } of own) {
    const { run } = progress;
    if (run && folders.includes(place) && !found.has(run)) {
      found.set(run, { label: run, folder: place, run, picked: true });
    }
  }
  const items = [...found.values()];
  if (items.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('No run is live.'));
  if (items.length < 2) return items;
  const title = vscode.l10n.t('Stop which runs?');
  return (await vscode.window.showQuickPick(items, { title, canPickMany: true })) ?? [];
}

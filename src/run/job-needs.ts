/** What a job takes before it can be started, wherever it is: its commands, and the files that it must find. */
import { inputEntries } from '../plan/input.ts';
import type { TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { commandsOf, type ImageNeeds, imageNeeds } from './images/container-command.ts';
import type { DatumPlace } from './planner.ts';
import type { RecorderMeans } from './recording/recorder.ts';
import type { RunnableCommand } from './shell-line.ts';
import type { WorkspaceNeeds } from './workspace.ts';

/** What a job takes. */
export interface JobNeeds {
  readonly command: RunnableCommand;
  /** What is run when the command has failed. */
  readonly errCommand: RunnableCommand | undefined;
  readonly boxed: ImageNeeds;
  readonly needed: Pick<WorkspaceNeeds, 'files' | 'empty'>;
}

/** Finds it, or says why the job cannot be run. */
export function jobNeeds(
  { project, state, planner, binds }: Pick<RecorderMeans, 'project' | 'state' | 'planner' | 'binds'>,
  place: DatumPlace,
): JobNeeds | { readonly problem: string } {
  const { index } = planner.current;
  const commands = commandsOf(place, index, binds);
  if ('problem' in commands) return commands;
  const boxed = imageNeeds(project, state, place.pipeline, index);
  return { ...commands, boxed, needed: neededFiles(place, index, boxed.files) };
}

/**
 * The files of the datum, the code and the context, and what links among them lead to; each once. Files of which only
 * the name is wanted are told apart, unless something else wants their content.
 * @param further - What else the command needs.
 */
export function neededFiles(
  { pipeline, datum }: DatumPlace,
  index: TreeIndex,
  further: readonly TreeEntry[],
): Pick<WorkspaceNeeds, 'files' | 'empty'> {
  const needed = new Map<string, TreeEntry>();
  const empty = new Map<string, TreeEntry>();
  const add = (entry: TreeEntry): void => {
    if (needed.has(entry.path)) return;
    needed.set(entry.path, entry);
    const target = index.resolve(entry);
    if (target !== undefined && target !== entry) add(target);
  };
  for (const input of datum.inputs) {
    for (const entry of inputEntries(index, input)) {
      if (input.emptyFiles) empty.set(entry.path, entry);
      else add(entry);
    }
  }
  for (const entry of [...pipeline.code, ...pipeline.context, ...further]) add(entry);
  return {
    files: [...needed.values()],
    empty: [...empty.values()].filter(({ path }) => !needed.has(path)),
  };
}

/** The commands of a datum as they are run and recorded: in the pipeline's image, or as they stand where it has none. */
import type { ExpandedCommand } from '../../plan/expand.ts';
import type { Image } from '../../plan/images.ts';
import type { PlannedPipeline } from '../../plan/planned.ts';
import type { TreeEntry } from '../../plan/tree.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import type { DatasetPlace } from '../../project/repository.ts';
import type { DatumPlace } from '../planner.ts';
import type { RunnableCommand } from '../shell-line.ts';
import type { State } from '../state.ts';
import { containerKind, inContainer, ownFiles } from './container-line.ts';
import type { ContainerKind, NoLine } from './container-setting.ts';
import { imageTarget } from './image-store.ts';

/** What a workspace holds of an image. */
export interface ImageNeeds {
  /** Files that running it takes besides. */
  readonly files: readonly TreeEntry[];
  /** The image's own files, which nobody may change. */
  readonly own: readonly TreeEntry[];
  /** Where it is looked for in the workspace, and where it is. */
  readonly links: ReadonlyMap<string, string>;
  /** Whether a container sees the workspace and nothing else of the machine. */
  readonly isStandalone: boolean;
}

/** A command of a datum, ready to be run or recorded. */
export function commandOf(
  { pipeline, datum }: DatumPlace,
  command: ExpandedCommand,
  index: TreeIndex,
  binds: readonly string[],
): RunnableCommand | NoLine {
  const found = imageOf(pipeline);
  if (found === undefined) return command;
  const { requests, limits } = pipeline.source.spec;
  return inContainer(command, {
    ...found,
    index,
    inputs: datum.inputs,
    needed: [...pipeline.code, ...pipeline.context],
    output: datum.output,
    binds,
    needsGpu: (requests.gpu ?? limits.gpu) !== undefined,
  });
}

/** The command of a datum and what is run when it has failed. */
export function commandsOf(
  place: DatumPlace,
  index: TreeIndex,
  binds: readonly string[],
): { readonly command: RunnableCommand; readonly errCommand: RunnableCommand | undefined } | NoLine {
  const { command, errCommand } = place.datum;
  if (command === undefined) return { problem: 'It has no command.' };
  const inImage = commandOf(place, command, index, binds);
  if ('problem' in inImage) return inImage;
  const recovery = errCommand === undefined ? undefined : commandOf(place, errCommand, index, binds);
  if (recovery !== undefined && 'problem' in recovery) return recovery;
  return { command: inImage, errCommand: recovery };
}

/** What a replay must get to run a pipeline's commands: the image, and what running it takes besides. */
export function imagePaths(pipeline: PlannedPipeline): readonly string[] {
  const { image } = imageOf(pipeline) ?? {};
  if (image?.place === undefined) return [];
  const own = new Set(ownFiles(image));
  return [image.place, ...image.files.filter((entry) => !own.has(entry)).map(({ path }) => path)];
}

/** What a workspace must hold for a pipeline's image; nothing where commands run on the host. */
export function imageNeeds(
  project: DatasetPlace,
  state: Pick<State, 'images'>,
  pipeline: PlannedPipeline,
  index: TreeIndex,
): ImageNeeds {
  const { image, kind } = imageOf(pipeline) ?? {};
  if (image === undefined) return { files: [], own: [], links: new Map(), isStandalone: false };
  const own = ownFiles(image);
  const isOwn = new Set(own);
  const target = imageTarget(project, state, index, image);
  return {
    files: image.files.filter((entry) => !isOwn.has(entry)),
    own,
    links: new Map(image.place === undefined || target === undefined ? [] : [[image.place, target]]),
    isStandalone: kind === 'registered' || kind === 'charliecloud',
  };
}

function imageOf({
  image,
}: PlannedPipeline): { readonly image: Image; readonly kind: ContainerKind } | undefined {
  const resolution = image?.resolution;
  if (resolution === undefined || !('image' in resolution)) return undefined;
  return { image: resolution.image, kind: containerKind(resolution) };
}

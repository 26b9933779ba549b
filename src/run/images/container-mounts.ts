/** What of a project, and of the machine, a container gets to see, and where. */
import { inputEntries, inputPath } from '../../plan/input.ts';
import { isWithin, joinPaths } from '../../plan/paths.ts';
import type { ContainerSetting, NoLine } from './container-setting.ts';

/** Something that is shown to a container. */
export interface Mount {
  /** A path in the project; or, with `annex`, nothing more. */
  readonly source: string;
  /** The dataset whose annexed objects are meant, by its place among `Mounts.annexes`. */
  readonly annex?: number;
  /** An absolute path in the container; absent where it is the same as outside. */
  readonly target?: string;
  readonly writable?: true;
}

/** All that is shown to a container, besides the project's folder itself. */
export interface Mounts {
  readonly mounts: readonly Mount[];
  /** Paths of datasets in whose annexes content lies that the command can read; empty for the project itself. */
  readonly annexes: readonly string[];
}

/** Paths of one input that are shown one by one; of more than these the repo is shown as a whole. */
const SINGLY = 64;

/** What runtimes take for the end of a path. */
const SEPARATORS = /[:,"\n]/;

/**
 * Finds what a command is to see under `/pfs`, and the annexes that links lead to: these lead up from their place, so that
 * under `/pfs` an annex must lie as high above them as it does in the project.
 */
export function findMounts({ index, inputs, needed, output }: ContainerSetting): Mounts | NoLine {
  const annexes: string[] = [];
  const annexOf = (dataset: string): number => {
    if (!annexes.includes(dataset)) annexes.push(dataset);
    return annexes.indexOf(dataset);
  };
  const byTarget = new Map<string, Mount>();
  const show = (mount: Mount & { readonly target: string }): void => {
    if (!byTarget.has(mount.target)) byTarget.set(mount.target, mount);
  };
  const counts = new Map<string, number>();
  for (const { name } of inputs) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const input of inputs) {
    const isMany = (counts.get(input.name) ?? 0) > SINGLY;
    const path = isMany ? input.repo : inputPath(input);
    const top = `/pfs/${input.name}`;
    show({ source: path, target: isMany ? top : joinPaths(top, input.match) });
    if (input.emptyFiles) continue;
    const entries = inputEntries(index, input);
    for (const dataset of new Set(
      entries.flatMap(({ annexKey, dataset = '' }) => (annexKey ? [dataset] : [])),
    )) {
      const annex = annexOf(dataset);
      const isFile = !isMany && entries.length === 1 && entries[0]?.path === path;
      const place = isFile ? undefined : annexAbove(dataset, path, input.repo, top);
      if (place !== undefined) show({ source: '', annex, target: `${place}/.git/annex/objects` });
    }
  }
  for (const { annexKey, dataset = '' } of needed) if (annexKey !== undefined) annexOf(dataset);
  show({ source: output, target: '/pfs/out', writable: true });
  const mounts = [...annexes.map((_, annex): Mount => ({ source: '', annex })), ...byTarget.values()];
  const odd = mounts.find(({ source, target = '' }) => SEPARATORS.test(source) || SEPARATORS.test(target));
  if (odd === undefined) return { mounts, annexes };
  return {
    problem: `Its path ${odd.source} holds a character that container runtimes take for the end of a path: rename it without colons, commas and quotes.`,
  };
}

/** Where links look for the annex of a dataset when they are seen under `/pfs`; `undefined` where it is with them. */
function annexAbove(dataset: string, path: string, repo: string, top: string): string | undefined {
  if (dataset !== '' && isWithin(dataset, path)) return undefined;
  if (dataset !== '' && isWithin(dataset, repo)) return `${top}${dataset.slice(repo.length)}`;
  const levels = repo.slice(dataset.length).split('/').filter(Boolean).length;
  if (levels === 0) return top;
  return levels === 1 ? '/pfs' : '';
}

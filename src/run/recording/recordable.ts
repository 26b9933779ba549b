/** Subdatasets that results go into, and why nothing can be recorded in some of them now. */
import { join } from 'node:path';
import { isWithin } from '../../plan/paths.ts';
import type { Subdataset } from '../../plan/tree.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import type { FoundSpec } from '../../project/found-spec.ts';
import { inParallel } from '../../project/in-parallel.ts';
import type { Project } from '../../project/open.ts';
import { noteIn } from '../../project/small-file.ts';
import { standingOf } from '../../project/standing.ts';
import { resultPlaces } from '../../project/survey.ts';
import { listed } from '../listed.ts';
import type { State } from '../state.ts';
import { INTENT, type Intent } from './step-forward.ts';

/** Where results can go besides the project itself. */
export interface Recordable {
  /** The paths of all subdatasets that hold pipelines or may get results. */
  readonly datasets: readonly string[];
  /** Why nothing can be recorded in one of them, in a sentence. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Looks at the subdatasets that pipelines record in; at none where there are none. */
export async function findRecordable(
  project: Project,
  state: State,
  index: TreeIndex,
  specs: readonly FoundSpec[],
): Promise<Recordable> {
  const sources = specs.filter(({ source }) => source !== undefined);
  const places = resultPlaces(sources);
  const read = index.subdatasets.filter((subdataset) => subdataset.state === 'read');
  const used = read.filter(({ path }) =>
    [...places, ...sources.map(({ directory }) => directory)].some(
      (place) => isWithin(place, path) || (place !== '' && isWithin(path, place)),
    ),
  );
  const isDataset = index.has('.datalad/config');
  const found = await inParallel(used, async (subdataset) => {
    const message = await problemWith(project, state, subdataset, isDataset);
    return { path: subdataset.path, message };
  });
  const problems = new Map<string, string>();
  for (const { path } of used) {
    // A commit in a subdataset is followed by one in each dataset around it.
    const around = found.find((one) => one.message !== undefined && isWithin(path, one.path));
    if (around?.message !== undefined) problems.set(path, around.message);
  }
  return { datasets: used.map(({ path }) => path), problems };
}

async function problemWith(
  project: Project,
  state: State,
  subdataset: Subdataset,
  isDataset: boolean,
): Promise<string | undefined> {
  const standing = await standingOf(project, subdataset, isDataset);
  if (standing.ok) return undefined;
  // A recorder moves subdatasets first and the project at once after them; killed in between, the next one sees to it.
  if (standing.isMoved === true && isBeingRecorded(state, subdataset.path)) return undefined;
  return standing.message;
}

/** Whether some recorder was about to move a subdataset's branch, and has not ended that. */
function isBeingRecorded(state: State, path: string): boolean {
  return listed(state.record).some((name) =>
    noteIn<Intent>(join(state.record, name, INTENT))?.steps.some((step) => step.path === path),
  );
}

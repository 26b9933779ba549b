/** Telling specs from results that only look like one. */
import type { History } from '../plan/history.ts';
import { isWithin } from '../plan/paths.ts';

/** Where a spec was found. */
interface Place {
  readonly specPath: string;
  readonly directory: string;
}

/** Specs that no job has left. */
export function withoutResults<T extends Place>(specs: readonly T[], history: History): readonly T[] {
  return specs.filter((found) => !isResult(found, specs, history));
}

/** Whether a spec was left by a job of a pipeline around it: a result is data, whatever it is called. */
function isResult(found: Place, specs: readonly Place[], history: History): boolean {
  const around = specs.filter(
    ({ directory }) => directory !== found.directory && isWithin(found.directory, directory),
  );
  return around.some(({ directory }) =>
    [...history.newestIn(directory)].some(({ files, path }) =>
      files === undefined ? isWithin(found.specPath, path) : files.includes(found.specPath),
    ),
  );
}

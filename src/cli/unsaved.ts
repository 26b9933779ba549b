/** Telling of changes that are not committed, and how they are. */
import { isWithin } from '../plan/paths.ts';
import type { DatasetReport, StatusReport } from '../plan/report.ts';
import { shownWord } from '../plan/shown-name.ts';
import { savingSteps } from '../project/dirty.ts';
import { complain, faint, inStateColour } from './terminal.ts';

/** Paths that are named before the rest is only counted. */
const SHOWN = 5;

/**
 * Names the files that are not used because they are not saved, with the command that saves them.
 * @param unmerged - Files in conflict, of which some may be among them: to commit one would commit the marks of the conflict.
 * @param isDataset - Whether the project is one of DataLad's.
 */
export function warnOfUnsaved(
  dirty: readonly string[],
  unmerged: readonly string[],
  subdatasets: readonly Pick<DatasetReport, 'path'>[],
  isDataset: boolean,
): void {
  const listed = (paths: readonly string[]): string => paths.slice(0, SHOWN).join(' ') + moreThan(paths);
  if (unmerged.length > 0) {
    const others = dirty.filter((path) => !unmerged.includes(path));
    complain(`${inStateColour('failed', 'Unmerged:')} ${listed(unmerged)}`);
    complain(
      '  Resolve the conflict first, or abort it (`git status` says how): until then nothing can be recorded.',
    );
    // While there is a conflict, git commits no other file alone.
    if (others.length > 0)
      complain(`${inStateColour('stale', 'Not used, because not committed:')} ${listed(others)}`);
    return;
  }
  if (dirty.length === 0) return;
  const shown = dirty.slice(0, SHOWN);
  const rest = moreThan(dirty);
  const command = savingCommand(shown, rest === '' ? '' : ' …', subdatasets, isDataset);
  complain(`${inStateColour('stale', 'Not used, because not committed:')} ${shown.join(' ')}${rest}`);
  complain(`  To use them: ${command}   ${faint('or: minipach run --save')}`);
}

function moreThan(paths: readonly string[]): string {
  return paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
}

/** What brings a shallow clone its history; without it a run refuses to start. */
export const UNSHALLOW = 'git fetch --unshallow';

/** Says so where records may be missing. */
export function warnOfShallow({ shallow }: Pick<StatusReport, 'shallow'>): void {
  if (shallow !== true) return;
  complain(
    `${inStateColour('stale', 'History is incomplete:')} this is a shallow clone, and what was computed before its oldest commit looks pending. To see it: ${UNSHALLOW}`,
  );
}

/** Names the files of a report that are not used, because they are not saved. */
export function warnOfUnsavedIn({
  dirty,
  unmerged = [],
  datasets,
}: Pick<StatusReport, 'dirty' | 'unmerged' | 'datasets'>): void {
  const isDataset = datasets.some(({ path, id }) => path === '' && id !== null);
  warnOfUnsaved(
    dirty,
    unmerged,
    datasets.filter(({ path }) => path !== ''),
    isDataset,
  );
}

/** What is in a subdataset, or is one, has to be saved there first, and then in each dataset around it. */
function savingCommand(
  paths: readonly string[],
  more: string,
  subdatasets: readonly Pick<DatasetReport, 'path'>[],
  isDataset: boolean,
): string {
  const concerned = subdatasets.some(({ path }) => paths.some((one) => isWithin(one, path)));
  if (concerned && isDataset) return `datalad save -d . ${paths.map(shownWord).join(' ')}${more}`;
  const steps = savingSteps(paths, subdatasets).map(({ dataset, within }) => {
    const where = dataset === '' ? 'git' : `git -C ${shownWord(dataset)}`;
    return `${where} add -- ${within.map(shownWord).join(' ')}${dataset === '' ? more : ''} && ${where} commit`;
  });
  return steps.join(' && ');
}

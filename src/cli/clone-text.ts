/** What cloning tells people of each dataset. */
import { relative } from 'node:path';
import { shownName } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import type { ClonedDataset } from '../run/clones/clone-tree.ts';
import { complain, complainOf, counted, faint, say } from './terminal.ts';

/** One line of a dataset that is there. */
export function showDataset({ path, state, source, failures, content }: ClonedDataset, cwd: string): void {
  const where = shownName(relative(cwd, path) || '.');
  if (state === 'failed') return;
  const after =
    failures.length === 0 ? '' : faint(`  after ${counted(failures.length, 'source')} that failed`);
  const has =
    content === undefined
      ? ''
      : faint(
          `  ${counted(content.files, 'file')} of ${bytesText(content.bytes)}, ${bytesText(content.fetched)} fetched`,
        );
  say(`${state.padEnd(8)} ${where}${source === null ? '' : faint(`  from ${source}`)}${after}${has}`);
}

/** Why a dataset could not be cloned, by each of its sources. */
export function tellFailures(path: string, failures: ClonedDataset['failures']): void {
  if (failures.length === 0)
    complainOf(
      `${shownName(path)} could not be cloned, for nothing says where it is: \`minipach candidates --add URL\` names a source.`,
    );
  else complainOf(`${shownName(path)} could not be cloned from:`);
  for (const { source, message } of failures) complain(`  ${source}: ${message}`);
}

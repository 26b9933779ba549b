/** `minipach gc --scratch FOLDER`: what tasks of Slurm have left on the disk of the node where this is typed. */
import { resolve } from 'node:path';
import { REPORT_VERSION } from '../plan/report.ts';
import { shellQuote } from '../plan/shell.ts';
import { type TidyReport, tidyMachine } from '../run/detached/tidy-machine.ts';
import { complainOf, counted, EXIT, say, sayJson } from './terminal.ts';

/** What can be chosen. */
export interface GcScratchOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Runs the command and returns its exit code. */
export async function gcScratchCommand(scratch: string, options: GcScratchOptions): Promise<number> {
  // As the script of an array names it.
  const folder = resolve(scratch, `minipach-${process.getuid?.() ?? ''}`);
  const found = await tidyMachine(folder, () => Promise.resolve(options.yes === true));
  if (options.json === true) sayJson({ version: REPORT_VERSION, kind: 'gc-scratch', folder, ...found });
  else if (found.state !== 'in-use' && found.state !== 'waiting') say(textOf(found, scratch, folder));
  if (found.state === 'in-use') complainOf(`Tasks are at work in ${folder}: nothing was removed.`);
  if (found.state === 'waiting')
    complainOf(
      `${counted(found.waiting, 'result')} in ${folder} ${found.waiting === 1 ? 'was' : 'were'} not handed back: the next task of the project on this machine does that; without one, remove the folder by hand.`,
    );
  return found.state === 'in-use' || found.state === 'waiting' ? EXIT.failed : EXIT.ok;
}

function textOf({ state, clones }: TidyReport, scratch: string, folder: string): string {
  const what = `${counted(clones, 'clone')} and the content of all in ${folder}`;
  if (state === 'absent') return `Nothing to remove in ${folder}.`;
  return state === 'removed'
    ? `Removed: ${what}.`
    : `${what}. Remove it with: minipach gc --scratch ${shellQuote(scratch)} --yes`;
}

/** `minipach gc`: what nobody needs any more, shown first and removed with `--yes`. */
import { REPORT_VERSION } from '../plan/report.ts';
import { shownName } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import { type Findings, findAll, type GcMeans, removeAll } from '../run/housekeeping/gc.ts';
import type { WasteKind } from '../run/housekeeping/waste.ts';
import { gcScratchCommand } from './gc-scratch.ts';
import { withSession } from './session.ts';
import { complainOf, counted, EXIT, faint, say, sayJson } from './terminal.ts';

/** What can be chosen. */
export interface GcOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly keepDays: number;
  /** The folder of `slurm.scratch`, on the machine where this is typed. */
  readonly scratch?: string;
}

const DAY = 86_400_000;

/** Names that are told before the rest is only counted. */
const SHOWN = 10;

const KINDS: Readonly<Record<WasteKind, string>> = {
  results: 'waiting results that nothing asks for',
  failures: 'marks of failed jobs that nothing asks for',
  logs: 'logs of jobs that nothing asks for',
  images: 'images, or notes that one was verified, that no pipeline names',
  runs: 'journals of old runs',
  workspaces: 'workspaces of dead runners',
  trash: 'things in the trash',
  holders: 'dead runners',
  refs: 'refs of dead recorders',
};

/** Runs the command and returns its exit code. */
export function gcCommand(directory: string, options: GcOptions): Promise<number> {
  if (options.scratch !== undefined) return gcScratchCommand(options.scratch, options);
  return withSession(directory, async (session) => {
    const means: GcMeans = { ...session, before: Date.now() - options.keepDays * DAY };
    const isDone = options.yes === true;
    const found = isDone ? await removeAll(means) : await findAll(means, await session.plan());
    if (typeof found === 'string') {
      complainOf(found);
      return EXIT.environment;
    }
    if (options.json === true) sayJson(documentOf(found, isDone));
    else show(found, isDone);
    for (const problem of found.problems) complainOf(problem);
    return found.problems.length > 0 ? EXIT.failed : EXIT.ok;
  });
}

function documentOf(found: Findings, isDone: boolean): object {
  const waste = found.waste.map(({ kind, count, bytes }) => ({ kind, count, bytes }));
  return { version: REPORT_VERSION, kind: 'gc', done: isDone, ...found, waste };
}

function show(found: Findings, isDone: boolean): void {
  const { orphans, waste, claims, kept, duplicates, past, commits } = found;
  const mayClaims = claims.count > 0 && claims.removable;
  const rows = [
    ...(orphans.names.length > 0
      ? [row(orphans.names.length, 'orphaned results, whose datums are gone', orphans.bytes)]
      : []),
    ...waste.map(({ kind, count, bytes }) => row(count, KINDS[kind], bytes)),
    ...(mayClaims ? [row(claims.count, 'claims that nobody holds', 0)] : []),
  ];
  if (rows.length === 0) say('Nothing to remove.');
  else say(isDone ? 'Removed:' : 'Nobody needs these any more:');
  for (const line of rows) say(line);
  if (orphans.names.length > 0) say(faint(`  orphaned: ${listed(orphans.names)}`));
  for (const commit of commits) say(`  committed ${commit.slice(0, 8)}; what is gone stays in history`);
  for (const { name, why } of kept) say(`Kept: ${shownName(name)}. ${why}`);
  if (claims.count > 0 && !claims.removable)
    say(`Kept: ${counted(claims.count, 'claim')} that nobody holds, because runs are live or may be.`);
  if (duplicates.count > 0)
    say(
      `${counted(duplicates.count, 'result')} (${bytesText(duplicates.bytes)}) ${duplicates.count === 1 ? 'is' : 'are'} equal to others: git and git-annex store them once.`,
    );
  for (const line of pastLines(past)) say(line);
  if (rows.length > 0 && !isDone) say('Remove them with: minipach gc --yes');
  if (isDone && orphans.annexed)
    say(
      'The annexed content of removed results is still here. To free it, look at `git annex unused`, then `git annex dropunused`: earlier commits will then lack it.',
    );
}

/** What is only told: commits name it. */
function pastLines({ again, overwritten }: Findings['past']): string[] {
  return [
    ...(again.jobs === 0
      ? []
      : [
          `${counted(again.jobs, 'job')} ${again.jobs === 1 ? 'was' : 'were'} computed and recorded more than once, ${counted(again.times, 'time')} too often: by --force, after a revert, or by another tool.`,
        ]),
    ...(overwritten.count === 0
      ? []
      : [
          `${counted(overwritten.count, 'result')} (${bytesText(overwritten.bytes)}) ${overwritten.count === 1 ? 'is' : 'are'} in history only, because later ones took the place: they stay, as earlier commits name them.`,
        ]),
  ];
}

function row(count: number, what: string, bytes: number): string {
  return `  ${String(count).padStart(7)}  ${(bytes > 0 ? bytesText(bytes) : '').padStart(9)}  ${what}`;
}

function listed(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).map(shownName).join(', ')}${more}`;
}

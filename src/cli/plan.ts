/** `minipach plan`: what would run, what would be copied, what is done, and what must be fetched. */
import type { DatumReport, PipelineReport, StatusReport } from '../plan/report.ts';
import { complainOfErrors } from './diagnostics.ts';
import { imageText } from './image-report.ts';
import { withSession } from './session.ts';
import { statusReport } from './status-report.ts';
import {
  bytesText,
  complainOf,
  counted,
  countsText,
  EXIT,
  faint,
  inStateColour,
  say,
  strong,
} from './terminal.ts';
import { warnOfUnsavedIn } from './unsaved.ts';

/** What can be chosen. */
export interface PlanOptions {
  readonly json?: boolean;
}

/** Datums of a pipeline that are listed for people before the rest is only counted. */
const SHOWN = 50;

/** Runs the command and returns its exit code. */
export function planCommand(
  directory: string,
  names: readonly string[],
  options: PlanOptions,
): Promise<number> {
  return withSession(directory, async (session) => {
    const report = await statusReport(session, await session.plan());
    const unknown = names.find((name) => !report.pipelines.some((pipeline) => pipeline.name === name));
    if (unknown !== undefined) {
      complainOf(
        `There is no pipeline \`${unknown}\`; there are: ${report.pipelines.map(({ name }) => name).join(', ') || 'none'}.`,
      );
      return EXIT.usage;
    }
    const pipelines = report.pipelines.filter(({ name }) => names.length === 0 || names.includes(name));
    const broken = complainOfErrors(pipelines.flatMap(({ diagnostics }) => diagnostics));
    if (options.json === true) say(JSON.stringify({ ...report, pipelines }));
    else showPlan(pipelines, report);
    return broken ? EXIT.usage : EXIT.ok;
  });
}

function showPlan(pipelines: readonly PipelineReport[], report: StatusReport): void {
  if (pipelines.length === 0) {
    say('No pipeline is committed here. A pipeline is a directory with a spec.yml.');
  }
  let runs = 0;
  let copies = 0;
  let bytes = 0;
  for (const { name, counts, datums, waitsFor, image } of pipelines) {
    say(`${strong(name)}  ${countsText(counts)}${waitsFor === undefined ? '' : `  ${faint(waitsFor)}`}`);
    if (image !== null) say(`  ${imageText(image)}`);
    const jobs = new Set<string>();
    let listed = 0;
    for (const datum of datums) {
      const verb = verbOf(datum, jobs);
      if (verb === undefined) continue;
      if (verb === 'run') runs += 1;
      if (verb === 'copy') copies += 1;
      bytes += datum.bytesToFetch;
      listed += 1;
      if (listed > SHOWN) continue;
      const fetch = datum.bytesToFetch > 0 ? `  fetches ${bytesText(datum.bytesToFetch)}` : '';
      const why = datum.reason === undefined ? '' : `  ${faint(datum.reason)}`;
      say(
        `  ${inStateColour(datum.state, verb.padEnd(7))} ${datum.datum || '(all)'} → ${datum.output}${fetch}${why}`,
      );
    }
    if (listed > SHOWN) say(faint(`  … and ${listed - SHOWN} more; --json lists all`));
  }
  warnOfUnsavedIn(report);
  if (runs + copies > 0) {
    const fetch = bytes > 0 ? `, ${bytesText(bytes)} to fetch` : '';
    say(
      `${counted(runs, 'job')} to run, ${counted(copies, 'result')} to copy${fetch}. Start with: minipach run`,
    );
  } else if (pipelines.length > 0) say('Nothing to run.');
  const failed = pipelines.reduce((sum, { counts }) => sum + (counts.failed ?? 0), 0);
  if (failed > 0)
    say(`${counted(failed, 'datum')} failed before; try again with: minipach run --retry-failed`);
}

/** What a run would do with a datum; equal jobs run once. */
function verbOf(datum: DatumReport, jobs: Set<string>): string | undefined {
  switch (datum.state) {
    case 'pending':
    case 'stale':
    case 'recovered': {
      if (datum.copyOf !== undefined || (datum.job !== null && jobs.has(datum.job))) return 'copy';
      if (datum.job !== null) jobs.add(datum.job);
      return 'run';
    }
    case 'done':
      return undefined;
    case 'blocked':
      return 'wait';
    default:
      return datum.state;
  }
}

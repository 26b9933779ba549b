/** `minipach status`: datums by state, for people or as one document; `--watch` is the feed the editor lives on. */

import { hasText } from '../plan/has-text.ts';
import { holderName, taskText } from '../plan/holder-name.ts';
import { type DatumState, REPORT_VERSION, type RunReport, type StatusReport } from '../plan/report.ts';
import { shownName } from '../plan/shown-name.ts';
import { STATE_ORDER } from '../plan/state-order.ts';
import { workTreeChanges } from '../project/dirty.ts';
import { reportOn } from './asked-report.ts';
import { diagnosticLine } from './diagnostics.ts';
import { watchStatus } from './feed.ts';
import { imageText } from './image-report.ts';
import { withSession } from './session.ts';
import { complainOf, counted, EXIT, faint, headingText, inStateColour, say, sayJson } from './terminal.ts';
import { warnOfShallow, warnOfUnsavedIn } from './unsaved.ts';
import { sayHowToAsk } from './why-text.ts';

/** What can be chosen. */
export interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly state?: string;
  /** A part of the names of datums, in any case. */
  readonly match?: string;
  readonly offset?: number;
  readonly limit?: number;
}

/** Datums of one state that are listed for people before the rest is only counted. */
const SHOWN = 10;

/** Runs the command and returns its exit code. */
export function statusCommand(
  directory: string,
  names: readonly string[],
  options: StatusOptions,
): Promise<number> {
  const changes = options.watch === true ? undefined : workTreeChanges(directory);
  return withSession(directory, async (session) => {
    const { state } = options;
    if (state !== undefined && !(STATE_ORDER as readonly string[]).includes(state)) {
      complainOf(`There is no state \`${state}\`; states are: ${[...STATE_ORDER].sort().join(', ')}.`);
      return EXIT.usage;
    }
    if (options.watch === true) return watchStatus(session, options.json === true, showStatus);
    const found = await reportOn(session, directory, names, changes);
    if (found === undefined) return EXIT.usage;
    const report = select({ ...found.report, pipelines: found.asked }, options);
    if (options.json === true) sayJson(report);
    else showStatus(report);
    return EXIT.ok;
  });
}

/** A report with the page of datums asked for; counts are always those of all datums. */
function select(report: StatusReport, options: StatusOptions): StatusReport {
  const { state, offset = 0, limit, match = '' } = options;
  const end = limit === undefined ? undefined : offset + limit;
  return {
    ...report,
    version: REPORT_VERSION,
    pipelines: report.pipelines.map((pipeline) => ({
      ...pipeline,
      datums: pipeline.datums
        .filter((datum) => state === undefined || datum.state === (state as DatumState))
        .filter(({ datum }) => hasText(datum, match))
        .slice(offset, end),
    })),
  };
}

function runText({ run, host, pid, jobs = 0, recording, stopped, tasks }: RunReport): string {
  const does = [
    ...(jobs > 0 ? [`holds ${counted(jobs, 'job')}`] : []),
    ...(recording === true ? ['records results'] : []),
    ...(stopped === true ? ['was stopped by a signal'] : []),
  ];
  const who =
    tasks === undefined
      ? `process ${pid} on ${host}`
      : `${counted(tasks, 'task')} in Slurm, submitted on ${host} by a process that is gone`;
  return [`run ${run} is live: ${who}`, ...does].join(', ');
}

/** Writes a report for people. */
export function showStatus(report: StatusReport): void {
  if (report.pipelines.length === 0)
    say('No pipeline is committed here. A pipeline is a directory with a spec.yml.');
  for (const { name, counts, datums, waitsFor, nothing, diagnostics, image } of report.pipelines) {
    say(headingText(name, counts, waitsFor ?? nothing));
    if (image !== null) say(`  ${imageText(image)}`);
    for (const diagnostic of diagnostics) say(`  ${diagnosticLine(diagnostic)}`);
    for (const state of STATE_ORDER) {
      if (state === 'done') continue;
      const inState = datums.filter((datum) => datum.state === state);
      for (const datum of inState.slice(0, SHOWN)) {
        const why =
          datum.holder === undefined
            ? (datum.reason ?? '')
            : `by ${datum.holder.slurm === undefined ? holderName(datum.holder) : taskText(datum.holder.slurm)}`;
        say(`  ${inStateColour(state, state.padEnd(9))} ${shownName(datum.datum) || '(all)'}  ${faint(why)}`);
      }
      if (inState.length > SHOWN) say(`  ${faint(`… and ${inState.length - SHOWN} more ${state}`)}`);
    }
  }
  for (const run of report.runs) say(runText(run));
  sayHowToAsk(report.pipelines);
  warnOfUnsavedIn(report);
  warnOfShallow(report);
}

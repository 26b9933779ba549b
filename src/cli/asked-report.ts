/** What commands that tell of pipelines begin with: a plan, its report, and the part of it that was asked for. */
import type { PipelineReport, StatusReport } from '../plan/report.ts';
import type { WorkTreeChanges } from '../project/dirty.ts';
import type { Planning } from '../run/planner.ts';
import { askedPipelines, type Caller, unknownText } from './names.ts';
import type { Session } from './session.ts';
import { planAndReport } from './status-report.ts';
import { complainOf } from './terminal.ts';

/** A report, with those of its pipelines that were asked for. */
export interface AskedReport {
  readonly planning: Planning;
  readonly report: StatusReport;
  readonly caller: Caller;
  readonly asked: readonly PipelineReport[];
}

/** Plans and describes everything; says so, and returns `undefined`, where a name is none of a pipeline or datum. */
export async function reportOn(
  session: Session,
  directory: string,
  names: readonly string[],
  changes: Promise<WorkTreeChanges> | undefined,
): Promise<AskedReport | undefined> {
  const { planning, report } = await planAndReport(session, changes);
  const caller = { root: session.project.root, directory };
  const asked = askedPipelines(planning, report, caller, names);
  if (!('unknown' in asked)) return { planning, report, caller, asked };
  complainOf(unknownText(planning, asked.unknown));
  return undefined;
}

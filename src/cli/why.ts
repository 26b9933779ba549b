/** `minipach why`: which commit made a result; or what is not done, because of what, since which commit. */
import type { PlannedPipeline } from '../plan/planned.ts';
import { unsavedPaths, workTreeChanges } from '../project/dirty.ts';
import type { Planning } from '../run/planner.ts';
import { complainOfErrors } from './diagnostics.ts';
import { plainNames, resolveDatum, resolveName, unknownText } from './names.ts';
import { type Session, withSession } from './session.ts';
import { complainOf, EXIT, sayJson } from './terminal.ts';
import { warnOfUnsaved } from './unsaved.ts';
import { explainDatum } from './why-datum.ts';
import { explainPipeline, showSummary } from './why-pipeline.ts';
import { showWhy } from './why-text.ts';

/** What can be chosen. */
export interface WhyOptions {
  readonly json?: boolean;
}

/** Runs the command and returns its exit code. */
export function whyCommand(directory: string, name: string, options: WhyOptions): Promise<number> {
  return withSession(directory, async (session) => {
    const planning = await session.plan();
    const isJson = options.json === true;
    const caller = { root: session.project.root, directory };
    const named = resolveName(planning, caller, name);
    if (named === undefined) return refuse(planning, plainNames(planning, caller, [name])[0] ?? name);
    const { pipeline } = named;
    // The only datum of a pipeline stands for it where it has no name of its own.
    const found = resolveDatum(planning, caller, name);
    if (found !== undefined) {
      const report = await explainDatum(session, planning, found);
      if (isJson) sayJson(report);
      else showWhy(report, session.project.shallow);
    } else {
      const summary = await explainPipeline(session, planning, pipeline);
      if (isJson) sayJson(summary);
      else showSummary(summary);
    }
    if (!isJson) await warnOfRelevant(session, planning, pipeline);
    return EXIT.ok;
  });
}

/** What is changed and not committed is not used, which may be just what the question is about. */
async function warnOfRelevant(
  { project }: Session,
  { index }: Planning,
  { source }: PlannedPipeline,
): Promise<void> {
  const { subdatasets } = index;
  const changes = workTreeChanges(project.root);
  const dirty = await unsavedPaths(project.root, [source], subdatasets, changes);
  warnOfUnsaved(dirty, (await changes).unmerged, subdatasets, index.has('.datalad/config'));
}

function refuse(planning: Planning, name: string): number {
  const broken = planning.specs.find(
    ({ source, directory, diagnostics }) =>
      diagnostics.some(({ severity }) => severity === 'error') &&
      [source?.spec.name, directory].some((one) => one === name || name.startsWith(`${one}/`)),
  );
  if (broken !== undefined) {
    complainOfErrors(broken.diagnostics);
    complainOf(
      `\`${name}\` cannot be planned because of errors in ${broken.specPath}: mend them and commit.`,
    );
    return EXIT.usage;
  }
  complainOf(unknownText(planning, name));
  return EXIT.usage;
}

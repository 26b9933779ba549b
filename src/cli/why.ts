/** `minipach why`: which commit made a result; or what is not done, because of what, since which commit. */
import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { PlannedPipeline } from '../plan/planned.ts';
import { unsavedPaths, workTreeChanges } from '../project/dirty.ts';
import type { DatumPlace, Planning } from '../run/planner.ts';
import { findByPath, findDatum, nearestNames } from './datum-names.ts';
import { complainOfErrors } from './diagnostics.ts';
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
    // A pipeline goes first, and its only datum stands for it where it has no name of its own.
    const place = findDatum(planning, name);
    const pipeline = planning.plan.pipelines.find((one) => one.name === name);
    // A path from where the command was called, as a shell completes it, or else from the project's root.
    const here = relative(session.project.root, resolve(realpathSync(directory), name));
    const byPath = (): DatumPlace | undefined => findByPath(planning, here) ?? findByPath(planning, name);
    const found = place ?? (pipeline === undefined ? byPath() : undefined);
    if (found === undefined && pipeline === undefined) return refuse(planning, name);
    if (found !== undefined) {
      const report = await explainDatum(session, planning, found);
      if (isJson) sayJson(report);
      else showWhy(report, session.project.shallow);
    } else if (pipeline !== undefined) {
      const summary = await explainPipeline(session, planning, pipeline);
      if (isJson) sayJson(summary);
      else showSummary(summary);
    }
    if (!isJson) await warnOfRelevant(session, planning, found?.pipeline ?? pipeline);
    return EXIT.ok;
  });
}

/** What is changed and not committed is not used, which may be just what the question is about. */
async function warnOfRelevant(
  { project }: Session,
  { index }: Planning,
  pipeline: PlannedPipeline | undefined,
): Promise<void> {
  const sources = pipeline === undefined ? [] : [pipeline.source];
  const { subdatasets } = index;
  const changes = workTreeChanges(project.root);
  const dirty = await unsavedPaths(project.root, sources, subdatasets, changes);
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
  const unsure = planning.plan.pipelines.find(
    (one) => name.startsWith(`${one.name}/`) && (one.waitsFor ?? one.problem) !== undefined,
  );
  if (unsure !== undefined) {
    const { name: pipeline, waitsFor, problem } = unsure;
    const reason = problem ?? `it waits for ${waitsFor}`;
    complainOf(
      `There is no datum \`${name}\`, but not all datums of \`${pipeline}\` are known: ${reason.replace(/\.?$/, '.')}`,
    );
    return EXIT.usage;
  }
  const former = planning.history
    .newestFirst()
    .find(({ pipeline, datum, path }) => path === name || `${pipeline}/${datum || '(all)'}` === name);
  if (former !== undefined) {
    const { commit, path, directory } = former;
    complainOf(
      `There is no datum \`${name}\` any more: ${commit.slice(0, 8)} recorded one of that name at ${path || '.'}, and no pipeline in ${directory || "the project's root"} has it or its files now.`,
    );
    return EXIT.usage;
  }
  const near = nearestNames(planning, name).map((one) => `\`${one}\``);
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : 'write PIPELINE/DATUM or PIPELINE, as `minipach status` shows them.';
  complainOf(`There is no datum, pipeline or result \`${name}\`; ${hint}`);
  return EXIT.usage;
}

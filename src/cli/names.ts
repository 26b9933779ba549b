/** One way of naming for all commands: a pipeline or a datum by its name, its directory, or a path of its result. */
import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { PlannedDatum, PlannedPipeline } from '../plan/planned.ts';
import type { PipelineReport, StatusReport } from '../plan/report.ts';
import { datumName } from '../plan/shown-name.ts';
import type { Planning } from '../run/planner.ts';
import { findByPath, findDatum, nearestNames } from './datum-names.ts';

/** What a name stands for: a datum, or a pipeline with all that it has. */
export interface Named {
  readonly pipeline: PlannedPipeline;
  readonly datum?: PlannedDatum;
}

/** Where a command was called, from which paths are written as a shell completes them. */
export interface Caller {
  readonly root: string;
  readonly directory: string;
}

/**
 * What a name stands for. Names go before paths, and paths from where the command was called before those from the
 * project's root.
 */
export function resolveName(planning: Planning, caller: Caller, name: string): Named | undefined {
  const { pipelines } = planning.plan;
  const exact = findDatum(planning, name);
  if (exact !== undefined && exact.pipeline.name !== name) return exact;
  const plain = name.replace(/\/+$/, '');
  const here = pathFrom(caller, name);
  const pipeline =
    pipelines.find((one) => one.name === plain) ??
    [here, plain].flatMap((path) => pipelines.find(({ source }) => source.directory === path) ?? [])[0];
  if (pipeline !== undefined) return { pipeline };
  return findByPath(planning, here) ?? findByPath(planning, name);
}

/** The datum that a name stands for; that of a pipeline without further names is called by the pipeline alone, too. */
export function resolveDatum(planning: Planning, caller: Caller, name: string): Required<Named> | undefined {
  const found = resolveName(planning, caller, name);
  if (found === undefined) return undefined;
  const { pipeline } = found;
  const datum = found.datum ?? pipeline.datums.find((one) => one.datum === '');
  return datum === undefined ? undefined : { pipeline, datum };
}

/** Names as the plan has them: `PIPELINE` or `PIPELINE/DATUM`. One that is none comes back as it is. */
export function plainNames(planning: Planning, caller: Caller, names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const found = resolveName(planning, caller, name);
    if (found === undefined) return brokenAt(planning, caller, name) ?? name;
    return found.datum === undefined
      ? found.pipeline.name
      : datumName(found.pipeline.name, found.datum.datum);
  });
}

/** Whether a name as plans have them is that of a pipeline or a datum. */
export function isKnown(planning: Planning, plain: string): boolean {
  return (
    planning.plan.pipelines.some(({ name }) => name === plain) || findDatum(planning, plain) !== undefined
  );
}

/** The name of a pipeline whose spec cannot be used, for the path of its directory. */
function brokenAt({ specs }: Planning, caller: Caller, name: string): string | undefined {
  const found = specs.find(({ directory }) => directory === pathFrom(caller, name));
  return found === undefined ? undefined : (found.source?.spec.name ?? found.directory);
}

function pathFrom({ root, directory }: Caller, name: string): string {
  return relative(root, resolve(realpathSync(directory), name));
}

/** Why a name stands for nothing, in a sentence. */
export function unknownText(planning: Planning, name: string): string {
  const unsure = planning.plan.pipelines.find(
    (one) => name.startsWith(`${one.name}/`) && (one.waitsFor ?? one.problem) !== undefined,
  );
  if (unsure !== undefined) {
    const { name: pipeline, waitsFor, problem } = unsure;
    const reason = problem ?? `it waits for ${waitsFor}`;
    return `There is no datum \`${name}\`, but not all datums of \`${pipeline}\` are known: ${reason.replace(/\.?$/, '.')}`;
  }
  const former = planning.history
    .newestFirst()
    .find(({ pipeline, datum, path }) => path === name || datumName(pipeline, datum) === name);
  if (former !== undefined) {
    const { commit, path, directory } = former;
    return `There is no datum \`${name}\` any more: ${commit.slice(0, 8)} recorded one of that name at ${path || '.'}, and no pipeline in ${directory || "the project's root"} has it or its files now.`;
  }
  const near = nearestNames(planning, name).map((one) => `\`${one}\``);
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : 'write PIPELINE/DATUM or PIPELINE, as `minipach status` shows them.';
  return `There is no datum, pipeline or result \`${name}\`; ${hint}`;
}

/** The pipelines of a report that were asked for, those of which only datums were with these alone; or which name is none. */
export function askedPipelines(
  planning: Planning,
  { pipelines }: Pick<StatusReport, 'pipelines'>,
  caller: Caller,
  names: readonly string[],
): readonly PipelineReport[] | { readonly unknown: string } {
  if (names.length === 0) return pipelines;
  const plain = plainNames(planning, caller, names);
  const found = pipelines.flatMap((pipeline): PipelineReport[] => {
    if (plain.includes(pipeline.name)) return [pipeline];
    const datums = pipeline.datums.filter((datum) => plain.includes(datumName(pipeline.name, datum.datum)));
    return datums.length > 0 ? [{ ...pipeline, datums }] : [];
  });
  const isFound = (name: string): boolean =>
    found.some(
      (one) => one.name === name || one.datums.some((datum) => datumName(one.name, datum.datum) === name),
    );
  const unknown = plain.find((name) => !isFound(name));
  return unknown === undefined ? found : { unknown };
}

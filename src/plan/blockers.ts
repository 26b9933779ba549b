/** What a blocked datum waits for, and where the waiting begins. */
import { leavesOf } from '../spec/model.ts';
import { inputPath } from './input.ts';
import { isToCome } from './leaf.ts';
import { upstreamsOf } from './order.ts';
import { isWithin } from './paths.ts';
import type { PlannedDatum, PlannedPipeline } from './planned.ts';
import type { UpstreamReport } from './report.ts';

/** A pipeline that is waited for, or one datum of it. */
interface Upstream {
  readonly pipeline: PlannedPipeline;
  readonly datum: PlannedDatum | undefined;
}

/** What is waited for, for machines. */
export interface Waiting {
  readonly waitsFor: readonly UpstreamReport[];
  readonly rootCauses: readonly UpstreamReport[];
}

/**
 * What a datum waits for, or a pipeline whose datums are not known. Nothing where it does not wait for results of
 * other pipelines.
 * @param broken - Directories of pipelines whose specs have errors, which are not in the plan.
 */
export function findWaiting(
  pipeline: PlannedPipeline,
  datum: PlannedDatum | undefined,
  pipelines: readonly PlannedPipeline[],
  broken: readonly { readonly directory: string; readonly specPath: string }[],
): Waiting {
  const find = (one: Upstream): readonly (Upstream | UpstreamReport)[] =>
    directly(one.pipeline, one.datum, pipelines, broken);
  const first = find({ pipeline, datum });
  const roots = new Map<string, UpstreamReport>();
  const seen = new Set<PlannedDatum | PlannedPipeline>();
  const visit = (one: Upstream | UpstreamReport): void => {
    if (isReport(one)) {
      roots.set(idOf(one), one);
      return;
    }
    const self = one.datum ?? one.pipeline;
    if (seen.has(self)) return;
    seen.add(self);
    const waits = one.datum === undefined || one.datum.state === 'blocked';
    const further = waits ? find(one) : [];
    if (further.length === 0) {
      const report = reportOf(one);
      roots.set(idOf(report), report);
    } else for (const next of further) visit(next);
  };
  for (const one of first) visit(one);
  const waitsFor = first.map((one) => (isReport(one) ? one : reportOf(one)));
  return { waitsFor, rootCauses: [...roots.values()] };
}

function isReport(one: Upstream | UpstreamReport): one is UpstreamReport {
  return 'state' in one;
}

function idOf({ pipeline, datum }: UpstreamReport): string {
  return `${pipeline}\0${datum ?? '\0'}`;
}

function reportOf({ pipeline, datum }: Upstream): UpstreamReport {
  if (datum !== undefined) {
    const { state, reason } = datum;
    return {
      ...{ pipeline: pipeline.name, datum: datum.datum, state },
      ...(reason === undefined ? {} : { reason }),
    };
  }
  const { problem, waitsFor } = pipeline;
  const reason = problem ?? (waitsFor === undefined ? undefined : `Waits for ${waitsFor}.`);
  return {
    ...{ pipeline: pipeline.name, datum: null, state: null },
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The results of other pipelines that are still to come and that a datum, or the list of datums, can depend on. */
function directly(
  pipeline: PlannedPipeline,
  datum: PlannedDatum | undefined,
  pipelines: readonly PlannedPipeline[],
  broken: readonly { readonly directory: string; readonly specPath: string }[],
): readonly (Upstream | UpstreamReport)[] {
  // What keeps it from being done is then something else, and in its reason.
  if (datum?.state === 'blocked' && !/^Waits for (?!the subdataset )/.test(datum.reason ?? '')) return [];
  const known = [...pipelines.map(({ source }) => source), ...broken];
  const found = new Set(leavesOf(pipeline.source.spec.input).flatMap((leaf) => upstreamsOf(leaf, known)));
  const refused = broken.flatMap((one): UpstreamReport[] => {
    if (!found.has(one)) return [];
    const reason = `${one.specPath} has errors: \`minipach check\` names them.`;
    return [{ pipeline: one.directory, datum: null, state: null, reason }];
  });
  const upstreams = pipelines.filter((one) => found.has(one.source) && one !== pipeline);
  const open = upstreams.flatMap((one) =>
    one.datums.filter(isToCome).map((each) => ({ pipeline: one, datum: each })),
  );
  const unsure = upstreams
    .filter((one) => one.problem !== undefined || one.waitsFor !== undefined)
    .map((one) => ({ pipeline: one, datum: undefined }));
  const paths = datum?.inputs.map(inputPath) ?? [];
  // Results that lie around or in one of its inputs; where there is none, it needs them all.
  const near = open.filter(({ datum: { output } }) =>
    paths.some((path) => isWithin(path, output) || isWithin(output, path)),
  );
  return [...refused, ...(near.length > 0 ? near : open), ...(near.length > 0 ? [] : unsure)];
}

/**
 * The plan: for every pipeline its datums, for every datum its state, its job and what the job needs. Pure: from
 * the committed tree, history, and what live and failed runs have left; nothing is read or written here.
 */
import { leavesOf } from '../spec/model.ts';
import { absentAmong, absentCode, awaited } from './absent.ts';
import { contextEntries } from './code-files.ts';
import { findDatums } from './datums.ts';
import type { PlanFacts } from './facts.ts';
import type { Finding } from './findings.ts';
import { resolveImage } from './images.ts';
import { inputDigest, inputEntries, perInput } from './input.ts';
import { codeKeyOf } from './job-keys.ts';
import { layOut, layOutAlone } from './laid-out.ts';
import { inOrder, type PipelineSource, upstreamsOf } from './order.ts';
import { findOrphans, planDatum } from './plan-datum.ts';
import type { Plan, PlannedImage, PlannedPipeline } from './planned.ts';

/** Makes the plan. Two plans of equal facts are equal. */
export function makePlan(facts: PlanFacts): Plan {
  const { ordered, cyclic } = inOrder(facts.pipelines);
  const planned: PlannedPipeline[] = [];
  for (const source of ordered) planned.push(planPipeline(source, facts, planned));
  for (const source of cyclic) {
    planned.push(
      without(source, { problem: 'It takes input, directly or through others, from its own results.' }),
    );
  }
  return { head: facts.index.tree.commit, pipelines: planned };
}

/** A pipeline whose datums are not known. */
function without(
  source: PipelineSource,
  why: Pick<PlannedPipeline, 'problem' | 'waitsFor'>,
  findings: readonly Finding[] = [],
): PlannedPipeline {
  return { name: source.spec.name, source, datums: [], code: [], context: [], findings, ...why };
}

function planPipeline(
  source: PipelineSource,
  facts: PlanFacts,
  planned: readonly PlannedPipeline[],
): PlannedPipeline {
  const { spec, directory } = source;
  const { index, history } = facts;
  const known = [...facts.pipelines, ...facts.broken];
  const image = imageOf(source, facts);
  if (image?.resolution.kind === 'wrong') {
    const { rule, message } = image.resolution;
    const path = ['transform', 'image'];
    return without(source, { problem: message }, [{ rule, severity: 'error', message, path }]);
  }
  const upstreams = new Map(leavesOf(spec.input).map((leaf) => [leaf, upstreamsOf(leaf, known)]));
  const broken = [...upstreams.values()].flat().find((upstream) => facts.broken.includes(upstream));
  if (broken !== undefined)
    return without(source, { waitsFor: `${broken.directory}, whose spec has errors` });
  const specPaths = known.map(({ specPath }) => specPath);
  const { found, placed, findings, code, expander } = [...upstreams.values()].every(
    ({ length }) => length === 0,
  )
    ? layOutAlone(spec, directory, specPaths, index)
    : layOut(
        spec,
        directory,
        specPaths,
        index,
        findDatums(spec.input, index, (leaf) =>
          planned.filter((pipeline) => upstreams.get(leaf)?.includes(pipeline.source)),
        ),
      );
  if (found.problem !== undefined)
    return without(source, { problem: found.problem.message }, [
      { ...found.problem, severity: 'error', path: ['input'] },
    ]);
  const context = contextEntries(spec, index);
  const absent = absentCode(index, spec) ?? absentAmong(index, [...code, ...context]);
  const waitsFor = absent === undefined ? {} : { waitsFor: awaited(absent) };
  const shared = {
    ...{ source, facts, expander, codeKey: codeKeyOf(code, index) },
    digestOf: perInput((input) => inputDigest(index, input)),
    absentIn: perInput((input) => absentAmong(index, inputEntries(index, input))),
    ...waitsFor,
    ...(image === undefined ? {} : { image }),
  };
  const datums = placed.map((one) => planDatum(shared, one));
  const isWhole = found.unknown === undefined && found.isPartial !== true;
  const orphans = isWhole ? findOrphans(source, index, history, datums) : [];
  return {
    name: spec.name,
    source,
    datums: [...datums, ...orphans],
    code,
    context,
    findings,
    ...(image === undefined ? {} : { image }),
    ...(found.unknown === undefined ? {} : { waitsFor: found.unknown }),
    ...(found.nothing === undefined ? {} : { nothing: found.nothing }),
  };
}

function imageOf({ spec }: PipelineSource, facts: PlanFacts): PlannedImage | undefined {
  const name = spec.transform.image;
  return name === undefined ? undefined : { name, resolution: resolveImage(name, facts.index, facts.images) };
}

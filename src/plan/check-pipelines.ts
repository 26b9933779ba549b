/** Rules about pipelines among each other: names and circles. */
import type { RelatedPlace } from '../spec/diagnostic.ts';
import { writtenInputs } from '../spec/input-values.ts';
import type { SpecPath } from '../spec/places.ts';
import { pipelineName } from '../spec/spec-values.ts';
import { upstreamsOf } from './order.ts';
import type { ProjectSpec } from './project-spec.ts';
import type { FileDiagnostic } from './report.ts';

/** Pipelines of one name: their records could not be told apart. */
export function checkNames(specs: readonly ProjectSpec[]): readonly FileDiagnostic[] {
  const byName = new Map<string, ProjectSpec[]>();
  for (const spec of specs) {
    const name = nameOf(spec);
    if (name === undefined) continue;
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [spec]);
    else same.push(spec);
  }
  return [...byName].flatMap(([name, same]) =>
    same.length < 2 ? [] : same.map((spec) => duplicate(name, spec, same)),
  );
}

function duplicate(name: string, spec: ProjectSpec, same: readonly ProjectSpec[]): FileDiagnostic {
  const others = same.filter((other) => other !== spec);
  const files = others.map((other) => `\`${other.file}\``).join(', ');
  return {
    file: spec.file,
    rule: 'duplicate-pipeline',
    severity: 'error',
    message: `The pipeline name \`${name}\` is also used by ${files}; give one of them another \`pipeline.name\`.`,
    range: nameRange(spec),
    related: others.map((other) => ({
      file: other.file,
      range: nameRange(other),
      message: `\`${name}\` is used here as well.`,
    })),
  };
}

/** Pipelines that wait for each other for ever. Every member of a circle is told, with the whole way round. */
export function checkCycles(specs: readonly ProjectSpec[]): readonly FileDiagnostic[] {
  const upstream = new Map(specs.map((spec) => [spec, readBy(spec, specs).map(({ from }) => from)] as const));
  return specs.flatMap((spec) => {
    const circle = wayBack(spec, upstream);
    return circle === undefined ? [] : [circular(spec, circle)];
  });
}

/** The shortest way from a pipeline along what it reads back to itself, beginning with itself. */
function wayBack(
  start: ProjectSpec,
  upstream: ReadonlyMap<ProjectSpec, readonly ProjectSpec[]>,
): readonly ProjectSpec[] | undefined {
  const cameFrom = new Map<ProjectSpec, ProjectSpec>();
  const waiting = [start];
  for (let current = waiting.shift(); current !== undefined; current = waiting.shift()) {
    for (const next of upstream.get(current) ?? []) {
      if (next === start) {
        const way = [current];
        for (let before = cameFrom.get(current); before !== undefined; before = cameFrom.get(before)) {
          way.unshift(before);
        }
        return way;
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, current);
      waiting.push(next);
    }
  }
  return undefined;
}

function circular(spec: ProjectSpec, circle: readonly ProjectSpec[]): FileDiagnostic {
  const names = circle.map((member) => `\`${nameOf(member) ?? member.file}\``);
  const message =
    circle.length === 1
      ? `The pipeline ${names[0]} reads its own results; name a repo outside its directory.`
      : `The pipelines read each other in a circle, ${[...names, names[0]].join(' from ')}; let one of them read something else.`;
  const related: RelatedPlace[] = circle.map((member, at) => ({
    file: member.file,
    range: repoRange(member, circle[(at + 1) % circle.length], circle),
    message: `${names[at]} reads ${names[(at + 1) % names.length]} here.`,
  }));
  const base = { file: spec.file, rule: 'pipeline-cycle', severity: 'error' as const, message };
  return { ...base, range: related[0]?.range ?? spec.parsed.places.first(), related };
}

function nameOf(spec: ProjectSpec): string | undefined {
  return pipelineName(spec.parsed.value, spec);
}

function nameRange(spec: ProjectSpec): RelatedPlace['range'] {
  const { places } = spec.parsed;
  return places.value(['pipeline', 'name']) ?? places.key(['pipeline']) ?? places.first();
}

/** The pipelines whose results a spec reads, and where it says so. */
function readBy(
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
): readonly { readonly from: ProjectSpec; readonly path: SpecPath }[] {
  return writtenInputs(spec.parsed.value).flatMap(({ repo, glob, path }) =>
    repo === undefined || repo === ''
      ? []
      : upstreamsOf({ repo, glob }, specs).map((from) => ({ from, path: [...path, 'repo'] })),
  );
}

/** Where a member of a circle names the next one. */
function repoRange(
  spec: ProjectSpec,
  next: ProjectSpec | undefined,
  specs: readonly ProjectSpec[],
): RelatedPlace['range'] {
  const { places } = spec.parsed;
  const path = readBy(spec, specs).find(({ from }) => from === next)?.path ?? ['input'];
  return places.value(path) ?? places.nearest(path);
}

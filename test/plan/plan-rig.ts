/** Planning purely in memory: some files, one spec, no history. */
import assert from 'node:assert/strict';
import { History } from '../../src/plan/history.ts';
import { NO_IMAGE_FACTS } from '../../src/plan/image-facts.ts';
import { inputPath } from '../../src/plan/input.ts';
import { compareCodePoints } from '../../src/plan/match-tree.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { PlannedDatum, PlannedPipeline } from '../../src/plan/planned.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import { parseSpec } from '../../src/spec/parse.ts';

/** The directory of the one pipeline, which is also its name. */
export const DIRECTORY = 'job';

/** A spec around an input; the command has no placeholders. */
export function specAround(input: string, output?: string): string {
  const indented = input.trim().replaceAll('\n', '\n  ');
  const place = output === undefined ? '' : `output: ${JSON.stringify(output)}\n`;
  return `input:\n  ${indented}\ntransform:\n  cmd: ["true"]\n${place}`;
}

/**
 * The plan of one pipeline. Files differ in content unless `contents` gives some of them the same.
 * @param contents - Stands for what is in a file, by its path.
 * @param absent - Subdatasets that are not installed.
 */
export function planPipeline(
  files: readonly string[],
  spec: string,
  contents: Readonly<Record<string, string>> = {},
  absent: readonly string[] = [],
): PlannedPipeline {
  const parsed = parseSpec(spec, { directory: DIRECTORY });
  assert.ok(parsed.spec !== undefined, parsed.diagnostics.map(({ message }) => message).join('\n'));
  const specPath = `${DIRECTORY}/spec.yml`;
  const entries = [...files, specPath, ...absent].sort(compareCodePoints).map((path) => ({
    path,
    type: absent.includes(path) ? ('subdataset' as const) : ('file' as const),
    blob: contents[path] ?? `content of ${path}`,
  }));
  const plan = makePlan({
    index: new TreeIndex({ commit: '0', entries }),
    pipelines: [{ specPath, directory: DIRECTORY, spec: parsed.spec }],
    broken: [],
    history: new History(),
    images: NO_IMAGE_FACTS,
    failures: new Map(),
    holders: new Map(),
  });
  const [pipeline] = plan.pipelines;
  assert.ok(pipeline !== undefined);
  return pipeline;
}

/** A datum's inputs as the tables write them. */
export function inputsOf(datum: PlannedDatum): readonly string[] {
  return datum.inputs.map((input) => `${input.name}=${inputPath(input)}`);
}

/** Everything that planning complains about, in one text. */
export function complaints(pipeline: PlannedPipeline): string {
  const reasons = pipeline.datums.flatMap(({ state, reason }) => (state === 'blocked' ? [reason ?? ''] : []));
  return [pipeline.problem ?? '', ...reasons].join('\n').trim();
}

/** Every error about a spec, whether its text or the plan tells; empty when there is none. */
export function refusalOf(files: readonly string[], spec: string): string {
  const { diagnostics } = parseSpec(spec, { directory: DIRECTORY });
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return errors.length > 0 ? errors.join('\n') : complaints(planPipeline(files, spec));
}

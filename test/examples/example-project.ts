/** The examples as throw-away projects, and the trees that their READMEs promise. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StatusReport } from '../../src/plan/report.ts';
import type { RunEvent } from '../../src/plan/run-event.ts';
import { TestProject } from '../rigs/project.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');

/** Images, our own and results, go into the annex; text and code stay in git. */
const ATTRIBUTES =
  '* annex.largefiles=nothing\n*.nii.gz annex.largefiles=anything\n*.mgz annex.largefiles=anything\n';

/** The names of all examples but the demo, which is a project of its own kind. */
export function exampleNames(): readonly string[] {
  return readdirSync(EXAMPLES).filter(
    (name) => name !== 'demo' && name !== 'reproducer' && statSync(join(EXAMPLES, name)).isDirectory(),
  );
}

/** An example, committed, as its README tells to do; in a DataLad dataset with an annex where asked for. */
export function startExample(name: string, options: { readonly datalad?: boolean } = {}): TestProject {
  const project = TestProject.make();
  if (options.datalad === true) {
    project.ok('datalad', ['create', '--force', '.']);
    project.write('.gitattributes', ATTRIBUTES);
  }
  cpSync(join(EXAMPLES, name), project.root, { recursive: true });
  if (options.datalad === true) project.ok('datalad', ['save', '-m', 'Add the example']);
  else project.commit('Add the example');
  return project;
}

/** The tree under "What it leaves" of an example's README. */
export function promisedTree(name: string): string {
  const readme = readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8');
  const found = /^## What it leaves\n[\s\S]*?```\n([\s\S]*?)```$/m.exec(readme);
  assert(found, `${name}/README.md has no tree`);
  return found[1] ?? '';
}

/** The committed files of all pipelines' directories, drawn as a README shows them. */
export function resultTree(project: TestProject): string {
  const files = project.git('ls-files', '-z').split('\0').filter(Boolean);
  const pipelines = files
    .filter((path) => path.endsWith('/spec.yml'))
    .map((path) => path.slice(0, -'spec.yml'.length));
  const results = files.filter((path) => pipelines.some((directory) => path.startsWith(directory)));
  const segments = results.map((path) => path.split('/')).sort(bySegments);
  return draw(segments, '', true).join('');
}

/** What is in a directory comes before what lies beside it. */
function bySegments(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((segment, position) => segment !== right[position]);
  return (left[at] ?? '') < (right[at] ?? '') ? -1 : 1;
}

/** Draws paths; a directory with nothing but one entry shares that entry's line. */
function draw(paths: readonly (readonly string[])[], indent: string, top = false): string[] {
  const entries = new Map<string, string[][]>();
  for (const [first = '', ...rest] of paths) entries.set(first, [...(entries.get(first) ?? []), rest]);
  return [...entries].flatMap(([name, inside], position) => {
    let label = name;
    let below = inside.filter((rest) => rest.length > 0);
    while (below.length > 0 && new Set(below.map(([first]) => first)).size === 1 && !top) {
      label += `/${below[0]?.[0] ?? ''}`;
      below = below.map((rest) => rest.slice(1)).filter((rest) => rest.length > 0);
    }
    if (below.length > 0) label += '/';
    if (top) return [`${label}\n`, ...draw(below, '')];
    const last = position === entries.size - 1;
    return [
      `${indent}${last ? '└── ' : '├── '}${label}\n`,
      ...draw(below, `${indent}${last ? '    ' : '│   '}`),
    ];
  });
}

/** The datums that are not done by the plan, as `pipeline/datum state`. */
export function notDone(project: TestProject): readonly string[] {
  const { code, stdout, stderr } = project.minipach('plan', '--json');
  assert.equal(code, 0, stdout + stderr);
  const { pipelines } = JSON.parse(stdout) as StatusReport;
  return pipelines
    .flatMap(({ name, datums }) => datums.map(({ datum, state }) => ({ place: placed(name, datum), state })))
    .filter(({ state }) => state !== 'done')
    .map(({ place, state }) => `${place} ${state}`);
}

/** What a run recorded and what failed in it. */
export interface Ran {
  readonly exit: number;
  readonly recorded: readonly string[];
  readonly failed: readonly string[];
}

/** Runs everything. */
export function run(project: TestProject): Ran {
  const { stdout, stderr } = project.minipach('run', '--json');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  const last = events.at(-1);
  assert(last?.event === 'run-finished', stdout + stderr);
  const places = (kind: 'job-recorded' | 'job-failed'): string[] =>
    events.flatMap((event) => (event.event === kind ? [placed(event.pipeline, event.datum)] : [])).sort();
  return { exit: last.exit, recorded: places('job-recorded'), failed: places('job-failed') };
}

function placed(pipeline: string, datum: string): string {
  return datum === '' ? pipeline : `${pipeline}/${datum}`;
}

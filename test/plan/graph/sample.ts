/** Pipelines for pictures: specs in a few words. */
import { inputReports } from '../../../src/plan/graph/input-reports.ts';
import type { Looked } from '../../../src/plan/graph/looks.ts';
import type { DatasetReport, PipelineReport, RepoReport } from '../../../src/plan/report.ts';
import { parseSpec } from '../../../src/spec/parse.ts';
import { seededRandom } from '../../rigs/project.ts';

/** What a picture needs to know of a pipeline. */
export type Drawn = Looked & Pick<PipelineReport, 'name' | 'directory' | 'inputs'>;

/** A pipeline in a directory of its name that reads repos whole, or whatever `input` says in YAML. */
export function pipeline(
  name: string,
  input: string | readonly string[],
  more: Partial<PipelineReport> = {},
): Drawn {
  const directory = more.directory ?? name;
  const text =
    typeof input === 'string'
      ? input
      : `{ cross: ${JSON.stringify(input.map((repo) => ({ pfs: { repo, glob: '/*' } })))} }`;
  const inputs = inputReports(parseSpec(`input: ${text}`, { directory }).value);
  return { name, directory, spec: `${directory}/spec.yml`, inputs, counts: {}, diagnostics: [], ...more };
}

/** A dataset with the repos in it. */
export function dataset(
  path: string,
  repos: Readonly<Record<string, number>>,
  installed = true,
): DatasetReport {
  const listed = Object.entries(repos).map(
    ([repo, files]): RepoReport => ({ path: repo, files, usedBy: [] }),
  );
  return { path, id: null, installed, commit: 'c0ffee', annex: true, repos: listed };
}

/** As many pipelines, each of which reads a repo or results of ones before it. */
export function manyPipelines(count: number, seed: number): readonly Drawn[] {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return Array.from({ length: count }, (_, at) =>
    pipeline(
      `p${at}`,
      Array.from({ length: 1 + below(2) }, () =>
        at < 5 || random() < 0.4 ? `repo${below(count / 10)}` : `p${at - 1 - below(Math.min(at, 40))}`,
      ),
    ),
  );
}

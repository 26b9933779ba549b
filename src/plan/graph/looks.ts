/** What stands in each box of the picture: how a pipeline's datums are, and what a repo is. */
import type { DatasetReport, DatumState, PipelineReport, RepoReport, StateCounts } from '../report.ts';
import { countsInOrder } from '../state-order.ts';
import { type GraphNode, pipelineId, repoId } from './graph.ts';

/** What decides a box's colour: a pipeline's most pressing state, or what keeps it from having any. */
export type LookState = DatumState | 'wrong' | 'empty' | 'repo' | 'absent';

/** How a node looks now. */
export interface NodeLook {
  readonly state: LookState;
  /** The line below the name. */
  readonly text: string;
  /** Absent for repos. */
  readonly counts?: StateCounts;
}

/** How the nodes of a picture look, by their ids. */
export type Looks = ReadonlyMap<string, NodeLook>;

/** A repo with the dataset that it lies in. */
export interface PlacedRepo extends RepoReport {
  readonly dataset: DatasetReport;
}

/** What `looksOf` describes. */
export type Looked = Pick<PipelineReport, 'spec' | 'counts' | 'diagnostics' | 'waitsFor' | 'nothing'>;

/** Translates what stands in boxes. */
export interface Words {
  readonly t: (message: string, ...args: (string | number)[]) => string;
}

const ENGLISH: Words = {
  t: (message, ...args) => message.replace(/\{(\d)\}/g, (_, at: string) => String(args[Number(at)])),
};

/** How nodes look, by their ids. */
export function looksOf(
  pipelines: readonly Looked[],
  datasets: readonly DatasetReport[],
  words: Words = ENGLISH,
): Looks {
  return new Map([
    ...pipelines.map((pipeline) => [pipelineId(pipeline), pipelineLook(pipeline)] as const),
    ...placedRepos(datasets).map((repo) => [repoId(repo.path), repoLook(repo, words)] as const),
  ]);
}

/** How a node looks; of one that nothing is known of but that specs name it, only what kind it is. */
export function lookOf(looks: Looks, { id, kind }: Pick<GraphNode, 'id' | 'kind'>): NodeLook {
  return looks.get(id) ?? { state: kind === 'repo' ? 'repo' : 'empty', text: '' };
}

/** The repos of all datasets. */
export function placedRepos(datasets: readonly DatasetReport[]): readonly PlacedRepo[] {
  return datasets.flatMap((dataset) => dataset.repos.map((repo) => ({ ...repo, dataset })));
}

/** What decides the colour of a pipeline. */
export function pressingState({ counts, diagnostics }: Pick<Looked, 'counts' | 'diagnostics'>): LookState {
  if (diagnostics.some(({ severity }) => severity === 'error')) return 'wrong';
  return countsInOrder(counts)[0]?.[0] ?? 'empty';
}

function pipelineLook(pipeline: Looked): NodeLook {
  const { counts, waitsFor, nothing } = pipeline;
  const state = pressingState(pipeline);
  const told = countsInOrder(counts).map(([one, count]) => `${count} ${one}`);
  const text =
    state === 'wrong'
      ? 'spec has errors'
      : told.join(', ') || (waitsFor ?? nothing ?? 'no datum').replace(/\.$/, '');
  return { state, text, counts };
}

function repoLook({ path, files, dataset }: PlacedRepo, { t }: Words): NodeLook {
  const count = files === 1 ? t('1 file') : t('{0} files', files);
  const isRoot = dataset.path === '';
  const place = isRoot ? '' : path === dataset.path ? t('subdataset') : t('in {0}', dataset.path);
  const told = dataset.installed ? count : t('not installed');
  return {
    state: dataset.installed ? 'repo' : 'absent',
    text: [place, told].filter(Boolean).join(', '),
  };
}

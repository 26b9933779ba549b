/** The project and its subdatasets, and which of their directories pipelines read. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf, type PipelineSource } from '../plan/order.ts';
import type { DatasetReport, RepoReport } from '../plan/report.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { leavesOf } from '../spec/model.ts';
import type { CatFile } from './cat-file.ts';
import type { Project } from './open.ts';

/** Describes the project's root and every subdataset that its commit names. */
export async function describeDatasets(
  project: Project,
  index: TreeIndex,
  pipelines: readonly PipelineSource[],
  objects: CatFile,
): Promise<DatasetReport[]> {
  const { commit } = index.tree;
  const { subdatasets } = index;
  const repos = describeRepos(index, pipelines).map((repo) => ({
    repo,
    dataset: index.subdatasetAround(repo.path)?.path ?? '',
  }));
  const reposOf = (path: string): RepoReport[] =>
    repos.flatMap(({ repo, dataset }) => (dataset === path ? [repo] : []));
  const root: DatasetReport = {
    path: '',
    id: await readDatasetId(objects, commit),
    installed: true,
    commit,
    annex: project.annex,
    repos: reposOf(''),
  };
  return [
    root,
    ...subdatasets.map(({ path, id, commit: recorded, gitDirectory = join(project.root, path, '.git') }) => ({
      path,
      id,
      installed: existsSync(gitDirectory),
      commit: recorded,
      annex: existsSync(join(gitDirectory, 'annex')),
      repos: reposOf(path),
    })),
  ];
}

/** The directories that are read and are not other pipelines' results. */
function describeRepos(index: TreeIndex, pipelines: readonly PipelineSource[]): RepoReport[] {
  const users = new Map<string, string[]>();
  for (const { spec } of pipelines) {
    for (const repo of new Set(leavesOf(spec.input).map((leaf) => leaf.repo))) {
      if (holderOf(repo, pipelines) !== undefined) continue;
      users.set(repo, [...(users.get(repo) ?? []), spec.name]);
    }
  }
  return [...users]
    .map(([path, usedBy]) => ({
      path,
      files: index.countFiles(path),
      usedBy: usedBy.sort(),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The DataLad dataset id of the project at a commit; `null` where it is no dataset. */
export async function readDatasetId(objects: CatFile, commit: string): Promise<string | null> {
  const config = await objects.read(`${commit}:.datalad/config`);
  return idIn(config?.content.toString('utf8') ?? '');
}

function idIn(config: string): string | null {
  return /^\s*id\s*=\s*(\S+)/m.exec(config)?.[1] ?? null;
}

/** The project and its subdatasets, and which of their directories pipelines read. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PipelineSource, upstreamOf } from '../plan/order.ts';
import { isWithin } from '../plan/paths.ts';
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
  const text = async (path: string): Promise<string> =>
    (await objects.read(`${commit}:${path}`))?.content.toString('utf8') ?? '';
  const [config, modules] = await Promise.all([text('.datalad/config'), text('.gitmodules')]);
  const subdatasets = index.tree.entries.filter((entry) => entry.type === 'subdataset');
  const paths = subdatasets.map((entry) => entry.path);
  const repos = describeRepos(index, pipelines);
  const reposOf = (path: string): RepoReport[] =>
    repos.filter((repo) => path === (paths.find((sub) => isWithin(repo.path, sub)) ?? ''));
  const root: DatasetReport = {
    path: '',
    id: idIn(config),
    installed: true,
    commit,
    annex: project.annex,
    repos: reposOf(''),
  };
  return [
    root,
    ...subdatasets.map(({ path, blob }) => ({
      path,
      id: idOfSubmodule(modules, path),
      installed: existsSync(join(project.root, path, '.git')),
      commit: blob,
      annex: existsSync(join(project.root, path, '.git', 'annex')),
      repos: reposOf(path),
    })),
  ];
}

/** The directories that are read and are not other pipelines' results. */
function describeRepos(index: TreeIndex, pipelines: readonly PipelineSource[]): RepoReport[] {
  const users = new Map<string, string[]>();
  for (const { spec } of pipelines) {
    for (const repo of new Set(leavesOf(spec.input).map((leaf) => leaf.repo))) {
      if (upstreamOf(repo, pipelines) !== undefined) continue;
      users.set(repo, [...(users.get(repo) ?? []), spec.name]);
    }
  }
  return [...users]
    .map(([path, usedBy]) => ({ path, files: index.under(path).length, usedBy: usedBy.sort() }))
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

function idOfSubmodule(modules: string, path: string): string | null {
  for (const section of modules.split(/^\[/m)) {
    if (/^\s*path\s*=\s*(.+?)\s*$/m.exec(section)?.[1] === path) {
      return /^\s*datalad-id\s*=\s*(\S+)/m.exec(section)?.[1] ?? null;
    }
  }
  return null;
}

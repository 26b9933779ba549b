/** The shape of the *Datasets* view: datasets → the repos in them that pipelines read. Free of the editor. */
import type { DatasetReport, RepoReport } from '../plan/report.ts';
import type { FeedModel } from './feed-model.ts';
import type { Localizer } from './localizer.ts';
import type { Appearance } from './pipeline-nodes.ts';

/** One line of the view. */
export type DatasetNode =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'dataset'; readonly folder: string; readonly dataset: DatasetReport }
  | { readonly kind: 'repo'; readonly folder: string; readonly repo: RepoReport };

/** The root first, then its subdatasets as the feed lists them. */
export function datasetNodes(folder: string, model: FeedModel): DatasetNode[] {
  return model.datasets.map((dataset) => ({ kind: 'dataset', folder, dataset }));
}

/** The repos of a dataset. */
export function repoNodes(folder: string, dataset: DatasetReport): DatasetNode[] {
  return dataset.repos.map((repo) => ({ kind: 'repo', folder, repo }));
}

/** How a dataset looks. `project` names the root, whose path is empty. */
export function datasetAppearance(dataset: DatasetReport, project: string, l10n: Localizer): Appearance {
  const label = dataset.path || project;
  const commit = dataset.commit.slice(0, 8);
  const kind = dataset.id ? l10n.t('DataLad') : dataset.annex ? l10n.t('git-annex') : l10n.t('git');
  const description = dataset.installed ? `${kind}, ${commit}` : l10n.t('not installed');
  return {
    label,
    description,
    tooltip: [
      label,
      l10n.t('Commit: {0}', dataset.commit.slice(0, 12)),
      ...(dataset.id ? [l10n.t('Dataset id: {0}', dataset.id)] : []),
      ...(dataset.installed ? [] : [l10n.t('Install it with: datalad get -n {0}', dataset.path)]),
    ],
    icon: dataset.installed ? 'database' : 'cloud',
    ...(dataset.installed ? {} : { color: 'disabledForeground' }),
    accessible: l10n.t('Dataset {0}: {1}', label, description),
    context: dataset.installed ? 'dataset installed' : 'dataset absent',
    children: dataset.repos.length > 0 ? 'expanded' : 'none',
  };
}

/** How a repo looks. */
export function repoAppearance(repo: RepoReport, l10n: Localizer): Appearance {
  const label = repo.path || '/';
  const files = repo.files === 1 ? l10n.t('1 file') : l10n.t('{0} files', repo.files);
  const users = repo.usedBy.join(', ');
  const description = users ? `${files} → ${users}` : files;
  return {
    label,
    description,
    tooltip: [label, files, ...(users ? [l10n.t('Read by: {0}', users)] : [])],
    icon: 'folder-library',
    accessible: users ? l10n.t('Repo {0}: {1}, read by {2}', label, files, users) : `${label}: ${files}`,
    context: 'repo',
    children: 'none',
  };
}

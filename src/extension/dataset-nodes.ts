/**
 * The shape of the *Datasets* view: datasets → the repos in them that pipelines read, their siblings, and where they can
 * be cloned from. Free of the editor.
 */
import type { Candidate } from '../plan/candidates.ts';
import type { ContentSizes, DatasetStanding } from '../plan/feed-line.ts';
import type { DatasetReport, RepoReport } from '../plan/report.ts';
import { shownName, shownWord } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import type { Remote } from '../project/remotes.ts';
import type { FeedModel } from './feed-model.ts';
import type { Localizer } from './localizer.ts';
import type { Appearance } from './pipeline-nodes.ts';

/** One line of the view. */
export type DatasetNode =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'dataset'; readonly folder: string; readonly dataset: DatasetReport }
  | { readonly kind: 'repo'; readonly folder: string; readonly repo: RepoReport }
  /** Opened on demand, as what is in it costs a process. */
  | {
      readonly kind: 'siblings' | 'candidates';
      readonly folder: string;
      readonly dataset: DatasetReport;
    }
  | { readonly kind: 'place'; readonly folder: string; readonly appearance: Appearance };

/** The root first, then its subdatasets as the feed lists them. */
export function datasetNodes(folder: string, model: FeedModel): DatasetNode[] {
  return model.datasets.map((dataset) => ({ kind: 'dataset', folder, dataset }));
}

/** What is in a dataset. What is not installed has no siblings yet, and the project itself is cloned from nowhere. */
export function datasetParts(folder: string, dataset: DatasetReport): DatasetNode[] {
  const repos = dataset.repos.map((repo): DatasetNode => ({ kind: 'repo', folder, repo }));
  return [
    ...repos,
    ...(dataset.installed ? [{ kind: 'siblings', folder, dataset } as const] : []),
    ...(dataset.path === '' ? [] : [{ kind: 'candidates', folder, dataset } as const]),
  ];
}

/** The command that installs a subdataset, at the project's root. */
export function installCommand(path: string): string {
  return `datalad get -n ${shownWord(path)}`;
}

/**
 * How a dataset looks.
 * @param project - Names the root, whose path is empty.
 * @param standing - How it stands, once the feed has told.
 */
export function datasetAppearance(
  dataset: DatasetReport,
  project: string,
  standing: DatasetStanding | undefined,
  l10n: Localizer,
): Appearance {
  const label = dataset.path || project;
  const commit = dataset.commit.slice(0, 8);
  const kind = dataset.id ? l10n.t('DataLad') : dataset.annex ? l10n.t('git-annex') : l10n.t('git');
  const notes = dataset.installed ? standingNotes(standing, l10n) : [];
  const description = dataset.installed ? [...notes, kind, commit].join(', ') : l10n.t('not installed');
  const { content } = standing ?? {};
  const lacks = dataset.installed && content ? content.keysHere < content.keys : false;
  return {
    label,
    description,
    tooltip: [
      label,
      ...(standing?.changed
        ? [l10n.t('Changed and new files that are not committed: {0}', standing.changed)]
        : []),
      ...(standing?.checkedOut
        ? [l10n.t('Checked out is {0}, which the project does not record.', standing.checkedOut.slice(0, 12))]
        : []),
      ...(lacks && content ? [l10n.t('Content here: {0} of {1} keys', content.keysHere, content.keys)] : []),
      l10n.t('Commit: {0}', dataset.commit.slice(0, 12)),
      ...(dataset.id ? [l10n.t('Dataset id: {0}', dataset.id)] : []),
      ...(dataset.installed ? [] : [l10n.t('Install it with: {0}', installCommand(dataset.path))]),
    ],
    icon: dataset.installed ? 'database' : 'cloud',
    ...(dataset.installed ? {} : { color: 'disabledForeground' }),
    accessible: l10n.t('Dataset {0}: {1}', label, description),
    context: dataset.installed ? `dataset installed${lacks ? ' lacking' : ''}` : 'dataset absent',
    children: dataset.repos.length > 0 ? 'expanded' : 'collapsed',
  };
}

/** What there is to say of a dataset beside its commit: what is changed, what is checked out, how much is here. */
function standingNotes(standing: DatasetStanding | undefined, l10n: Localizer): readonly string[] {
  if (standing === undefined) return [];
  const { changed, checkedOut, content } = standing;
  return [
    ...(changed ? [l10n.t('{0} changed', changed)] : []),
    ...(checkedOut === undefined ? [] : [l10n.t('at {0}', checkedOut.slice(0, 8))]),
    ...(content === null || content.keys === 0 ? [] : [contentText(content, l10n)]),
  ];
}

function contentText({ keys, keysHere, bytes, bytesHere }: ContentSizes, l10n: Localizer): string {
  return keysHere === keys
    ? l10n.t('{0} here', bytesText(bytes))
    : l10n.t('{0} of {1} here', bytesText(bytesHere), bytesText(bytes));
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

/** How the line looks that opens siblings or candidates. */
export function partAppearance(kind: 'siblings' | 'candidates', l10n: Localizer): Appearance {
  const label = kind === 'siblings' ? l10n.t('Siblings') : l10n.t('Clone candidates');
  const description = kind === 'siblings' ? undefined : l10n.t('in the order in which they are tried');
  return {
    label,
    ...(description ? { description } : {}),
    icon: kind === 'siblings' ? 'remote' : 'repo-clone',
    accessible: description ? `${label}, ${description}` : label,
    context: kind,
    children: 'collapsed',
  };
}

/** The siblings of a dataset, or a line that says that it has none. */
export function siblingAppearances(siblings: readonly Remote[], l10n: Localizer): Appearance[] {
  if (siblings.length === 0) return [noteAppearance(l10n.t('none'))];
  return siblings.map(({ name, url, uuid }) => {
    const description = url === undefined ? l10n.t('special remote of git-annex') : shownName(url);
    return {
      label: shownName(name),
      description,
      tooltip: [
        shownName(name),
        description,
        ...(uuid === undefined ? [] : [l10n.t('git-annex calls it {0}', uuid)]),
      ],
      icon: url === undefined ? 'archive' : 'remote',
      accessible: l10n.t('Sibling {0}: {1}', shownName(name), description),
      context: 'sibling',
      children: 'none',
    };
  });
}

/** Where a dataset can be cloned from; `undefined` where that could not be told. */
export function candidateAppearances(
  candidates: readonly Candidate[] | undefined,
  l10n: Localizer,
): Appearance[] {
  if (candidates === undefined)
    return [noteAppearance(l10n.t('could not be told; the runner output says why'))];
  if (candidates.length === 0)
    return [noteAppearance(l10n.t('none: add one with minipach candidates --add URL'))];
  return candidates.map(({ cost, name, url, configured }, index) => {
    const description = l10n.t('cost {0}, {1}', cost, shownName(url));
    return {
      label: `${index + 1}. ${shownName(name)}`,
      description,
      tooltip: [shownName(name), description, ...(configured ? [l10n.t('From a configured source')] : [])],
      icon: 'repo-clone',
      accessible: l10n.t('Candidate {0}, {1}: {2}', index + 1, shownName(name), description),
      context: 'candidate',
      children: 'none',
    };
  });
}

function noteAppearance(label: string): Appearance {
  return { label, icon: 'info', accessible: label, context: 'note', children: 'none' };
}

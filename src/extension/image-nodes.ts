/** The shape of the *Images* view: what pipelines run in, and whether it is here. Free of the editor. */
import type { ImageReport } from '../plan/report.ts';
import { shownName } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import { byCodePoint, type FeedModel } from './feed-model.ts';
import type { Localizer } from './localizer.ts';
import type { Appearance } from './pipeline-nodes.ts';
import { type ImageFetching, percentOf } from './run-progress.ts';

/** One line of the view. */
export type ImageNode =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'image'; readonly folder: string; readonly image: UsedImage };

/** An image with the pipelines that run in it. */
export interface UsedImage extends ImageReport {
  /** Whether all of its content was read since it came, and is right. */
  readonly isVerified: boolean;
  readonly usedBy: readonly string[];
}

/** The images that pipelines name, each once, in order of their names. */
export function usedImages(model: FeedModel): UsedImage[] {
  const images = new Map<string, { readonly report: ImageReport; readonly usedBy: string[] }>();
  for (const [pipeline, { report }] of model.pipelines) {
    const { image } = report;
    if (image === null) continue;
    const known = images.get(image.name);
    if (known) known.usedBy.push(pipeline);
    else images.set(image.name, { report: image, usedBy: [pipeline] });
  }
  return [...images.values()]
    .map(({ report, usedBy }) => {
      // Content comes without a commit: what was told last holds.
      const standing = model.images.get(report.name);
      const { state, bytesToFetch } = standing ?? report;
      const isVerified = standing?.verified === true;
      return { ...report, state, bytesToFetch, isVerified, usedBy: usedBy.sort(byCodePoint) };
    })
    .sort((a, b) => byCodePoint(a.name, b.name));
}

/** The lines of a folder. */
export function imageNodes(folder: string, model: FeedModel): ImageNode[] {
  return usedImages(model).map((image) => ({ kind: 'image', folder, image }));
}

/** How an image looks, and how far it is while somebody fetches it. */
export function imageAppearance(
  image: UsedImage,
  fetching: ImageFetching | undefined,
  l10n: Localizer,
): Appearance {
  const label = shownName(image.name);
  const description = fetching ? fetchingText(fetching, l10n) : stateText(image, l10n);
  const users = image.usedBy.map(shownName).join(', ');
  return {
    label,
    description,
    tooltip: [
      label,
      description,
      image.key === null ? l10n.t('Content: not known yet') : l10n.t('Content: {0}', image.key),
      l10n.t('Used by: {0}', users),
    ],
    ...iconOf(image, fetching),
    accessible: l10n.t('Image {0}: {1}, used by {2}', label, description, users),
    context: `image ${fetching ? 'fetching' : image.state}`,
    children: 'none',
  };
}

/** Where the fetching stands, and who does it where that is another process. */
export function fetchingText(fetching: ImageFetching, l10n: Localizer): string {
  const { total, by } = fetching;
  const far =
    total > 0 ? l10n.t('fetching, {0} % of {1}', percentOf(fetching), bytesText(total)) : l10n.t('checking');
  return by === null ? far : l10n.t('{0}, by process {1} on {2}', far, by.pid, by.host);
}

/** What a prefetch has come to. */
export interface PrefetchOutcome {
  /** How many images were asked for. */
  readonly asked: number;
  /** The runner's exit code. */
  readonly code: number | null;
  /** Whether a person has ended it. */
  readonly stopped: boolean;
  /** What it said besides, in sentences: problems, and what is to be committed. */
  readonly said: readonly string[];
}

/** The one sentence at the end. */
export function prefetchSummary({ asked, code, stopped, said }: PrefetchOutcome, l10n: Localizer): string {
  if (stopped && code !== 0)
    return l10n.t(
      'Fetching images was stopped: what has come is kept, and the next prefetch goes on from there.',
    );
  if (said.length > 0) return said.join(' ');
  if (code !== 0)
    return l10n.t('Fetching images ended early (exit {0}); Show Runner Output tells more.', String(code));
  return asked === 1 ? l10n.t('1 image is ready.') : l10n.t('{0} images are ready.', asked);
}

function stateText({ state, key, bytesToFetch, isVerified }: UsedImage, l10n: Localizer): string {
  switch (state) {
    case 'present':
      return isVerified ? l10n.t('present, verified') : l10n.t('present');
    case 'absent':
      return bytesToFetch > 0
        ? l10n.t('absent, {0} to fetch', bytesText(bytesToFetch))
        : l10n.t('absent, of unknown size');
    case 'unknown':
      return key === null ? l10n.t('unknown') : l10n.t('from a registry');
  }
}

function iconOf(
  { state, isVerified }: UsedImage,
  fetching: ImageFetching | undefined,
): Pick<Appearance, 'icon' | 'color'> {
  if (fetching) return { icon: 'loading~spin', color: 'charts.blue' };
  if (state === 'present') return { icon: isVerified ? 'verified' : 'package', color: 'charts.green' };
  if (state === 'absent') return { icon: 'cloud-download', color: 'charts.yellow' };
  return { icon: 'question' };
}

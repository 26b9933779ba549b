/** Whether the image of a pipeline is here, for reports. */
import { sizeOfKey } from '../plan/annex-key.ts';
import type { PlannedImage } from '../plan/planned.ts';
import type { ImageReport } from '../plan/report.ts';
import { bytesText } from '../plan/shown-size.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { absentContent } from '../project/annex-content.ts';
import type { Project } from '../project/open.ts';

/** Describes an image: one look a key, nothing read. */
export function imageReport(
  project: Project,
  index: TreeIndex,
  { name, resolution }: PlannedImage,
): ImageReport {
  if (!('image' in resolution)) return { name, key: null, state: 'unknown', bytesToFetch: 0 };
  const { files, key } = resolution.image;
  if (resolution.kind === 'docker') return { name, key, state: 'unknown', bytesToFetch: 0 };
  const missing = absentContent(project, index, files).flatMap(({ keys }) => keys);
  const bytes = missing.reduce((sum, one) => sum + sizeOfKey(one), 0);
  return { name, key, state: missing.length === 0 ? 'present' : 'absent', bytesToFetch: bytes };
}

/** The same in a few words for people. */
export function imageText({ name, key, state, bytesToFetch }: ImageReport): string {
  if (key === null) return `image ${name}`;
  const size = bytesToFetch > 0 ? `, ${bytesText(bytesToFetch)} to fetch` : '';
  const where = { present: ' (here)', absent: ` (not here${size})`, unknown: '' }[state];
  return `image ${name}${where}`;
}

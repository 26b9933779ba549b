/** The lines of `status --watch --json`, after and beside the whole status. Versioned and additive like `report.ts`. */
import type { DatumReport, ImageReport, REPORT_VERSION, StateCounts, StatusReport } from './report.ts';

/** One line of the feed after the first: a datum's state, or a pipeline's counts, changed. */
export interface ChangeReport {
  readonly version: typeof REPORT_VERSION;
  readonly kind: 'change';
  readonly head: string;
  readonly pipeline: string;
  readonly counts: StateCounts;
  readonly datum: DatumReport;
}

/** One line of the feed: another commit is checked out, and nothing else that the feed tells of has changed. */
export interface HeadReport {
  readonly version: typeof REPORT_VERSION;
  readonly kind: 'head';
  readonly head: string;
}

/** How a dataset stands beside what is committed of it. */
export interface DatasetStanding {
  /** Relative to the project's root; empty for the root itself. */
  readonly path: string;
  /** Changed and untracked files in its work tree, its subdatasets apart; `null` where it is not checked out. */
  readonly changed: number | null;
  /** The commit that is checked out in a subdataset, where it is another one than the project records. */
  readonly checkedOut?: string;
  /** Its annexed content at the commit that counts; `null` where that is not known, as it is not installed. */
  readonly content: ContentSizes | null;
}

/** Annexed content, each key once. Keys without a size, such as those of URLs, count no bytes. */
export interface ContentSizes {
  readonly keys: number;
  readonly bytes: number;
  /** What of it is here. */
  readonly keysHere: number;
  readonly bytesHere: number;
}

/** What `datasets --json` prints, and a line of the feed for those who have asked for it. */
export interface DatasetsReport {
  readonly version: typeof REPORT_VERSION;
  readonly kind: 'datasets';
  readonly datasets: readonly DatasetStanding[];
}

/** How an image stands now, whatever the last whole status said of it. */
export interface ImageStanding extends Pick<ImageReport, 'name' | 'state' | 'bytesToFetch'> {
  /** All of its annexed content was read since it was last written, and is right. */
  readonly verified?: true;
  /** How far whoever makes it ready is; `total` is 0 where it is only checked, or nobody knows how much it is. */
  readonly fetching: {
    readonly bytes: number;
    readonly total: number;
    readonly by: { readonly host: string; readonly pid: number; readonly run: string };
  } | null;
}

/** One line of the feed: images that pipelines name have come or gone, or somebody fetches one. */
export interface ImagesReport {
  readonly version: typeof REPORT_VERSION;
  readonly kind: 'images';
  readonly images: readonly ImageStanding[];
}

/**
 * A line of `status --watch --json`. A whole `status` comes again when pipelines, specs or datasets changed; `datasets` comes
 * once somebody has written the line `datasets` to the feed's standard input, and then whenever it has changed.
 */
export type FeedLine = StatusReport | ChangeReport | HeadReport | DatasetsReport | ImagesReport;

/** What the feed tells of datasets, to those who ask for it: in the background, so that nothing else waits for it. */
import type { DatasetsReport } from '../plan/feed-line.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { DatasetLooks } from '../project/dataset-standing.ts';
import type { Project } from '../project/open.ts';

/** Milliseconds between two looks at the times of files, and how many times as long as a look the pause after it is. */
const PAUSE = 500;
const SHARE = 9;

/** Which work trees may have changed without git's knowledge: none, those that pipelines read, or all. */
const DOUBTS = ['none', 'read', 'all'] as const;

/** Looks at datasets for one feed. */
export class FeedDatasets {
  readonly #looks: DatasetLooks;
  #isAsked = false;
  #doubt: (typeof DOUBTS)[number] = 'none';
  #mark = '';
  #next = 0;
  #isLooking = false;
  #told = '';
  #report: DatasetsReport | undefined;

  constructor(project: Project) {
    this.#looks = new DatasetLooks(project);
  }

  /** Somebody wants to know, or wants all looked at afresh. */
  ask(): void {
    this.#isAsked = true;
    this.#doubt = 'all';
  }

  /** Files may have been changed: those that pipelines read are looked through again, as for unsaved files. */
  doubt(): void {
    if (this.#doubt === 'none') this.#doubt = 'read';
  }

  /** What is new since the last call; begins to look where it is time to. Never waits. */
  news(index: TreeIndex): DatasetsReport | undefined {
    if (this.#isAsked && !this.#isLooking && performance.now() >= this.#next) void this.#look(index);
    const report = this.#report;
    this.#report = undefined;
    return report;
  }

  async #look(index: TreeIndex): Promise<void> {
    const began = performance.now();
    this.#next = began + PAUSE;
    const mark = this.#looks.mark(index);
    if (mark === this.#mark && this.#doubt === 'none') return;
    const doubt = DOUBTS.indexOf(this.#doubt);
    this.#doubt = 'none';
    this.#mark = mark;
    this.#isLooking = true;
    try {
      const datasets = await this.#looks.look(index, (isRead) => doubt >= (isRead ? 1 : 2));
      const text = JSON.stringify(datasets);
      if (text !== this.#told) this.#report = { version: REPORT_VERSION, kind: 'datasets', datasets };
      this.#told = text;
    } catch {
      // Something is gone in the middle of a look, such as a subdataset that is removed: the next look finds out.
      this.#mark = '';
    } finally {
      this.#isLooking = false;
      this.#next = performance.now() + Math.max(PAUSE, SHARE * (performance.now() - began));
    }
  }
}

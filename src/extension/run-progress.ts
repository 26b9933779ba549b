/** What the events of a run add up to: how far it is, and what its end should tell. Free of the editor. */
import type { RunEvent } from '../plan/run-event.ts';
import { briefName, shownName } from '../plan/shown-name.ts';
import type { Localizer } from './localizer.ts';

/** A job of a run that failed, with its log. */
export interface FailedJob {
  readonly pipeline: string;
  readonly datum: string;
  readonly job: string;
  readonly reason: string;
  readonly log: string;
}

/** How far an image is; `by` is the other runner that fetches it. `total` is 0 where nothing has to be fetched, or nobody knows how much. */
export type ImageFetching = Pick<Extract<RunEvent, { event: 'image-fetching' }>, 'bytes' | 'total' | 'by'>;

/** The part of an image that is here, in percent. */
export function percentOf({ bytes, total }: ImageFetching): number {
  return total > 0 ? Math.floor(Math.min(1, bytes / total) * 100) : 0;
}

/** One run as far as its events tell. */
export class RunProgress {
  run: string | undefined;
  jobs = 0;
  running = 0;
  recorded = 0;
  readonly failed = new Map<string, FailedJob>();
  /** Images that are being fetched, by this run or by another one that it waits for. */
  readonly fetching = new Map<string, ImageFetching>();
  readonly messages: string[] = [];
  finished: Extract<RunEvent, { event: 'run-finished' }> | undefined;

  /** Takes in one event; unknown kinds belong to a newer runner and are passed over. */
  apply(event: RunEvent): void {
    this.run ??= event.run;
    switch (event.event) {
      case 'run-started':
        this.jobs = event.jobs;
        break;
      case 'job-started':
        // Each further try is told as well.
        if (event.try === 1) this.running += 1;
        break;
      case 'job-finished':
      case 'job-recovered':
      case 'job-stopped':
        this.running = Math.max(0, this.running - 1);
        break;
      case 'job-failed': {
        this.running = Math.max(0, this.running - 1);
        const { pipeline, datum, job, reason, log } = event;
        this.failed.set(`${pipeline}/${datum}`, { pipeline, datum, job, reason, log });
        break;
      }
      case 'job-recorded':
        this.recorded += 1;
        this.failed.delete(`${event.pipeline}/${event.datum}`);
        break;
      case 'image-fetching':
        this.fetching.set(event.image, event);
        break;
      case 'image-ready':
        this.fetching.delete(event.image);
        break;
      case 'message':
        if (event.severity !== 'information') this.messages.push(event.message);
        break;
      case 'run-finished':
        this.finished = event;
        break;
      default:
        break;
    }
  }

  /** `3 of 20 done, 1 failed, fetching tool 34 %`. */
  label(l10n: Localizer): string {
    const parts = [l10n.t('{0} of {1} done', this.recorded, Math.max(this.jobs, this.recorded))];
    if (this.failed.size > 0) parts.push(l10n.t('{0} failed', this.failed.size));
    for (const [image, far] of this.fetching)
      parts.push(l10n.t('fetching {0} {1} %', shownName(image), percentOf(far)));
    return parts.join(', ');
  }

  /** The one sentence at the end. `exit` is the runner's own, for one that ended without its last event. */
  summary(exit: number | null, l10n: Localizer): string {
    const names = [...this.failed.values()].map((job) => briefName(job.pipeline, job.datum));
    const counts = this.finished?.counts;
    if (!counts) {
      const last = this.messages.at(-1);
      return last
        ? l10n.t('The run ended early: {0}', last)
        : l10n.t('The run ended early (exit {0}); Show Runner Output tells more.', String(exit));
    }
    if (names.length > 0) {
      const shown = names.slice(0, 3).join(', ');
      const more = names.length > 3 ? l10n.t(' and {0} more', names.length - 3) : '';
      return l10n.t('{0} failed: {1}{2}. {3} done.', names.length, shown, more, counts.done + counts.reused);
    }
    if (counts.stopped > 0)
      return l10n.t('Stopped: {0} done, {1} not run.', counts.done + counts.reused, counts.stopped);
    if (this.finished?.exit !== 0 && this.messages.length > 0) return this.messages.at(-1) ?? '';
    if (counts.recovered)
      return l10n.t(
        '{0} done, {1} recovered by err_cmd: without a result, and tried again by the next run.',
        counts.done + counts.reused,
        counts.recovered,
      );
    if (counts.done + counts.reused === 0) return l10n.t('Nothing had to run: everything is done.');
    return counts.reused > 0
      ? l10n.t('{0} done, {1} of them copied from equal content.', counts.done + counts.reused, counts.reused)
      : l10n.t('{0} done.', counts.done);
  }
}

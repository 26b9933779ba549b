/** The events of `run --json`, a line each; versioned and additive like the documents of `report.ts`. */
import type { REPORT_VERSION } from './report.ts';

/** What every event of `run --json` carries. `seq` counts from 1 within a run; `at` is an ISO 8601 time. */
interface EventBase {
  readonly version: typeof REPORT_VERSION;
  readonly run: string;
  readonly seq: number;
  readonly at: string;
}

interface JobPlace {
  readonly pipeline: string;
  readonly datum: string;
  readonly job: string;
}

/** A line of `run --json`; the last one is `run-finished`. */
export type RunEvent = EventBase & RunEventBody;

/** An event without what every event carries. */
export type RunEventBody =
  | { readonly event: 'run-started'; readonly head: string; readonly jobs: number; readonly pid: number }
  /** An array was handed to Slurm; `slurm` is what Slurm calls it. */
  | {
      readonly event: 'jobs-submitted';
      readonly pipeline: string;
      readonly slurm: string;
      readonly tasks: number;
      readonly jobs: number;
    }
  | ({ readonly event: 'job-started'; readonly try: number } & JobPlace)
  | ({ readonly event: 'job-finished'; readonly milliseconds: number } & JobPlace)
  | ({ readonly event: 'job-failed'; readonly reason: string; readonly log: string } & JobPlace)
  | ({ readonly event: 'job-recovered'; readonly reason: string; readonly log: string } & JobPlace)
  /** It was ended, by a stop or because its pipeline's time is over, and stays pending. */
  | ({ readonly event: 'job-stopped' } & JobPlace)
  | ({
      readonly event: 'job-recorded';
      readonly commit: string;
      readonly output: string;
      readonly reused: boolean;
    } & JobPlace)
  /** It was computed again, and left what was recorded already: there is no new commit. */
  | ({ readonly event: 'job-unchanged'; readonly commit: string; readonly output: string } & JobPlace)
  | ({ readonly event: 'job-waiting'; readonly reason: string } & JobPlace)
  /** How far the image of a pipeline is; `by` is the other runner that fetches it, `null` where this one does. */
  | {
      readonly event: 'image-fetching';
      readonly image: string;
      readonly bytes: number;
      readonly total: number;
      readonly by: { readonly host: string; readonly pid: number; readonly run: string } | null;
    }
  /** How much annexed content has come, of what `get` was asked for. */
  | { readonly event: 'content-fetching'; readonly bytes: number; readonly total: number }
  | { readonly event: 'image-ready'; readonly image: string }
  | {
      readonly event: 'message';
      readonly severity: 'warning' | 'error' | 'information';
      readonly message: string;
    }
  | {
      readonly event: 'run-finished';
      readonly counts: {
        readonly done: number;
        readonly reused: number;
        readonly skipped: number;
        readonly failed: number;
        readonly stopped: number;
        /** Absent in runs of earlier runners. */
        readonly recovered?: number;
        /** Computed again with the same result; absent in runs of earlier runners. */
        readonly unchanged?: number;
        /** Ready, and not started after a failure, as `--fail-fast` asks; absent in runs of earlier runners. */
        readonly notStarted?: number;
      };
      readonly exit: number;
    };

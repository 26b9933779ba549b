/** What a run works with. */
import type { RunEventBody } from '../plan/run-event.ts';
import type { Again } from './again.ts';
import type { Executor } from './executor.ts';
import type { ImageGate } from './images/image-gate.ts';
import type { Recorder, RecorderMeans } from './recording/recorder.ts';
import type { TaskWatch } from './slurm/settle.ts';

/** A run's means, besides those of its recorder. */
export interface RunMeans extends RecorderMeans {
  readonly recorder: Recorder;
  readonly executor: Executor;
  /** Asks about tasks of Slurm's that are waited for. */
  readonly tasks: TaskWatch;
  readonly images: ImageGate;
  /** What is computed again; absent in a run that computes what is missing. */
  readonly again: Again | undefined;
  readonly emit: (event: RunEventBody) => void;
  /** Aborted when the run is to stop. */
  readonly stop: AbortController;
  /** Whether somebody has asked for a stop through the shared state. */
  readonly isStopWished: () => boolean;
}

/** What every comparison is made of; one file a comparison, all listed in `main.ts`. */
import type { Place } from './measure.ts';

/** One way to do the work. */
export interface Contender {
  readonly name: string;
  /** Makes what it needs; not timed. All preparations of all rounds come before the first timing. */
  readonly prepare: (place: Place) => Promise<void>;
  /** Does the work and returns the time it took, in the comparison's unit. */
  readonly run: (place: Place) => Promise<number>;
  /** The greatest memory of what has just run, in megabytes, where that is told. */
  readonly memory?: (place: Place) => Promise<number>;
}

/** The same work done in several ways, the first of which is ours. */
export interface Comparison {
  /** For `--only`. */
  readonly id: string;
  readonly title: string;
  /** What is and is not the same between the contenders, in a sentence or two. */
  readonly note: string;
  /** Of its times; seconds when absent. */
  readonly unit?: 'ms a job' | 'ms';
  readonly contenders: readonly Contender[];
}

/** How our own runner is started: by the Node that runs the benchmark. */
export function minipach(...args: readonly string[]): readonly string[] {
  return [process.execPath, new URL('../dist/minipach.cjs', import.meta.url).pathname, ...args];
}

/**
 * The jobs that wait and the room that there is for them: places, memory, how many of a pipeline may run at once, and
 * how long a run may spend on it. All jobs of a pipeline ask for the same, so pipelines are looked at, not jobs.
 */
import type { Resources, Spec } from '../spec/model.ts';
import { startClock } from './alarm.ts';
import type { DatumPlace } from './planner.ts';

/** What one machine has. */
export interface PoolRoom {
  /** How many jobs of one core run at once. */
  readonly places: number;
  /** Bytes that all running jobs may ask for together. */
  readonly memory: number;
}

/** What a pool reports to. */
export interface PoolOptions extends PoolRoom {
  readonly stop: AbortSignal;
  /** Called once for a pipeline whose time is over, and only when that leaves something undone. */
  readonly onTimeOver: (left: TimeOver) => void;
}

/** What was left undone when a pipeline's time was over. */
export interface TimeOver {
  readonly pipeline: string;
  /** Milliseconds that it had. */
  readonly limit: number;
  /** Jobs that were running and are ended. */
  readonly ended: number;
  /** Jobs that were ready and are not started. */
  readonly waiting: number;
}

/** A job that may start now. */
export interface Admission {
  readonly place: DatumPlace;
  /** Aborted when the run is stopped, or when the pipeline's time is over. */
  readonly signal: AbortSignal;
  /** Gives the room back; to be called once. */
  readonly release: () => void;
}

/** The jobs of one pipeline. */
interface Line {
  readonly name: string;
  readonly timeOver: AbortController;
  readonly signal: AbortSignal;
  waiting: DatumPlace[];
  /** The first of `waiting` that has not been taken. */
  next: number;
  running: number;
  limit: number | undefined;
  stopClock: (() => void) | undefined;
  isTold: boolean;
  /** Whether the order of `waiting` is this run's own. */
  isScattered: boolean;
}

/** Hands out waiting jobs as room allows, upstream pipelines first. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #lines = new Map<string, Line>();
  #running = 0;
  #places = 0;
  #memory = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** How many jobs wait. */
  get waiting(): number {
    let sum = 0;
    for (const line of this.#lines.values()) sum += line.waiting.length - line.next;
    return sum;
  }

  /** Whether a job that waits could start now. */
  get canAdmit(): boolean {
    return this.#admissible() !== undefined;
  }

  /** Replaces what waits by these jobs. */
  refill(places: readonly DatumPlace[]): void {
    this.clear();
    this.add(places);
  }

  /** Forgets what waits. */
  clear(): void {
    for (const line of this.#lines.values()) {
      line.waiting = [];
      line.next = 0;
      line.isScattered = false;
    }
  }

  /** Adds jobs behind those that wait; jobs of a pipeline whose time is over are left for another run. */
  add(places: readonly DatumPlace[]): void {
    for (const place of places) this.#line(place.pipeline.name).waiting.push(place);
    for (const line of this.#lines.values()) if (line.timeOver.signal.aborted) this.#dropWaiting(line, 0);
  }

  /**
   * Goes on at another place among those that wait, because another run takes them in the same order: runs that go side by
   * side would find each job taken by one of them. Does nothing for what was scattered already.
   * @param where - From 0 up to 1, a part of what waits.
   */
  scatter(where: number): void {
    for (const line of this.#lines.values()) {
      if (line.isScattered) continue;
      const rest = line.waiting.slice(line.next);
      const first = Math.floor(rest.length * where);
      line.waiting = [...rest.slice(first), ...rest.slice(0, first)];
      line.next = 0;
      line.isScattered = true;
    }
  }

  /** The next job that there is room for. */
  admit(): Admission | undefined {
    const line = this.#admissible();
    const place = line?.waiting[line.next];
    if (line === undefined || place === undefined) return undefined;
    line.next += 1;
    const { spec } = place.pipeline.source;
    const need = needOf(spec, this.#options.places);
    this.#running += 1;
    this.#places += need.places;
    this.#memory += need.memory;
    line.running += 1;
    if (spec.jobTimeout !== undefined && line.stopClock === undefined) {
      line.limit = spec.jobTimeout;
      line.stopClock = startClock(spec.jobTimeout, () => this.#endTime(line));
    }
    const release = (): void => {
      this.#running -= 1;
      this.#places -= need.places;
      this.#memory -= need.memory;
      line.running -= 1;
    };
    return { place, signal: line.signal, release };
  }

  /** Stops all clocks. */
  end(): void {
    for (const { stopClock } of this.#lines.values()) stopClock?.();
  }

  #line(name: string): Line {
    const known = this.#lines.get(name);
    if (known !== undefined) return known;
    const timeOver = new AbortController();
    const line: Line = {
      name,
      timeOver,
      signal: AbortSignal.any([this.#options.stop, timeOver.signal]),
      waiting: [],
      next: 0,
      running: 0,
      limit: undefined,
      stopClock: undefined,
      isTold: false,
      isScattered: false,
    };
    this.#lines.set(name, line);
    return line;
  }

  #admissible(): Line | undefined {
    if (this.#options.stop.aborted || this.#places >= this.#options.places) return undefined;
    for (const line of this.#lines.values()) {
      const place = line.waiting[line.next];
      if (place !== undefined && this.#fits(place.pipeline.source.spec, line.running)) return line;
    }
    return undefined;
  }

  /** One job alone may always run, however much it asks for. */
  #fits(spec: Spec, running: number): boolean {
    if (spec.parallelism !== undefined && running >= spec.parallelism) return false;
    if (this.#running === 0) return true;
    const need = needOf(spec, this.#options.places);
    return (
      this.#places + need.places <= this.#options.places && this.#memory + need.memory <= this.#options.memory
    );
  }

  #endTime(line: Line): void {
    const { running } = line;
    line.timeOver.abort();
    this.#dropWaiting(line, running);
  }

  #dropWaiting(line: Line, ended: number): void {
    const waiting = line.waiting.length - line.next;
    line.waiting = [];
    line.next = 0;
    if (line.isTold || waiting + ended === 0) return;
    line.isTold = true;
    this.#options.onTimeOver({ pipeline: line.name, limit: line.limit ?? 0, ended, waiting });
  }
}

/** What one job takes of a pool: requests, else limits, else one core and no memory to speak of. */
function needOf(spec: Spec, places: number): { readonly places: number; readonly memory: number } {
  const of = (what: keyof Pick<Resources, 'cpu' | 'memory'>): number | undefined =>
    spec.requests[what] ?? spec.limits[what];
  return { places: Math.min(places, Math.max(1, Math.ceil(of('cpu') ?? 1))), memory: of('memory') ?? 0 };
}

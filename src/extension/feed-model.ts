/**
 * What the feed of one folder has said so far. Free of the editor, so that it can be tested and timed alone:
 * a project may have 100,000 datums, and every change must cost only what it changes.
 */
import type { ChangeReport, DatasetStanding, FeedLine, ImageStanding } from '../plan/feed-line.ts';
import type {
  DatasetReport,
  DatumReport,
  DatumState,
  PipelineReport,
  RunReport,
  StateCounts,
} from '../plan/report.ts';

/** What a line changed: everything, how datasets or images stand, or some pipelines by name. */
export type ModelChange = 'all' | 'datasets' | 'images' | ReadonlySet<string>;

/** One pipeline with the datums that are known of it. */
export class PipelineModel {
  report: PipelineReport;
  counts: StateCounts;
  readonly #datums = new Map<string, DatumReport>();
  readonly #names = new Map<DatumState, SortedNames>();

  constructor(report: PipelineReport) {
    this.report = report;
    this.counts = report.counts;
    for (const datum of report.datums) {
      this.#datums.set(datum.datum, datum);
      this.#namesIn(datum.state).add(datum.datum);
    }
  }

  /** A datum by name, if the feed or a page has named it. */
  datum(name: string): DatumReport | undefined {
    return this.#datums.get(name);
  }

  /** The known datums of one state, in order of their names. */
  names(state: DatumState): readonly string[] {
    return this.#names.get(state)?.list() ?? [];
  }

  /** Takes in one datum as it is now. */
  set(datum: DatumReport): void {
    const before = this.#datums.get(datum.datum);
    this.#datums.set(datum.datum, datum);
    if (before?.state === datum.state) return;
    if (before) this.#namesIn(before.state).remove(datum.datum);
    this.#namesIn(datum.state).add(datum.datum);
  }

  /** Takes over the done datums of an earlier model of the same commit, unless they are something else now. */
  keepDone(earlier: PipelineModel): void {
    const kept = earlier.names('done').filter((name) => !this.#datums.has(name));
    if (kept.length > (this.counts.done ?? 0)) return;
    for (const name of kept) {
      const datum = earlier.datum(name);
      if (datum) this.set(datum);
    }
  }

  #namesIn(state: DatumState): SortedNames {
    const known = this.#names.get(state);
    if (known) return known;
    const made = new SortedNames();
    this.#names.set(state, made);
    return made;
  }
}

/**
 * Names in order, put in order when somebody asks: changes come by the thousand between two looks, and moving the
 * rest of a long list for each of them would take minutes.
 */
class SortedNames {
  #sorted: readonly string[] = [];
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();

  add(name: string): void {
    if (!this.#removed.delete(name)) this.#added.add(name);
  }

  remove(name: string): void {
    if (!this.#added.delete(name)) this.#removed.add(name);
  }

  list(): readonly string[] {
    if (this.#added.size === 0 && this.#removed.size === 0) return this.#sorted;
    const kept = this.#sorted.filter((name) => !this.#removed.has(name));
    // Two runs that are in order already are merged in one pass.
    this.#sorted = kept.concat([...this.#added].sort(byCodePoint)).sort(byCodePoint);
    this.#added.clear();
    this.#removed.clear();
    return this.#sorted;
  }
}

/** Everything that one feed has said. */
export class FeedModel {
  /** False until the first whole status has come. */
  ready = false;
  head = '';
  dirty: readonly string[] = [];
  unmerged: readonly string[] = [];
  datasets: readonly DatasetReport[] = [];
  runs: readonly RunReport[] = [];
  /** How datasets stand, by their paths; empty until somebody has asked the feed. */
  standings: ReadonlyMap<string, DatasetStanding> = new Map();
  /** How images stand, by their names; the feed tells of those that pipelines name. */
  images: ReadonlyMap<string, ImageStanding> = new Map();
  readonly pipelines = new Map<string, PipelineModel>();

  /** Takes in one line of the feed. */
  apply(line: FeedLine): ModelChange {
    if (line.kind === 'change') return this.#change(line);
    if (line.kind === 'datasets') {
      this.standings = new Map(line.datasets.map((dataset) => [dataset.path, dataset]));
      return 'datasets';
    }
    if (line.kind === 'images') {
      this.images = new Map(line.images.map((image) => [image.name, image]));
      return 'images';
    }
    if (line.kind === 'head') {
      this.head = line.head;
      return new Set();
    }
    const before = this.ready && this.head === line.head ? new Map(this.pipelines) : undefined;
    this.ready = true;
    this.head = line.head;
    this.dirty = line.dirty;
    this.unmerged = line.unmerged ?? [];
    this.datasets = line.datasets;
    this.runs = line.runs;
    this.pipelines.clear();
    for (const report of line.pipelines) {
      const pipeline = new PipelineModel(report);
      this.pipelines.set(report.name, pipeline);
      // The feed leaves out what is done. Of the same commit that was asked for already, and is still so.
      const known = before?.get(report.name);
      if (known) pipeline.keepDone(known);
    }
    return 'all';
  }

  /** The number of datums in the given states, over all pipelines. */
  count(states: readonly DatumState[]): number {
    let sum = 0;
    for (const { counts } of this.pipelines.values()) {
      for (const state of states) sum += counts[state] ?? 0;
    }
    return sum;
  }

  #change(line: ChangeReport): ModelChange {
    const pipeline = this.pipelines.get(line.pipeline);
    // A pipeline that no status has named yet: the whole status that names it is on its way.
    if (!pipeline) return new Set();
    this.head = line.head;
    pipeline.counts = line.counts;
    pipeline.set(line.datum);
    return new Set([line.pipeline]);
  }
}

/** The order that the runner lists names in, whatever the reader's language. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

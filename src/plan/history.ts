/** What has been computed, as the project's own commits tell it. */
import type { ResultRecord } from './record.ts';

/** The records of a branch, newest first within each list. */
export class History {
  readonly #byDatum = new Map<string, ResultRecord[]>();
  readonly #byJob = new Map<string, ResultRecord[]>();
  readonly #computed = new Map<string, ResultRecord[]>();
  /** The records that changed a file of several datums, by its path, newest first. */
  readonly #replacing = new Map<string, ResultRecord[]>();
  /** The age of each record: the smaller, the newer. */
  readonly #age = new Map<ResultRecord, number>();
  #newest = 0;
  #commits: ReadonlySet<string> | undefined;
  readonly #byPlace = new Map<string, ResultRecord[]>();

  /** From records in the order of `git log`: newest first. */
  constructor(records: Iterable<ResultRecord> = []) {
    for (const record of records) {
      this.#age.set(record, this.#age.size);
      for (const path of Object.keys(record.replaced ?? {})) append(this.#replacing, path, record);
      append(this.#byDatum, datumId(record.directory, record.datum), record);
      append(this.#byJob, record.job, record);
      if (!record.reused) append(this.#computed, record.job, record);
      if (record.files === undefined) append(this.#byPlace, datumId(record.directory, record.path), record);
    }
  }

  /** Adds a record that is newer than all known ones. */
  addNewest(record: ResultRecord): void {
    this.#newest -= 1;
    this.#commits = undefined;
    this.#age.set(record, this.#newest);
    for (const path of Object.keys(record.replaced ?? {})) prepend(this.#replacing, path, record);
    prepend(this.#byDatum, datumId(record.directory, record.datum), record);
    prepend(this.#byJob, record.job, record);
    if (!record.reused) prepend(this.#computed, record.job, record);
    if (record.files === undefined) prepend(this.#byPlace, datumId(record.directory, record.path), record);
  }

  /** The same history without the records of some commits. */
  without(commits: ReadonlySet<string>): History {
    return new History(this.newestFirst().filter(({ commit }) => !commits.has(commit)));
  }

  /** Records of this history, all by default, newest first. */
  newestFirst(records: Iterable<ResultRecord> = this.#age.keys()): readonly ResultRecord[] {
    return [...records].sort((a, b) => (this.#age.get(a) ?? 0) - (this.#age.get(b) ?? 0));
  }

  /** Whether a commit is a record. */
  hasCommit(commit: string): boolean {
    this.#commits ??= new Set([...this.#age.keys()].map((record) => record.commit));
    return this.#commits.has(commit);
  }

  /** The records of one datum of the pipeline in a directory. */
  ofDatum(directory: string, datum: string): readonly ResultRecord[] {
    return (this.#byDatum.size > 0 && this.#byDatum.get(datumId(directory, datum))) || NONE;
  }

  /** The records that own a whole output directory of the pipeline in a directory, whatever their datum was called. */
  atPlace(directory: string, output: string): readonly ResultRecord[] {
    return (this.#byPlace.size > 0 && this.#byPlace.get(datumId(directory, output))) || NONE;
  }

  /** All records of a job's key, whatever their datum. */
  ofJob(job: string): readonly ResultRecord[] {
    return this.#byJob.get(job) ?? [];
  }

  /** Those among them that were computed; the others, of which there can be very many, are copies. */
  computed(job: string): readonly ResultRecord[] {
    return this.#computed.get(job) ?? [];
  }

  /** The records that changed a file since this one, newest first. */
  replacing(path: string, since: ResultRecord): readonly ResultRecord[] {
    const age = this.#age.get(since) ?? 0;
    const found = this.#replacing.get(path) ?? [];
    return found.filter((record) => (this.#age.get(record) ?? 0) < age);
  }

  /** Whether a result of a pipeline in a directory was ever recorded. */
  hasIn(directory: string): boolean {
    return this.newestIn(directory)[Symbol.iterator]().next().done !== true;
  }

  /** The newest record of every datum ever recorded in a directory. */
  *newestIn(directory: string): Iterable<ResultRecord> {
    for (const [id, records] of this.#byDatum) {
      if (id.startsWith(`${directory}\0`) && records[0] !== undefined) yield records[0];
    }
  }
}

const NONE: readonly ResultRecord[] = [];

function datumId(directory: string, datum: string): string {
  return `${directory}\0${datum}`;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function prepend<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.unshift(value);
}

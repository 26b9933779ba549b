/** Which datums left a file, where several of them leave their results in one directory. */
import type { ResultRecord } from '../../plan/record.ts';
import type { DatumPlace, Planner } from '../planner.ts';
import { pathsAbove } from './written.ts';

/** Datums by the files, and by the whole directories, that their records own. */
interface Owners {
  readonly files: ReadonlyMap<string, DatumPlace>;
  readonly directories: ReadonlyMap<string, DatumPlace>;
}

/** The datums of a plan by the files that their records own, kept up to date with what a batch records. */
export class Sharers {
  readonly #planner: Planner;
  readonly #byDirectory = new Map<string, Map<string, Map<string, DatumPlace>>>();

  /** Results whose datums get another place in this batch, by the datum's pipeline and name. */
  readonly #leaving = new Map<DatumPlace['datum'], ResultRecord>();

  #owners: Owners | undefined;

  constructor(planner: Planner) {
    this.#planner = planner;
  }

  /** The other datums of the same pipeline that left a file, and own it together with this one. */
  of(place: DatumPlace, path: string): readonly DatumPlace[] {
    const owners = this.#filesOf(place).get(path);
    return [...(owners ?? [])].flatMap(([datum, owner]) => (datum === place.datum.datum ? [] : [owner]));
  }

  /** One of them whose result stands, so that what it left must stay as it is. */
  standing(place: DatumPlace, path: string): DatumPlace | undefined {
    return this.of(place, path).find((other) => this.#planner.isDone(other));
  }

  /** Any datum of any pipeline whose result a path belongs to. */
  ownerOf(path: string): DatumPlace | undefined {
    this.#owners ??= this.#findOwners();
    const owners = this.#owners;
    const above = pathsAbove(path).flatMap((part) => owners.directories.get(part) ?? []);
    return owners.files.get(path) ?? above[0];
  }

  /** The datums whose records own, as a whole, a directory that one of these paths lies in. */
  wholeOwners(paths: readonly string[]): ReadonlySet<DatumPlace> {
    this.#owners ??= this.#findOwners();
    const { directories } = this.#owners;
    return new Set(paths.flatMap((path) => pathsAbove(path).flatMap((part) => directories.get(part) ?? [])));
  }

  /** Notes that a datum's result goes to another place in this batch. */
  noteLeaving({ datum }: DatumPlace, record: ResultRecord): void {
    this.#leaving.set(datum, record);
  }

  /** The result of another datum that a path belongs to, when it is about to leave its place. */
  leaving(place: DatumPlace, path: string): ResultRecord | undefined {
    if (this.#leaving.size === 0) return undefined;
    const owner = this.ownerOf(path);
    return owner === undefined || owner.datum === place.datum ? undefined : this.#leaving.get(owner.datum);
  }

  /** Notes that a datum owns these files from now on, and none else. */
  note(place: DatumPlace, before: readonly string[], now: readonly string[]): void {
    // What has not been asked for yet is read when it is.
    if (!this.#byDirectory.has(place.pipeline.source.directory)) return;
    const files = this.#filesOf(place);
    for (const path of before) files.get(path)?.delete(place.datum.datum);
    for (const path of now) add(files, path, place);
  }

  #findOwners(): Owners {
    const found = { files: new Map<string, DatumPlace>(), directories: new Map<string, DatumPlace>() };
    for (const place of this.#planner.places()) {
      const record = this.#planner.recordOf(place);
      if (record === undefined) continue;
      if (record.files === undefined) found.directories.set(record.path, place);
      for (const path of record.files ?? []) found.files.set(path, place);
    }
    return found;
  }

  #filesOf({ pipeline }: DatumPlace): Map<string, Map<string, DatumPlace>> {
    const { directory } = pipeline.source;
    const known = this.#byDirectory.get(directory);
    if (known !== undefined) return known;
    const files = new Map<string, Map<string, DatumPlace>>();
    for (const place of this.#planner.places()) {
      if (place.pipeline.source.directory !== directory) continue;
      for (const path of this.#planner.recordOf(place)?.files ?? []) add(files, path, place);
    }
    this.#byDirectory.set(directory, files);
    return files;
  }
}

function add(files: Map<string, Map<string, DatumPlace>>, path: string, place: DatumPlace): void {
  const owners = files.get(path);
  if (owners === undefined) files.set(path, new Map([[place.datum.datum, place]]));
  else owners.set(place.datum.datum, place);
}

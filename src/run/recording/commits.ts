/** From results to the commits that record them, and what stands in the way of one. */

import { identity } from '../../plan/digest.ts';
import { inputPath } from '../../plan/input.ts';
import { joinPaths } from '../../plan/paths.ts';
import type { ResultRecord } from '../../plan/record.ts';
import { recordMessage } from '../../plan/record.ts';
import { isIntact, namesItsDatum, outputDigest, ownedEntries } from '../../plan/result.ts';
import { briefName } from '../../plan/shown-name.ts';
import type { TreeEntry } from '../../plan/tree.ts';
import { discardStep } from '../discard.ts';
import { Guard } from '../guard.ts';
import { commandOf, imagePaths } from '../images/container-command.ts';
import type { DatumPlace, Planner } from '../planner.ts';
import { shellLine } from '../shell-line.ts';
import type { StagedFacts } from '../staging.ts';
import type { NewFile } from './fast-import.ts';
import { copiedFile, newFile } from './new-files.ts';
import type { HeldBack, Recording, TakenResult } from './recording.ts';
import { Sharers } from './sharers.ts';
import { Written } from './written.ts';

/** Collects the recordings of one batch, and keeps two datums from writing one file. */
export class Batch {
  readonly recordings: Recording[] = [];
  readonly heldBack: HeldBack[] = [];
  /** Computed again, with the result that was there already. */
  readonly unchanged: { readonly place: DatumPlace; readonly record: ResultRecord }[] = [];
  readonly #planner: Planner;
  readonly #datasetId: string | null;
  readonly #binds: readonly string[];
  readonly #sharers: Sharers;
  readonly #written: Written;
  readonly #guard: Guard;
  /** Datums whose record of a whole directory has been taken care of. */
  readonly #divided = new Set<DatumPlace['datum']>();
  readonly #pointers = new Set<string>();

  /**
   * @param written - Files that this run has recorded since the plan was made.
   * @param binds - What `minipach.bind` shows to containers.
   */
  constructor(planner: Planner, datasetId: string | null, written: Written, binds: readonly string[]) {
    this.#planner = planner;
    this.#sharers = new Sharers(planner);
    this.#datasetId = datasetId;
    this.#binds = binds;
    this.#written = new Written(written);
    this.#guard = new Guard(planner, this.#sharers, this.#written);
  }

  /** All files written by this run since the plan was made, with those of this batch. */
  get written(): Written {
    return this.#written;
  }

  /** The datasets in which unlocked annexed files are recorded, computed or copied: git writes but their pointers. */
  get pointers(): ReadonlySet<string> {
    return this.#pointers;
  }

  /**
   * Records a result for the datum that it was computed for, and a copy for every equal one.
   * @param takenFor - What it is for a datum, or why it cannot be recorded for it; `undefined` where it waits.
   */
  addResult(
    { job, again }: Pick<StagedFacts, 'job' | 'again'>,
    takenFor: (place: DatumPlace) => TakenResult | string | undefined,
  ): void {
    for (const place of this.#planner.wanting(job, again?.datums)) {
      const taken = takenFor(place);
      if (typeof taken === 'string') this.heldBack.push({ place, message: taken });
      if (taken === undefined || typeof taken === 'string') continue;
      const own = place.pipeline.name === taken.pipeline && place.datum.datum === taken.datum;
      // A result that carries its datum's name must not go to another one; that one gets a job of its own.
      if (
        !own &&
        place.pipeline.source.spec.identity === 'content' &&
        namesItsDatum(taken.files, [taken.datum])
      )
        continue;
      const files = taken.files.map(({ name, content }) => {
        const path = joinPaths(place.datum.output, name);
        return { name, entry: content.entry, file: newFile(this.#planner.current.index, path, content) };
      });
      this.#add(place, files, { exit: taken.exit, reused: !own, discarded: taken.discarded });
    }
  }

  /**
   * Tells beforehand for whom there are results: those among them whose earlier result lies elsewhere leave that place,
   * so that others of this batch can take it, also in exchange.
   */
  announce(places: Iterable<DatumPlace>): void {
    for (const place of places) {
      const record = this.#planner.recordOf(place);
      if (record !== undefined && record.path !== place.datum.output)
        this.#sharers.noteLeaving(place, record);
    }
  }

  /** Records a copy of a result that the tree holds already. */
  addCopy(place: DatumPlace, source: ResultRecord): void {
    const { index } = this.#planner.current;
    const cut = source.path === '' ? 0 : source.path.length + 1;
    const files = ownedEntries(index, source).map((entry) => {
      const name = entry.path.slice(cut);
      const path = joinPaths(place.datum.output, name);
      return { name, entry, file: copiedFile(index, path, entry) };
    });
    this.#add(place, files, { exit: 0, reused: true, discarded: undefined });
  }

  #add(
    place: DatumPlace,
    files: readonly { name: string; entry: Pick<TreeEntry, 'type' | 'blob' | 'annexKey'>; file: NewFile }[],
    how: { exit: number; reused: boolean; discarded: readonly string[] | undefined },
  ): void {
    const { pipeline, datum } = place;
    const { exit, reused, discarded } = how;
    const owner = briefName(pipeline.name, datum.datum);
    const previous = this.#planner.recordOf(place);
    const output = outputDigest(files.map(({ name, entry }) => ({ ...entry, name })));
    if (previous !== undefined && this.#isTheSame(previous, place, output)) {
      this.unchanged.push({ place, record: previous });
      return;
    }
    const paths = files.map(({ file }) => file.path);
    const problem = this.#guard.problemWith(place, files, previous);
    if (problem !== undefined) {
      this.heldBack.push({ place, message: problem });
      return;
    }
    if (datum.command === undefined || datum.job === null) return;
    const command = commandOf(place, datum.command, this.#planner.current.index, this.#binds);
    if ('problem' in command) {
      this.heldBack.push({ place, message: command.problem });
      return;
    }
    this.#divide(place, paths);
    const owned = datum.ownsDirectory && !this.#holdsOthers(place, previous) ? undefined : paths;
    const replaced = owned === undefined ? {} : this.#replacedBy(place, files);
    const { spec, directory } = pipeline.source;
    const record: Recording['record'] = {
      job: datum.job,
      pipeline: pipeline.name,
      directory,
      datum: datum.datum,
      path: datum.output,
      output,
      ...(owned === undefined ? {} : { files: owned }),
      reused,
      ...(Object.keys(replaced).length === 0 ? {} : { replaced }),
    };
    // Of some inputs the command needs no more than the names, which are there without any content.
    const contents = datum.inputs.filter((input) => !input.emptyFiles).map(inputPath);
    const message = recordMessage({
      ...record,
      datasetId: this.#datasetId,
      exit,
      inputs: [
        ...new Set([...contents, ...[...pipeline.code, ...pipeline.context].map((entry) => entry.path)]),
      ],
      images: imagePaths(pipeline),
      shellLine: shellLine({
        command,
        output: datum.output,
        files: owned,
        acceptReturnCode: spec.transform.acceptReturnCode,
        discard: discardStep({
          globs: spec.discard,
          output: datum.output,
          dataset: this.#planner.current.index.datasetOf(datum.output),
          owned: owned === undefined,
          kept: files.map(({ name }) => name),
          discarded,
        }),
      }),
    });
    for (const { entry, file } of files)
      if (entry.annexKey !== undefined && entry.type !== 'symlink')
        this.#pointers.add(this.#planner.current.index.datasetOf(file.path));
    for (const { file, entry } of files) this.#written.add({ path: file.path, blob: entry.blob, owner });
    this.recordings.push({
      place,
      record,
      commit: {
        message,
        removed: [...this.#removedFor(place, paths, previous), ...this.#leftAt(place, paths)],
        files: files.map(({ file }) => file),
      },
    });
    this.#sharers.note(place, previous?.files ?? [], owned ?? []);
  }

  /** Whether a result that was computed again is the one that stands: a record of it would say nothing new. */
  #isTheSame(previous: ResultRecord, place: DatumPlace, output: string): boolean {
    const { datum } = place;
    if (this.#divided.has(datum)) return false;
    if (previous.job !== datum.job || previous.path !== datum.output || previous.output !== output)
      return false;
    // What this run has recorded since the plan was made is done, and not in the plan's index yet.
    return this.#planner.isDone(place) || isIntact(this.#planner.current.index, previous);
  }

  /**
   * A result that comes into a directory which another one owns as a whole: the other one is recorded once more, by its
   * files, or it would look edited from now on.
   */
  #divide(place: DatumPlace, paths: readonly string[]): void {
    if (place.datum.ownsDirectory) return;
    for (const owner of this.#sharers.wholeOwners(paths)) {
      const record = this.#planner.recordOf(owner);
      if (owner.datum === place.datum || owner.datum.ownsDirectory || this.#divided.has(owner.datum))
        continue;
      this.#divided.add(owner.datum);
      if (record !== undefined && this.#planner.isDone(owner)) this.addCopy(owner, record);
    }
  }

  /** What must go before the new files come: all that the datum left before, but what others have left as well. */
  #removedFor(
    place: DatumPlace,
    paths: readonly string[],
    previous: ResultRecord | undefined,
  ): readonly string[] {
    if (previous === undefined) return [];
    if (previous.files === undefined) {
      const { index } = this.#planner.current;
      const isOwned = place.datum.ownsDirectory && !index.leadsToSubdataset(previous.path);
      if (previous.path === place.datum.output && isOwned) return [previous.path];
      // Others may have come into the directory, and into the place that this one leaves, also in the same batch.
      return ownedEntries(index, previous).flatMap(({ path, type }) =>
        type === 'subdataset' || this.#sharers.of(place, path).length > 0 || this.#isTakenOver(place, path)
          ? []
          : [path],
      );
    }
    const now = new Set(paths);
    return previous.files.filter(
      (path) =>
        now.has(path) || (this.#sharers.of(place, path).length === 0 && !this.#isTakenOver(place, path)),
    );
  }

  /** Whether another datum of this batch has come to a path. */
  #isTakenOver(place: DatumPlace, path: string): boolean {
    const written = this.#written.at(path);
    return written !== undefined && written.owner !== briefName(place.pipeline.name, place.datum.datum);
  }

  /** All that is left of the results in whose places this one comes: half of them would be in nobody's result. */
  #leftAt(place: DatumPlace, paths: readonly string[]): readonly string[] {
    const { index } = this.#planner.current;
    const left = new Set(paths.flatMap((path) => this.#sharers.leaving(place, path) ?? []));
    return [...left].flatMap((record) =>
      ownedEntries(index, record).flatMap(({ path, type }) =>
        type === 'subdataset' || this.#isTakenOver(place, path) ? [] : [path],
      ),
    );
  }

  /** What files that others have left as well are until now, where they become something else. */
  #replacedBy(
    place: DatumPlace,
    files: readonly { entry: Pick<TreeEntry, 'type' | 'blob' | 'annexKey'>; file: NewFile }[],
  ): Readonly<Record<string, string>> {
    const { index } = this.#planner.current;
    const replaced: Record<string, string> = {};
    for (const { entry, file } of files) {
      const there = index.file(file.path);
      if (there === undefined || identity(there) === identity(entry)) continue;
      if (this.#sharers.of(place, file.path).length > 0) replaced[file.path] = identity(there);
    }
    return replaced;
  }

  /**
   * Whether a person has committed files of their own where the result goes. A record that owned the whole directory
   * would remove them at the next change, and would look edited from the start.
   */
  #holdsOthers(place: DatumPlace, previous: ResultRecord | undefined): boolean {
    const { index } = this.#planner.current;
    const own = new Set(previous === undefined ? [] : ownedEntries(index, previous).map(({ path }) => path));
    const isLeft = (path: string): boolean => this.#sharers.leaving(place, path) !== undefined;
    return index.under(place.datum.output).some(({ path }) => !own.has(path) && !isLeft(path));
  }
}

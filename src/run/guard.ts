/** What keeps a result from being recorded: something of somebody else's at, above or below one of its paths. */
import { awaited } from '../plan/absent.ts';
import { isWithin, joinPaths } from '../plan/paths.ts';
import type { ResultRecord } from '../plan/record.ts';
import { ownedFiles } from '../plan/result.ts';
import { briefName } from '../plan/shown-name.ts';
import type { TreeEntry } from '../plan/tree.ts';
import type { DatumPlace, Planner } from './planner.ts';
import type { NewFile } from './recording/fast-import.ts';
import { refusedName } from './recording/git-names.ts';
import type { Sharers } from './recording/sharers.ts';
import { pathsAbove, type Written } from './recording/written.ts';

/** Where a result would go, and what the datum has left before. */
interface Intent {
  readonly place: DatumPlace;
  readonly path: string;
  readonly blob: string;
  /** What the datum's earlier record owns; it goes. */
  readonly before: ReadonlySet<string>;
}

/** Keeps results off specs, code, and whatever else they would take the place of. */
export class Guard {
  readonly #planner: Planner;
  readonly #sharers: Sharers;
  readonly #written: Written;
  #specs: ReadonlyMap<string, string> | undefined;
  #code: ReadonlySet<string> | undefined;

  constructor(planner: Planner, sharers: Sharers, written: Written) {
    this.#planner = planner;
    this.#sharers = sharers;
    this.#written = written;
  }

  /** The first thing that is in a result's way, in a sentence. */
  problemWith(
    place: DatumPlace,
    files: readonly { entry: Pick<TreeEntry, 'blob'>; file: NewFile }[],
    previous: ResultRecord | undefined,
  ): string | undefined {
    const { index } = this.#planner.current;
    const before = new Set(
      previous === undefined
        ? []
        : ownedFiles(index, previous).map((file) => joinPaths(previous.path, file.name)),
    );
    for (const { entry, file } of files) {
      const intent: Intent = { place, path: file.path, blob: entry.blob, before };
      const problem =
        refusedName(file.path, file.mode === '120000') ??
        this.#overSpec(intent) ??
        this.#overWritten(intent) ??
        this.#overFile(intent) ??
        this.#acrossFiles(intent);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #overSpec({ place, path, before }: Intent): string | undefined {
    this.#specs ??= this.#findSpecs();
    const own = place.pipeline.source.specPath;
    for (const part of [path, ...pathsAbove(path)]) {
      const spec = this.#specs.get(part);
      if (spec === undefined || (part !== path && part !== spec)) continue;
      if (spec === own && path === own)
        return `It wrote ${path}, which is the pipeline's spec: results must have other names.`;
      // A pipeline may make specs for others, and make them anew.
      if (spec !== own && before.has(spec)) continue;
      return path === spec
        ? `It wrote ${path}, which is a pipeline's spec: results must have other names.`
        : `It wrote ${path}, and ${spec} is a pipeline's spec: results must have other names.`;
    }
    return undefined;
  }

  /** Every spec by its path and by the directories that it lies in. */
  #findSpecs(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const paths = this.#planner.current.specs.map(({ specPath }) => specPath);
    for (const spec of paths) for (const part of pathsAbove(spec)) found.set(part, spec);
    for (const spec of paths) found.set(spec, spec);
    return found;
  }

  #overWritten({ place, path, blob }: Intent): string | undefined {
    const owner = nameOf(place);
    const other = this.#written.at(path);
    if (other !== undefined && other.owner !== owner && other.blob !== blob)
      return bothWrote(other.owner, path);
    const across = this.#written.across(path);
    if (across === undefined || across.owner === owner) return undefined;
    return crossed(path, across.owner, across.path);
  }

  #overFile(intent: Intent): string | undefined {
    const { place, path, blob, before } = intent;
    const there = this.#planner.current.index.file(path);
    if (there === undefined) return undefined;
    const isOthers = !before.has(path) && this.#sharers.of(place, path).length === 0;
    if (there.blob === blob)
      return isOthers && this.#written.at(path) === undefined && this.#isCode(path)
        ? `It wrote ${path}, which is code of a pipeline: results must have other names.`
        : undefined;
    if (this.#written.at(path) !== undefined) return undefined;
    const standing = this.#sharers.standing(place, path);
    if (standing !== undefined) return bothWrote(nameOf(standing), path);
    // What others have left for content, code or a command that is no more is left anew by whoever comes first.
    if (!isOthers) return undefined;
    const owner = this.#sharers.ownerOf(path);
    if (this.#sharers.leaving(place, path) !== undefined) return undefined;
    if (owner !== undefined) return bothWrote(nameOf(owner), path);
    return `It wrote ${path}, which is in the project already and was not left by this datum: move that file, or change \`output\`.`;
  }

  /** A file cannot become a directory, nor a directory a file, without taking away what is there. */
  #acrossFiles({ place, path, before }: Intent): string | undefined {
    const { index } = this.#planner.current;
    const inside = index.isDirectory(path)
      ? index.subdatasets.find((one) => isWithin(one.path, path))
      : undefined;
    const around = index.subdatasetAround(path);
    const subdataset = around?.path === path ? around : inside;
    if (subdataset !== undefined)
      return `It wrote ${path}, and ${subdataset.path} is a subdataset: results must have other names.`;
    if (around !== undefined && around.state !== 'read')
      return `It wrote ${path}, which belongs into ${awaited(around)}.`;
    const above = pathsAbove(path).filter((part) => index.has(part));
    const below = index.has(path) ? [] : index.under(path).map((entry) => entry.path);
    for (const there of [...above, ...below]) {
      const standing = this.#sharers.standing(place, there);
      if (standing !== undefined) return crossed(path, nameOf(standing), there);
      if (before.has(there) || this.#sharers.of(place, there).length > 0) continue;
      const owner = this.#sharers.ownerOf(there);
      if (this.#sharers.leaving(place, there) !== undefined) continue;
      if (owner !== undefined) return crossed(path, nameOf(owner), there);
      return `It wrote ${path}, and ${there} is in the project already and was not left by this datum: move that file, or change \`output\`.`;
    }
    return undefined;
  }

  #isCode(path: string): boolean {
    this.#code ??= new Set(
      this.#planner.current.plan.pipelines.flatMap(({ code }) => code.map((entry) => entry.path)),
    );
    return this.#code.has(path);
  }
}

function nameOf({ pipeline, datum }: DatumPlace): string {
  return briefName(pipeline.name, datum.datum);
}

const APART = 'give each datum an output of its own with `output`, or leave the file out with `discard`.';

function bothWrote(owner: string, path: string): string {
  return `It and ${owner} both wrote ${path}, with different content: ${APART}`;
}

function crossed(path: string, owner: string, other: string): string {
  return `It wrote ${path}, and ${owner} wrote ${other}, which cannot both be there: ${APART}`;
}

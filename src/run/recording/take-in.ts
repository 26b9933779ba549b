/** Taking in what waits in `results/`: each file into the dataset that it will belong to, before any commit names it. */
import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { joinPaths } from '../../plan/paths.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { keyOfPointer, objectPath } from '../../project/annex.ts';
import { isPresent } from '../../project/annex-content.ts';
import type { Project } from '../../project/open.ts';
import { placeOf } from '../../project/repository.ts';
import type { DatumPlace, Planner } from '../planner.ts';
import { type GitContent, type LeftFile, leftFiles } from '../result-files.ts';
import { type StagedFacts, type StagedResult, stagedId } from '../staging.ts';
import type { PlacedFile } from './ingest.ts';
import type { RecordDatasets } from './record-datasets.ts';
import type { TakenResult } from './recording.ts';
import { pathsAbove } from './written.ts';

/** A file with the dataset that it goes into. */
interface Placing {
  readonly dataset: string;
  readonly placed: PlacedFile;
  readonly name: string;
}

/** A result on its way into one layout of datasets. */
interface Taking {
  readonly facts: StagedFacts;
  readonly layout: string;
  readonly placings: readonly Placing[];
}

/** Keeps what was taken in until it is recorded. */
export class TakeIn {
  readonly #datasets: RecordDatasets;
  readonly #planner: Planner;
  /** By the staged result, then by the layout of datasets that it was taken in for. */
  readonly #taken = new Map<string, Map<string, TakenResult>>();
  readonly #names = new Map<string, readonly string[]>();
  /** Why a result could not be taken in this time, in a sentence; for one layout, or for all. */
  readonly #refused = new Map<string, string>();

  constructor(datasets: RecordDatasets, planner: Planner) {
    this.#datasets = datasets;
    this.#planner = planner;
  }

  /** What a staged result is for a datum, or why it cannot be recorded, in a sentence; `undefined` where it was not taken in. */
  for(facts: StagedFacts, place: DatumPlace): TakenResult | string | undefined {
    const id = stagedId(facts);
    const layout = layoutOf(this.#planner.current.index, place, this.#names.get(id) ?? []);
    return this.#refused.get(id) ?? this.#refused.get(idOf(id, layout)) ?? this.#taken.get(id)?.get(layout);
  }

  /** Lets go of what was taken in of a result. */
  forget(facts: StagedFacts): void {
    this.#taken.delete(stagedId(facts));
    this.#names.delete(stagedId(facts));
  }

  /** Takes all that wait; what was taken in before is not taken again. */
  async take(staged: readonly StagedResult[]): Promise<void> {
    this.#refused.clear();
    let chunk: Taking[] = [];
    const files = new Set<string>();
    /** The same files, and the directories that they lie in. */
    const targets = new Set<string>();
    for (const { facts, output } of staged) {
      const layouts = this.#layoutsFor(facts, output);
      for (const [layout, { place, left }] of layouts) {
        const placings = left.map((file) => this.#placing(place, file));
        const full = placings.map(({ name }) => joinPaths(place.datum.output, name));
        // Two results that wrote one file are told apart later; here the one must not be taken for the other.
        const isTaken = (target: string): boolean =>
          targets.has(target) || pathsAbove(target).some((above) => files.has(above));
        if (full.some(isTaken)) {
          await this.#takeChunk(chunk);
          chunk = [];
          files.clear();
          targets.clear();
        }
        for (const target of full) {
          files.add(target);
          for (const part of [target, ...pathsAbove(target)]) targets.add(part);
        }
        chunk.push({ facts, layout, placings });
      }
    }
    await this.#takeChunk(chunk);
  }

  /** For each layout that datums want a result in and that it was not taken in for: the first of them, and the files. */
  #layoutsFor(
    facts: StagedFacts,
    output: string,
  ): ReadonlyMap<string, { readonly place: DatumPlace; readonly left: readonly LeftFile[] }> {
    const found = new Map<string, { readonly place: DatumPlace; readonly left: readonly LeftFile[] }>();
    const { index } = this.#planner.current;
    const id = stagedId(facts);
    const known = this.#taken.get(id);
    if (known !== undefined && index.subdatasets.length === 0) return found;
    const left = leftFiles(output);
    if (!left.ok) {
      this.#refused.set(id, left.message);
      return found;
    }
    const names = left.files.map(({ name }) => name);
    this.#names.set(id, names);
    for (const place of this.#planner.wanting(facts.job, facts.again?.datums)) {
      const layout = layoutOf(index, place, names);
      if (known?.has(layout) !== true && !found.has(layout)) found.set(layout, { place, left: left.files });
      if (index.subdatasets.length === 0) break;
    }
    return found;
  }

  #placing(place: DatumPlace, file: LeftFile): Placing {
    const { index } = this.#planner.current;
    const path = joinPaths(place.datum.output, file.name);
    const dataset = index.datasetOf(path);
    const target = dataset === '' ? path : path.slice(dataset.length + 1);
    const source = index.subdatasets.length === 0 ? undefined : this.#elsewhere(dataset, file, index);
    const placed = source === undefined ? { file, target } : { file: source, target, isForeign: true };
    return { dataset, placed, name: file.name };
  }

  /** What a link leads to whose content another dataset's annex has: a link alone would be without content here. */
  #elsewhere(dataset: string, file: LeftFile, index: TreeIndex): LeftFile | undefined {
    const key = file.type === 'symlink' ? keyOfPointer(readlinkSync(file.path)) : undefined;
    if (key === undefined) return undefined;
    const project = this.#datasets.own.repository;
    const at = (path: string): Pick<Project, 'commonDirectory'> =>
      placeOf(project, index, path === '' ? undefined : path);
    if (isPresent(at(dataset), key)) return undefined;
    const read = index.subdatasets.filter(({ state }) => state === 'read').map(({ path }) => path);
    const holder = ['', ...read].map(at).find((one) => isPresent(one, key));
    if (holder === undefined) return undefined;
    const path = join(holder.commonDirectory, 'annex', 'objects', objectPath(key));
    return { name: file.name, path, type: 'file', size: lstatSync(path).size };
  }

  async #takeChunk(chunk: readonly Taking[]): Promise<void> {
    const contents = new Map<PlacedFile, GitContent | string>();
    const all = chunk.flatMap(({ placings }) => placings);
    for (const path of new Set(all.map(({ dataset }) => dataset))) {
      const files = all.flatMap(({ dataset, placed }) => (dataset === path ? [placed] : []));
      const dataset = await this.#datasets.open(path);
      const taken = await dataset?.ingest.take(files);
      for (const [position, file] of files.entries())
        contents.set(
          file,
          taken?.[position] ?? `The subdataset ${path} is not checked out: install it again.`,
        );
    }
    for (const { facts, layout, placings } of chunk) {
      const { discarded = [] } = facts;
      const id = stagedId(facts);
      const refusal = placings
        .map(({ placed }) => contents.get(placed))
        .find((one) => typeof one === 'string');
      if (typeof refusal === 'string') {
        this.#refused.set(idOf(id, layout), refusal);
        continue;
      }
      const files = placings.flatMap(({ name, placed }) => {
        const content = contents.get(placed);
        return content === undefined || typeof content === 'string' ? [] : [{ name, content }];
      });
      const known = this.#taken.get(id) ?? new Map<string, TakenResult>();
      this.#taken.set(id, known.set(layout, { ...facts, files, discarded }));
    }
  }
}

/** Which dataset each file of a result belongs to: one name where it is the same for all. */
function layoutOf(index: TreeIndex, { datum }: DatumPlace, names: readonly string[]): string {
  if (index.subdatasets.length === 0) return '';
  const datasets = names.map((name) => index.datasetOf(joinPaths(datum.output, name)));
  return new Set(datasets).size > 1 ? datasets.join('\0') : (datasets[0] ?? '');
}

function idOf(staged: string, layout: string): string {
  return `${staged}\0${layout}`;
}

/** Planning for a run: the plan of the branch's present tip, kept up to date with what this run records. */

import type { MixedResults, PlanFacts } from '../plan/facts.ts';
import { History } from '../plan/history.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import { makePlan } from '../plan/plan.ts';
import type { Plan, PlannedDatum, PlannedPipeline } from '../plan/planned.ts';
import type { ResultRecord } from '../plan/record.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import type { CatFile } from '../project/cat-file.ts';
import { brokenSpecs, type FoundSpec, usableSource } from '../project/found-spec.ts';
import { findMixed } from '../project/mixed-results.ts';
import type { Project } from '../project/open.ts';
import { readRecords } from '../project/records.ts';
import { surveyProject } from '../project/survey.ts';
import { type AgainFor, isForAgain } from './again.ts';
import type { Observer } from './claims/holder.ts';
import { observe } from './observe.ts';
import { findRecordable, type Recordable } from './recording/recordable.ts';
import type { State } from './state.ts';

/** A plan with the facts that it was made from. */
export interface Planning {
  readonly commit: string;
  readonly plan: Plan;
  readonly index: TreeIndex;
  readonly history: History;
  readonly images: ImageFacts;
  readonly specs: readonly FoundSpec[];
  /** Results that git has put together out of two recorded ones; absent where there are none. */
  readonly mixed?: MixedResults;
  /** The subdatasets that results go into, as they stood when the plan was made. */
  readonly recordable: Recordable;
}

/** Plans a commit from nothing but the project. */
export async function planCommit(
  project: Project,
  state: State,
  observer: Observer,
  objects: CatFile,
  commit: string,
  again?: PlanFacts['again'],
): Promise<Planning> {
  const reading = readRecords(project, commit, objects).then((records) => new History(records));
  const [{ digests, ...survey }, history] = await Promise.all([
    surveyProject(project, commit, objects, { reading }),
    reading,
  ]);
  const recordable = await findRecordable(project, state, survey.index, survey.specs);
  const planning = planAgain({ commit, ...survey, history, recordable }, state, observer, again);
  digests.keep();
  const mixed = await findMixed(project, planning);
  return mixed.size === 0 ? planning : planAgain({ ...planning, mixed }, state, observer, again);
}

/** Plans the same commit once more, for what runners have done in the meantime. */
export function planAgain(
  facts: Omit<Planning, 'plan'>,
  state: State,
  observer: Observer,
  again?: PlanFacts['again'],
): Planning {
  const { index, history, images, specs, mixed } = facts;
  const pipelines = specs.flatMap((found) => usableSource(found) ?? []);
  const broken = brokenSpecs(specs);
  const unrecordable = facts.recordable.problems;
  const observed = {
    ...observe(state, observer),
    ...(again === undefined ? {} : { again }),
    ...(mixed === undefined ? {} : { mixed }),
  };
  const plan = makePlan({ index, pipelines, broken, history, images, unrecordable, ...observed });
  return { ...facts, plan };
}

/** One datum with its pipeline. */
export interface DatumPlace {
  readonly pipeline: PlannedPipeline;
  readonly datum: PlannedDatum;
}

/** The plan of a run. Its own records are laid over it, so that it is made anew only when that can change it. */
export class Planner {
  readonly #make: (commit: string) => Promise<Planning>;
  readonly #recorded = new Map<string, ResultRecord>();
  #current: Planning;
  #byPlace: ReadonlyMap<string, PlannedDatum>;
  #byJob: ReadonlyMap<string, readonly DatumPlace[]>;
  #tip: string;
  #generation = 0;

  constructor(first: Planning, make: (commit: string) => Promise<Planning>) {
    this.#current = first;
    this.#byPlace = datumsByPlace(first);
    this.#byJob = placesByJob(first);
    this.#tip = first.commit;
    this.#make = make;
  }

  /** Grows by one whenever the plan is made anew, or an image has come: what was taken from it must be looked up again. */
  get generation(): number {
    return this.#generation;
  }

  get current(): Planning {
    return this.#current;
  }

  /** The commit that the plan with its overlay describes. */
  get tip(): string {
    return this.#tip;
  }

  /** Notes that jobs can be started that could not be before, or the other way round. */
  noteImages(): void {
    this.#generation += 1;
  }

  /** Makes the plan anew for a commit. */
  async renew(commit: string): Promise<Planning> {
    const next = await this.#make(commit);
    this.#current = next;
    this.#byPlace = datumsByPlace(next);
    this.#byJob = placesByJob(next);
    this.#tip = commit;
    this.#generation += 1;
    this.#recorded.clear();
    return next;
  }

  /** Notes what this run has recorded on top of its tip. */
  noteRecorded(tip: string, records: readonly ResultRecord[]): void {
    this.#tip = tip;
    for (const record of records) {
      this.#recorded.set(placeId(record.directory, record.datum), record);
      this.#current.history.addNewest(record);
    }
  }

  /** Notes that the results of datums that were computed again are those that they had. */
  noteUnchanged(records: readonly ResultRecord[]): void {
    for (const record of records) this.#recorded.set(placeId(record.directory, record.datum), record);
  }

  /** The datum's record, by this run or by the plan's. */
  recordOf({ pipeline, datum }: DatumPlace): ResultRecord | undefined {
    return this.#recorded.get(placeId(pipeline.source.directory, datum.datum)) ?? datum.record;
  }

  /** Whether the job that a datum asks for by the present plan has been recorded. */
  isDone(place: DatumPlace): boolean {
    const id = placeId(place.pipeline.source.directory, place.datum.datum);
    const present = this.#byPlace.get(id);
    if (present === undefined) return false;
    return present.state === 'done' || this.#recorded.get(id)?.job === present.job;
  }

  /** Whether a datum, perhaps taken from an older plan, still asks for this job and does not have it. */
  wants(place: DatumPlace, job: string): boolean {
    const id = placeId(place.pipeline.source.directory, place.datum.datum);
    return this.#byPlace.get(id)?.job === job && !this.isDone(place);
  }

  /**
   * All datums that ask for a job and do not have it yet, in the plan's order.
   * @param again - Those for which it was computed again, whether they have it or not.
   */
  *wanting(job: string, again: readonly AgainFor[] = []): Iterable<DatumPlace> {
    for (const place of this.#byJob.get(job) ?? []) {
      const isOpen = place.datum.state !== 'modified' && !this.isDone(place);
      if (isOpen || isForAgain(again, place)) yield place;
    }
  }

  /** The datums that ask for a job and are to be computed again. */
  againFor(job: string): readonly AgainFor[] {
    return (this.#byJob.get(job) ?? []).flatMap(({ pipeline, datum: { datum, again } }) =>
      again === undefined ? [] : [{ directory: pipeline.source.directory, datum, wish: again }],
    );
  }

  /** Whether a datum that something was computed for again cannot tell by this plan whether it wants it. */
  isUnclear({ directory, datum }: AgainFor): boolean {
    return this.#byPlace.get(placeId(directory, datum))?.job === null;
  }

  /** Every datum that is not an orphan. */
  places(): Iterable<DatumPlace> {
    return placesOf(this.#current);
  }
}

function* placesOf(planning: Planning): Iterable<DatumPlace> {
  for (const pipeline of planning.plan.pipelines) {
    for (const datum of pipeline.datums) if (datum.state !== 'orphaned') yield { pipeline, datum };
  }
}

function datumsByPlace(planning: Planning): Map<string, PlannedDatum> {
  const found = new Map<string, PlannedDatum>();
  for (const { pipeline, datum } of placesOf(planning)) {
    found.set(placeId(pipeline.source.directory, datum.datum), datum);
  }
  return found;
}

function placesByJob(planning: Planning): Map<string, DatumPlace[]> {
  const found = new Map<string, DatumPlace[]>();
  for (const place of placesOf(planning)) {
    const { job } = place.datum;
    if (job === null) continue;
    const same = found.get(job);
    if (same === undefined) found.set(job, [place]);
    else same.push(place);
  }
  return found;
}

function placeId(directory: string, datum: string): string {
  return `${directory}\0${datum}`;
}

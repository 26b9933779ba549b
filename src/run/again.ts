/**
 * Computing again what is done, as `run --force` asks for. A plan takes no result of such a datum for an answer until
 * the run is through with it; then the datum stands as everybody sees it.
 */
import type { PlanFacts } from '../plan/facts.ts';
import type { PipelineSource } from '../plan/order.ts';
import type { AgainWish, PlannedDatum, PlannedPipeline } from '../plan/planned.ts';

/** A datum of a plan, with its pipeline. */
interface Place {
  readonly pipeline: PlannedPipeline;
  readonly datum: PlannedDatum;
}

/** A datum that a staged result was computed for again, so that any recorder records it, though the datum is done. */
export interface AgainFor {
  readonly directory: string;
  readonly datum: string;
  readonly wish: AgainWish;
}

/** What a run was asked to compute again, and which of it the run is through with. */
export class Again {
  readonly #wishOf: NonNullable<PlanFacts['again']>;
  readonly #settled = new Set<string>();

  constructor(wishOf: NonNullable<PlanFacts['again']>) {
    this.#wishOf = wishOf;
  }

  /** For the facts of a plan. */
  readonly wish = (source: PipelineSource, datum: string): AgainWish | undefined =>
    this.#settled.has(idOf(source.directory, datum)) ? undefined : this.#wishOf(source, datum);

  /**
   * Lets those datums stand for which nothing is to be done any more.
   * @param isThrough - Whether this run has ended a job and nothing of it waits to be recorded.
   * @returns Whether there were any.
   */
  settle(places: Iterable<Place>, isThrough: (job: string) => boolean): boolean {
    const before = this.#settled.size;
    for (const { pipeline, datum } of places) {
      if (datum.again !== undefined && datum.job !== null && isThrough(datum.job))
        this.#settled.add(idOf(pipeline.source.directory, datum.datum));
    }
    return this.#settled.size > before;
  }
}

/** Whether a staged result is to be recorded for a datum that need not want it. */
export function isForAgain(again: readonly AgainFor[], { pipeline, datum }: Place): boolean {
  const found = again.find((one) => one.directory === pipeline.source.directory && one.datum === datum.datum);
  // A person may have edited the result since.
  return found !== undefined && (datum.state !== 'modified' || found.wish === 'over-edits');
}

function idOf(directory: string, datum: string): string {
  return `${directory}\0${datum}`;
}

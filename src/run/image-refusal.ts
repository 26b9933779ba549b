/** Pipelines that run in images, which this version cannot start: they are left out and named, never run on the host. */
import type { PlannedPipeline } from '../plan/planned.ts';
import type { RunEventBody } from '../plan/report.ts';
import type { DatumPlace, Planner } from './planner.ts';

/** Whether the jobs of a pipeline can be started. */
export function isStartable({ source }: Pick<PlannedPipeline, 'source'>): boolean {
  return source.spec.transform.image === undefined;
}

/** Tells once a pipeline that it cannot be started, when something of it was asked for and is not done. */
export class ImageRefusals {
  readonly #planner: Planner;
  readonly #isSelected: (place: DatumPlace) => boolean;
  readonly #emit: (event: RunEventBody) => void;
  readonly #told = new Set<string>();

  constructor(
    planner: Planner,
    isSelected: (place: DatumPlace) => boolean,
    emit: (event: RunEventBody) => void,
  ) {
    this.#planner = planner;
    this.#isSelected = isSelected;
    this.#emit = emit;
  }

  /** Tells of those that have not been told of yet, and returns how many there are in all. */
  tell(): number {
    for (const place of this.#planner.places()) {
      const { name, source } = place.pipeline;
      if (isStartable(place.pipeline) || this.#told.has(name)) continue;
      if (place.datum.state === 'modified' || this.#planner.isDone(place) || !this.#isSelected(place))
        continue;
      this.#told.add(name);
      const message = `\`${name}\` runs in the image \`${source.spec.transform.image}\`, which this version cannot start yet; none of its jobs is started, and other pipelines run as usual.`;
      this.#emit({ event: 'message', severity: 'error', message });
    }
    return this.#told.size;
  }
}

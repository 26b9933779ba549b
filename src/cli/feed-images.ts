/** What the feed tells of images between whole reports: content comes without a commit, and a fetch goes on without a change of state. */
import type { ImagesReport } from '../plan/feed-line.ts';
import type { PlannedImage } from '../plan/planned.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import { imageStandings, type StandingMeans } from '../run/images/image-standing.ts';
import type { Planning } from '../run/planner.ts';

/** Milliseconds between two looks, and how many times as long as a look the pause after it is at least. */
const PAUSE = 400;
const SHARE = 19;

/** Looks at the images of one feed. */
export class FeedImages {
  readonly #means: StandingMeans;
  #next = 0;
  #told = '[]';

  constructor(means: StandingMeans) {
    this.#means = means;
  }

  /** What is new since the last call, where it is time to look. */
  news({ plan, index }: Planning): ImagesReport | undefined {
    const began = performance.now();
    if (began < this.#next) return undefined;
    const images = new Map<string, PlannedImage>();
    for (const { image } of plan.pipelines) if (image !== undefined) images.set(image.name, image);
    const standings = imageStandings(this.#means, index, images.values());
    this.#next = performance.now() + Math.max(PAUSE, SHARE * (performance.now() - began));
    const text = JSON.stringify(standings);
    if (text === this.#told) return undefined;
    this.#told = text;
    return { version: REPORT_VERSION, kind: 'images', images: standings };
  }
}

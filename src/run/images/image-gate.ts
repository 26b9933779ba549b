/** Lets the jobs of a pipeline start once its image is ready, and says once of those whose image cannot be used. */
import type { PlannedImage, PlannedPipeline } from '../../plan/planned.ts';
import type { Planner } from '../planner.ts';
import { type ImageMeans, prepareImage } from './image-prepare.ts';
import { digestOf } from './image-store.ts';

/** How an image stands: on its way, ready, or with the reason why it cannot be used. */
interface Standing {
  readonly coming: Promise<void>;
  isReady: boolean;
  problem: string | undefined;
}

/** The images of one run. */
export class ImageGate {
  readonly #means: ImageMeans & { readonly planner: Planner };
  readonly #stop: AbortSignal;
  readonly #standings = new Map<string, Standing>();
  #underWay = 0;
  readonly #refused = new Set<string>();

  constructor(means: ImageMeans & { readonly planner: Planner }, stop: AbortSignal) {
    this.#means = means;
    this.#stop = stop;
  }

  /** Whether images are being made ready. */
  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  /** How many pipelines cannot be started, each told of by a message. */
  get refused(): number {
    return this.#refused.size;
  }

  /** Whether it is known and told that none of a pipeline's jobs can be started. */
  isRefused({ name }: PlannedPipeline): boolean {
    return this.#refused.has(name);
  }

  /** Whether a pipeline that has jobs to start may start them; its image is sent for by the first question. */
  isOpen(pipeline: PlannedPipeline): boolean {
    if (pipeline.image === undefined) return true;
    const standing = this.#standingOf(pipeline.image);
    if (standing?.problem !== undefined) this.#tell(pipeline, standing.problem);
    return standing?.isReady === true;
  }

  /** The same for one job that somebody else may have had until now: waits until it is known. */
  async opens(pipeline: PlannedPipeline): Promise<boolean> {
    if (pipeline.image !== undefined) await this.#standingOf(pipeline.image)?.coming;
    return this.isOpen(pipeline);
  }

  #tell({ name }: PlannedPipeline, problem: string): void {
    if (this.#refused.has(name)) return;
    this.#refused.add(name);
    const message = `${problem} None of the jobs of \`${name}\` is started; other pipelines run as usual.`;
    this.#means.emit({ event: 'message', severity: 'error', message });
  }

  #standingOf({ name, resolution }: PlannedImage): Standing | undefined {
    if (!('image' in resolution)) return undefined;
    const id = `${digestOf(resolution.image)} ${resolution.image.cmdexec ?? ''}`;
    const known = this.#standings.get(id);
    if (known !== undefined) return known;
    const wanted = { name, resolution, index: this.#means.planner.current.index };
    this.#underWay += 1;
    const coming = prepareImage(this.#means, wanted, this.#stop)
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then((problem) => {
        standing.problem = problem;
        standing.isReady = problem === undefined && !this.#stop.aborted;
        this.#underWay -= 1;
        this.#means.planner.noteImages();
      });
    const standing: Standing = { coming, isReady: false, problem: undefined };
    this.#standings.set(id, standing);
    return standing;
  }

  /** Waits until nothing is under way any more, which a stop makes soon. */
  async end(): Promise<void> {
    await Promise.all([...this.#standings.values()].map(({ coming }) => coming));
  }
}

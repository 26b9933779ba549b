/** Reading objects of the project and its subdatasets: each has its own helper, started when first asked. */
import { CatFile } from './cat-file.ts';
import { type DatasetPlace, repositoryOptions } from './repository.ts';

/** How many helpers of subdatasets live at once; one for each of a thousand subdatasets would be a thousand processes. */
const KEPT = 16;

/** The helpers of one project. */
export class DatasetObjects {
  readonly #project: DatasetPlace;
  readonly #own: CatFile;
  readonly #others = new Map<string, CatFile>();

  /** @param own - The project's own helper, which is not ended here. */
  constructor(project: DatasetPlace, own: CatFile) {
    this.#project = project;
    this.#own = own;
  }

  /** The helper of a dataset. Ask it at once: it ends, with what it was asked answered, when many others are. */
  of({ commonDirectory }: DatasetPlace): CatFile {
    if (commonDirectory === this.#project.commonDirectory) return this.#own;
    const helper =
      this.#others.get(commonDirectory) ?? new CatFile(commonDirectory, repositoryOptions(commonDirectory));
    // Asked last, it ends last.
    this.#others.delete(commonDirectory);
    this.#others.set(commonDirectory, helper);
    const [oldest] = this.#others;
    if (this.#others.size > KEPT && oldest !== undefined) {
      this.#others.delete(oldest[0]);
      oldest[1].close();
    }
    return helper;
  }

  /** Ends the helpers of subdatasets. */
  end(): void {
    for (const helper of this.#others.values()) helper.close();
    this.#others.clear();
  }
}

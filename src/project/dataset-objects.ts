/** Reading objects of the project and its subdatasets: each has its own helper, started when first asked. */
import { CatFile } from './cat-file.ts';
import { FewHelpers } from './few-helpers.ts';
import { type DatasetPlace, repositoryOptions } from './repository.ts';

/** The helpers of one project. */
export class DatasetObjects {
  readonly #project: DatasetPlace;
  readonly #own: CatFile;
  readonly #others = new FewHelpers<CatFile>();

  /** @param own - The project's own helper, which is not ended here. */
  constructor(project: DatasetPlace, own: CatFile) {
    this.#project = project;
    this.#own = own;
  }

  /** The helper of a dataset. Ask it at once: it ends, with what it was asked answered, when many others are. */
  of({ commonDirectory }: DatasetPlace): CatFile {
    if (commonDirectory === this.#project.commonDirectory) return this.#own;
    return this.#others.of(
      commonDirectory,
      () => new CatFile(commonDirectory, repositoryOptions(commonDirectory)),
    );
  }

  /** Ends the helpers of subdatasets. */
  end(): void {
    this.#others.end();
  }
}

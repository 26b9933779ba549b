/** Where a dataset is besides here: its siblings, and what it can be cloned from. Looked up when somebody asks, and kept. */
import type { Candidate } from '../plan/candidates.ts';
import type { Remote } from '../project/remotes.ts';
import { parseLine } from './line-splitter.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { Runner } from './runner.ts';

/** What `minipach candidates --json` prints, as far as it is used here. */
interface CandidatesDocument {
  readonly subdatasets: readonly { readonly path: string; readonly candidates: readonly Candidate[] }[];
}

/** Answers that cost a process, each asked for once until they are forgotten. */
export class DatasetSources {
  readonly #runner: Runner;
  readonly #answers = new Map<string, Promise<unknown>>();

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** What is asked for next is looked up afresh. */
  forget(): void {
    this.#answers.clear();
  }

  /** The siblings of an installed dataset. */
  siblings(folder: ProjectFolder, path: string): Promise<readonly Remote[]> {
    return this.#once(`${folder.id}\n${path}\nsiblings`, async () => {
      const { readRemotes } = await import('../project/remotes.ts');
      return (await readRemotes(folder.uri(path).fsPath)).remotes;
    });
  }

  /** Where a subdataset can be cloned from, in the order in which that is tried; `undefined` where that cannot be told. */
  async candidates(folder: ProjectFolder, path: string): Promise<readonly Candidate[] | undefined> {
    // One answer tells it of all subdatasets of the project; only those within these take a question of their own.
    const all = await this.#ask(folder, []);
    const known = all?.subdatasets.find((one) => one.path === path);
    if (known) return known.candidates;
    const [only] = (await this.#ask(folder, [path]))?.subdatasets ?? [];
    return only?.candidates;
  }

  #ask(folder: ProjectFolder, paths: readonly string[]): Promise<CandidatesDocument | undefined> {
    return this.#once([folder.id, ...paths, 'candidates'].join('\n'), async () => {
      const root = folder.project?.root ?? folder.directory;
      const result = await this.#runner.collect(root, ['candidates', '--json', '--', ...paths]);
      return result?.code === 0 ? parseLine<CandidatesDocument>(result.stdout) : undefined;
    });
  }

  #once<Answer>(key: string, look: () => Promise<Answer>): Promise<Answer> {
    const known = this.#answers.get(key) as Promise<Answer> | undefined;
    if (known !== undefined) return known;
    const answer = look();
    this.#answers.set(key, answer);
    return answer;
  }
}

/**
 * The project as it was when results were recorded: an earlier commit is planned by the code that plans the present one,
 * so that what a job was made for is found whatever kind of thing it is.
 */
import type { History } from '../plan/history.ts';
import { type JobView, jobViewer } from '../plan/job-view.ts';
import { makePlan } from '../plan/plan.ts';
import type { ResultRecord } from '../plan/record.ts';
import { isIntact } from '../plan/result.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import type { CatFile } from './cat-file.ts';
import { brokenSpecs, type FoundSpec, usableSource } from './found-spec.ts';
import { GitError, git } from './git.ts';
import type { Project } from './open.ts';
import { surveyProject } from './survey.ts';

/** What a record was made for. */
export interface RecordedJob {
  readonly record: ResultRecord;
  /** The commit whose tree it was made for. */
  readonly commit: string;
  readonly index: TreeIndex;
  readonly specs: readonly FoundSpec[];
  /** Its datum there; `undefined` where that tree does not have it. */
  readonly view: JobView | undefined;
  /** Whether the key that this tree gives is the record's; else it is only what the record's own commit holds. */
  readonly isExact: boolean;
}

/** An earlier commit, planned. */
interface Past {
  readonly commit: string;
  readonly index: TreeIndex;
  readonly specs: readonly FoundSpec[];
  readonly viewOf: (record: ResultRecord) => JobView | undefined;
}

function whereabouts({ commit, index, specs }: Past): Pick<RecordedJob, 'commit' | 'index' | 'specs'> {
  return { commit, index, specs };
}

/** How many commits are planned at most: each takes about as long as `minipach plan`. */
const MOST_PLANS = 8;

/** How many commits before that of a record are tried, where its own tree is not the one that it was made for. */
const EARLIER = 3;

/** How many commits are looked at to find these. */
const LOOKED_AT = 2000;

/** Plans earlier commits, each once. */
export class PastReader {
  readonly #project: Project;
  readonly #objects: CatFile;
  readonly #history: History;
  readonly #known = new Map<string, Promise<Past>>();

  /** @param history - The records of a commit that the earlier ones are part of. */
  constructor(project: Project, objects: CatFile, history: History) {
    this.#project = project;
    this.#objects = objects;
    this.#history = history;
  }

  /** A tree in which a result is as its job has left it; `undefined` where finding one would take too long. */
  async treeWith(record: ResultRecord): Promise<TreeIndex | undefined> {
    for (const known of this.#known.values()) {
      const { index } = await known;
      if (isIntact(index, record)) return index;
    }
    return this.#known.size < MOST_PLANS ? (await this.#plan(record.commit)).index : undefined;
  }

  /**
   * Finds what records of one pipeline were made for. A record's own commit nearly always holds it: a result is recorded
   * beside the inputs that it was made from, and one commit explains all that came before it in the same run.
   * @param records - Newest first.
   * @returns what was found for each; some are left out when that would take too long.
   */
  async find(records: readonly ResultRecord[]): Promise<ReadonlyMap<ResultRecord, RecordedJob>> {
    const found = new Map<ResultRecord, RecordedJob>();
    let open = records;
    const match = (past: Past, wanted: readonly ResultRecord[]): void => {
      for (const record of wanted) {
        const view = past.viewOf(record);
        const isExact = view?.keys.has(record.job) === true;
        if (view !== undefined && isExact) found.set(record, { record, ...whereabouts(past), view, isExact });
      }
      open = wanted.filter((record) => !found.has(record));
    };
    while (this.#known.size < MOST_PLANS) {
      const [record] = open;
      if (record === undefined) break;
      const own = await this.#plan(record.commit);
      match(own, open);
      if (found.has(record)) continue;
      for (const commit of await this.#before(record.commit)) {
        match(await this.#plan(commit), open);
        if (found.has(record)) break;
      }
      if (found.has(record)) continue;
      found.set(record, { record, ...whereabouts(own), view: own.viewOf(record), isExact: false });
      open = open.filter((one) => one !== record);
    }
    return found;
  }

  #plan(commit: string): Promise<Past> {
    const known = this.#known.get(commit);
    if (known !== undefined) return known;
    const planned = this.#planAnew(commit);
    this.#known.set(commit, planned);
    return planned;
  }

  async #planAnew(commit: string): Promise<Past> {
    const reading = this.#historyAt(commit);
    const survey = await surveyProject(this.#project, commit, this.#objects, { reading });
    const { index, specs, images } = survey;
    const plan = makePlan({
      index,
      images,
      pipelines: specs.flatMap((found) => usableSource(found) ?? []),
      broken: brokenSpecs(specs),
      history: await reading,
      // What was under way or failed then changes no key.
      failures: new Map(),
      holders: new Map(),
    });
    const viewers = plan.pipelines.map((pipeline) => ({
      directory: pipeline.source.directory,
      view: jobViewer(pipeline, index),
      byName: new Map(pipeline.datums.map((datum) => [datum.datum, datum])),
    }));
    const viewOf = (record: ResultRecord): JobView | undefined => {
      const viewer = viewers.find(({ directory }) => directory === record.directory);
      const datum = viewer?.byName.get(record.datum);
      return datum === undefined ? undefined : viewer?.view(datum);
    };
    return { commit, index, specs, viewOf };
  }

  /** The records that a commit had. */
  async #historyAt(commit: string): Promise<History> {
    const later = await this.#revisions([`${commit}..${this.#project.head}`]);
    return this.#history.without(new Set(later.map(([id = '']) => id)));
  }

  /**
   * Trees for which a result may have been made that was recorded later: those on which somebody then put a commit of
   * their own, nearest first.
   */
  async #before(commit: string): Promise<readonly string[]> {
    const chain = await this.#revisions(['--first-parent', '--parents', '-n', String(LOOKED_AT), commit]);
    const tips = chain.flatMap(([id = '', parent]) =>
      parent === undefined || this.#history.hasCommit(id) ? [] : [parent],
    );
    return tips.slice(0, EARLIER);
  }

  async #revisions(args: readonly string[]): Promise<readonly (readonly string[])[]> {
    const result = await git(this.#project.root, ['rev-list', ...args, '--']);
    if (!result.ok) throw new GitError('Listing commits', result);
    const lines = result.stdout.toString('utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => line.split(' '));
  }
}

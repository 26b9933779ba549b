/** What has come to a branch since a plan was made, where that is nothing but other runners' results. */
import { upstreamsOf } from '../plan/order.ts';
import { parseRecords } from '../plan/record.ts';
import { git } from '../project/git.ts';
import { readTip } from '../project/refs.ts';
import { leavesOf } from '../spec/model.ts';
import type { DatumPlace } from './planner.ts';
import type { RecorderMeans } from './recording/recorder.ts';

/** What the question is about. */
type SinceMeans = Pick<RecorderMeans, 'project' | 'branch' | 'planner'>;

/** Asks git once for each place that the branch was at. */
export class SincePlan {
  readonly #means: SinceMeans;
  #stretch = '';
  #jobs: Promise<ReadonlySet<string> | undefined> = Promise.resolve(undefined);

  constructor(means: SinceMeans) {
    this.#means = means;
  }

  /**
   * Whether the plan still holds for a job: the branch is where it was made, or has got nothing since but results, none of
   * which is the job's or could be an input of it. Else many runs would plan anew for each result of each other one.
   */
  async holdsFor({ pipeline: { source } }: DatumPlace, job: string): Promise<boolean> {
    const { project, branch, planner } = this.#means;
    const tip = await readTip(project, branch);
    if (tip === undefined || tip === planner.tip) return tip !== undefined;
    const sources = planner.current.plan.pipelines.map((pipeline) => pipeline.source);
    if (leavesOf(source.spec.input).some((leaf) => upstreamsOf(leaf, sources).length > 0)) return false;
    const stretch = `${planner.tip}...${tip}`;
    if (this.#stretch !== stretch) {
      this.#stretch = stretch;
      this.#jobs = this.#read(stretch);
    }
    const jobs = await this.#jobs;
    return jobs !== undefined && !jobs.has(job);
  }

  /** The jobs that were recorded; `undefined` where there was anything else, or history was rewritten. */
  async #read(stretch: string): Promise<ReadonlySet<string> | undefined> {
    const words = ['log', '--left-right', '--format=%m%H%n%B%x00', stretch, '--'];
    const log = await git(this.#means.project.root, words, { large: true });
    if (!log.ok) return undefined;
    const jobs = new Set<string>();
    for (const part of log.stdout.toString('utf8').split('\0')) {
      const text = part.trimStart();
      if (text === '') continue;
      const end = text.indexOf('\n');
      const records = parseRecords(text.slice(1, end), text.slice(end + 1));
      if (!text.startsWith('>') || records.length === 0) return undefined;
      for (const { job } of records) jobs.add(job);
    }
    return jobs;
  }
}

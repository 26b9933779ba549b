/** One job from its inputs to its staged result: content fetched, workspace made, tries run, output handed over. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { usesScratch } from '../plan/expand.ts';
import { isWithin } from '../plan/paths.ts';
import type { RunEventBody } from '../plan/run-event.ts';
import { inheritedEnvironment } from '../project/environment.ts';
import { placeOf } from '../project/repository.ts';
import type { Spawner } from '../project/spawner.ts';
import { AnnexedInputs } from './annexed-inputs.ts';
import { discardFiles } from './discard.ts';
import { guardPrefix, runTry } from './execute.ts';
import { Fetches, type FetchMeans } from './fetches.ts';
import { takeOutOfAnnexes } from './foreign-content.ts';
import type { ImageGate } from './images/image-gate.ts';
import { jobNeeds } from './job-needs.ts';
import { type JobOutcome, jobLog, notStarted } from './job-outcome.ts';
import { JobProcesses } from './job-processes.ts';
import type { DatumPlace } from './planner.ts';
import { leftFiles } from './result-files.ts';
import { settleResult } from './settle-result.ts';
import { stageResult } from './staging.ts';
import type { WorkspaceNeeds, Workspaces } from './workspace.ts';

/** What running jobs takes. */
export interface JobMeans extends FetchMeans {
  readonly workspaces: Workspaces;
  readonly spawner: Spawner;
  readonly images: ImageGate;
  /** What `minipach.bind` shows to containers. */
  readonly binds: readonly string[];
  readonly emit: (event: RunEventBody) => void;
}

/** Runs the jobs of one runner. */
export class JobRunner {
  readonly #means: JobMeans;
  readonly #prefix: Promise<readonly string[]>;
  readonly #processes = new JobProcesses();
  readonly #environment = inheritedEnvironment();
  readonly #fetches: Fetches;

  constructor(means: JobMeans) {
    this.#means = means;
    this.#fetches = new Fetches(means);
    const { subdatasets } = means.planner.current.index;
    // A subdataset may have an annex where the project has none.
    const annex = means.project.annex || subdatasets.length > 0;
    this.#prefix = guardPrefix({ root: means.project.root, annex });
  }

  /** Tidies up after the last job. */
  end(): Promise<void> {
    return this.#fetches.end();
  }

  /**
   * Runs a job whose claim is held. Whatever goes wrong with it is its own failure; the others go on.
   * @param signal - Aborted when its processes are to be ended.
   */
  async run(place: DatumPlace, job: string, signal: AbortSignal): Promise<JobOutcome> {
    const outcome = await this.#run(place, job, signal).catch((error: unknown): JobOutcome => {
      return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
    });
    // Whoever ends a runner ends its jobs, and takes their folders away: none of that is the job's own failure.
    return outcome.outcome !== 'success' && this.#isEnding(signal) ? { outcome: 'stopped' } : outcome;
  }

  /** Whether jobs are being ended, by this runner or by one that has declared it dead. */
  #isEnding(signal: AbortSignal): boolean {
    return signal.aborted || this.#means.holder.isFenced();
  }

  async #run(place: DatumPlace, job: string, signal: AbortSignal): Promise<JobOutcome> {
    const { pipeline, datum } = place;
    const { spec } = pipeline.source;
    // Told by the gate, and left for another run: the jobs have not failed.
    if (!(await this.#means.images.opens(pipeline))) return { outcome: 'stopped' };
    const { index } = this.#means.planner.current;
    const needs = jobNeeds(this.#means, place);
    if ('problem' in needs) return notStarted(this.#means.state, job, needs.problem);
    const { command, errCommand, boxed, needed } = needs;
    const missing = await this.#fetches.bring(needed.files, signal);
    // A fetch that was broken off has brought nothing.
    if (this.#isEnding(signal)) return { outcome: 'stopped' };
    if (missing !== undefined) return notStarted(this.#means.state, job, missing);
    const { workspaces } = this.#means;
    const laid: WorkspaceNeeds = {
      ...needed,
      links: boxed.links,
      isStandalone: boxed.isStandalone,
      index,
      output: datum.output,
      workingDir: command.workingDir,
      scratch: usesScratch(command) || (errCommand !== undefined && usesScratch(errCommand)),
    };
    const settings = {
      ceiling: workspaces.ceiling,
      timeout: spec.datumTimeout,
      log: jobLog(this.#means.state, job),
      signal,
      environment: this.#environment,
      spawner: this.#means.spawner,
      prefix: await this.#prefix,
      processes: this.#processes,
    };
    const annexed = new AnnexedInputs([...needed.files, ...boxed.own], ({ dataset }) =>
      placeOf(this.#means.project, index, dataset),
    );
    const spoilt = annexed.spoilt();
    if (spoilt !== undefined) return notStarted(this.#means.state, job, spoilt);
    const isLast = (attempt: number): boolean => attempt >= spec.datumTries;
    for (let attempt = 1; !this.#isEnding(signal); attempt += 1) {
      this.#means.emit({
        event: 'job-started',
        pipeline: pipeline.name,
        datum: datum.datum,
        job,
        try: attempt,
      });
      const { root: workspace, problem } = await workspaces.make(laid);
      try {
        if (problem !== undefined) return notStarted(this.#means.state, job, problem);
        const tried = await runTry({
          ...settings,
          command,
          workspace,
          acceptReturnCode: spec.transform.acceptReturnCode,
          firstTry: attempt === 1,
          // Most jobs need one try, whose log is what they print and nothing else.
          heading: attempt > 1 ? `try ${attempt} of ${spec.datumTries}` : undefined,
        });
        if (tried.outcome === 'failed' && this.#isEnding(signal)) return { outcome: 'stopped' };
        // What was done to inputs is told at once, and is nothing that another try would mend.
        const damage = tried.outcome === 'stopped' ? undefined : annexed.problem();
        if (damage !== undefined) return { outcome: 'failed', reason: damage };
        if (tried.outcome === 'failed' && !isLast(attempt)) continue;
        // What was left cannot be recorded: another try would leave the same.
        const outcome =
          tried.outcome === 'success' ? this.#handOver(place, job, workspace, laid, tried) : tried;
        if (outcome.outcome !== 'failed' || errCommand === undefined) return outcome;
        const unmade = await workspaces.renewOutput(workspace, laid);
        if (unmade !== undefined) return { outcome: 'failed', reason: unmade };
        const recovery = await runTry({
          ...settings,
          command: errCommand,
          workspace,
          acceptReturnCode: [],
          firstTry: false,
          heading: 'err_cmd',
        });
        if (recovery.outcome === 'stopped') return recovery;
        if (recovery.outcome === 'success') return { outcome: 'recovered', reason: outcome.reason };
        return { outcome: 'failed', reason: `${outcome.reason} Its err_cmd failed, too: ${recovery.reason}` };
      } finally {
        workspaces.discard(workspace);
      }
    }
    return { outcome: 'stopped' };
  }

  #handOver(
    place: DatumPlace,
    job: string,
    workspace: string,
    needs: WorkspaceNeeds,
    ended: { readonly exit: number; readonly milliseconds: number },
  ): JobOutcome {
    const { pipeline, datum } = place;
    const output = join(workspace, datum.output);
    const cut = datum.output === '' ? 0 : datum.output.length + 1;
    const ours = [...needs.files, ...needs.empty].filter(({ path }) => isWithin(path, datum.output));
    const discarded = discardFiles(
      output,
      pipeline.source.spec.discard,
      new Set(ours.map(({ path }) => path.slice(cut))),
    );
    const left = leftFiles(output);
    if (!left.ok) return { outcome: 'failed', reason: left.message };
    const { project, planner } = this.#means;
    takeOutOfAnnexes(project, planner.current.index, needs.files, left.files, datum.output);
    // Code that lies in the output directory was put there by us; it is not a result.
    for (const { path } of ours) rmSync(join(workspace, path), { force: true });
    const isOurs = new Set(ours.map(({ path }) => join(workspace, path)));
    const unsettled = settleResult(
      workspace,
      datum.output,
      left.files.filter(({ path }) => !isOurs.has(path)),
    );
    if (unsettled !== undefined) return { outcome: 'failed', reason: unsettled };
    const again = this.#means.planner.againFor(job);
    if (this.#means.holder.isFenced()) return { outcome: 'stopped' };
    stageResult(this.#means.state, workspace, datum.output, {
      job,
      pipeline: pipeline.name,
      datum: datum.datum,
      output: datum.output,
      exit: ended.exit,
      milliseconds: ended.milliseconds,
      host: this.#means.holder.facts.host,
      branch: this.#means.project.branch,
      ...(discarded.length === 0 ? {} : { discarded }),
      ...(again.length === 0 ? {} : { again: { run: this.#means.holder.facts.run, datums: again } }),
    });
    return { outcome: 'success', milliseconds: ended.milliseconds };
  }
}

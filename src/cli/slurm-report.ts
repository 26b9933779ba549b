/** What Slurm says of jobs, in reports and in the feed. */
import type { DatumReport, PipelineReport } from '../plan/report.ts';
import type { TaskStates } from '../run/slurm/commands.ts';
import { lookAtTasks } from '../run/slurm/look.ts';
import { type Session, SLURM_PATIENCE } from './session.ts';

/** Adds what Slurm says to the datums that its tasks hold. */
export function withTasks(
  pipelines: readonly PipelineReport[],
  tasks: TaskStates | undefined,
): readonly PipelineReport[] {
  if (tasks === undefined) return pipelines;
  return pipelines.map((pipeline) => ({
    ...pipeline,
    datums: pipeline.datums.map((datum) => withTask(datum, tasks)),
  }));
}

function withTask(datum: DatumReport, tasks: TaskStates): DatumReport {
  const { holder } = datum;
  const told = holder?.task && tasks.get(holder.task.array)?.get(holder.task.task);
  if (holder === undefined || told === undefined) return datum;
  const { id, state, reason, node, elapsed } = told;
  return { ...datum, holder: { ...holder, slurm: { id, state, reason, node, elapsed } } };
}

/** Milliseconds between two questions of a feed: at first, and while nothing changes. */
const FIRST_QUESTION = 3000;
const LONGEST_QUESTION = 30_000;

/** Asks Slurm now and then for a feed, which never waits for the answer. */
export class FeedTasks {
  readonly #session: Session;
  #tasks: TaskStates | undefined;
  #version = '';
  #pause = FIRST_QUESTION;
  #next = performance.now() + FIRST_QUESTION;
  #question: Promise<void> | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#tasks = session.tasks;
    this.#version = versionOf(session.tasks);
  }

  /** What Slurm said last. */
  get tasks(): TaskStates | undefined {
    return this.#tasks;
  }

  /** Another text whenever Slurm says something else; asks when it is time. */
  version(): string {
    if (performance.now() >= this.#next)
      this.#question ??= this.#ask().finally(() => {
        this.#question = undefined;
      });
    return this.#version;
  }

  async #ask(): Promise<void> {
    const { state, observer, project } = this.#session;
    this.#tasks = await lookAtTasks(state, observer, project.root, {
      milliseconds: SLURM_PATIENCE,
    });
    const version = versionOf(this.#tasks);
    const isOther = version !== this.#version;
    this.#version = version;
    this.#pause = isOther ? FIRST_QUESTION : Math.min(2 * this.#pause, LONGEST_QUESTION);
    this.#next = performance.now() + this.#pause;
  }
}

/** Time that goes on is no change. */
function versionOf(tasks: TaskStates | undefined): string {
  return JSON.stringify(
    [...(tasks ?? [])].map(([array, states]) => [
      array,
      [...states].map(([task, { elapsed: _, ...told }]) => [task, told]),
    ]),
  );
}

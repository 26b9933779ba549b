/** What a task of ours says in a `tasks.json`. Free of the editor. */

/** The fields beside `type`, as the manifest describes them. */
export interface TaskSettings {
  /** What is run: a pipeline, one of its datums, or several of these; all that is pending without it. */
  readonly pipeline?: string | readonly string[];
  /** How many jobs at once. */
  readonly jobs?: number;
  readonly executor?: string;
  readonly retryFailed?: boolean;
  readonly failFast?: boolean;
  /** Commits changed specs, code and inputs first. */
  readonly save?: boolean;
}

/** The options of `minipach run` that they stand for. What a person has typed wrong is left for the runner to name. */
export function flagsOf({ jobs, executor, retryFailed, failFast, save }: TaskSettings): readonly string[] {
  return [
    ...(jobs === undefined ? [] : ['--jobs', String(jobs)]),
    ...(executor === undefined ? [] : ['--executor', executor]),
    ...(retryFailed === true ? ['--retry-failed'] : []),
    ...(failFast === true ? ['--fail-fast'] : []),
    ...(save === true ? ['--save'] : []),
  ];
}

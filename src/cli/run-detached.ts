/**
 * `minipach run-detached`, which a run starts on machines that do not share its file system: computes jobs there and hands
 * their results back to where the project was cloned from. People have no use for it by itself.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { REPORT_VERSION } from '../plan/report.ts';
import { CANNOT_BEGIN } from '../plan/slurm-script.ts';
import { runDetached } from '../run/detached/run-jobs.ts';
import { tidyMachine } from '../run/detached/tidy-machine.ts';
import { haveWaiting } from '../run/slurm/commands.ts';
import { jsonView, textView } from './progress.ts';
import { spawnerProgram } from './spawner-program.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { complainOf, EXIT, say, sayJson } from './terminal.ts';

/** What it must be told. */
export interface RunDetachedOptions {
  readonly scratch: string;
  readonly source: readonly string[];
  readonly commit: string;
  readonly branch: string;
  readonly run: string;
  readonly subdataset: readonly string[];
  readonly bind: readonly string[];
  /** What is computed again, though it is done, and whether all is. */
  readonly again: readonly string[];
  readonly againAll?: boolean;
  readonly jobs?: number;
  /** Remove what is here when no task of Slurm's needs it any more. */
  readonly tidy?: boolean;
  readonly json?: boolean;
}

/** Runs the command and returns its exit code: 0 when all that was computed, failures included, was handed back; that of `CANNOT_BEGIN` when there was nothing to work in. */
export async function runDetachedCommand(
  jobs: readonly string[],
  options: RunDetachedOptions,
): Promise<number> {
  const scratch = resolve(options.scratch);
  mkdirSync(scratch, { recursive: true });
  const stop = new AbortController();
  const release = stopOnSignals(stop);
  const view = options.json === true ? jsonView() : textView();
  let seq = 0;
  try {
    const { outcomes, handedBack, problems, hasBegun } = await runDetached({
      scratch,
      jobs,
      sources: options.source,
      commit: options.commit,
      branch: options.branch,
      run: options.run,
      subdatasets: options.subdataset,
      binds: options.bind,
      ...(options.againAll === true || options.again.length > 0 ? { again: options.again } : {}),
      atOnce: options.jobs ?? 1,
      spawner: spawnerProgram(),
      signal: stop.signal,
      emit: (body) => {
        seq += 1;
        view.show({ version: REPORT_VERSION, run: '', seq, at: new Date().toISOString(), ...body });
      },
    });
    view.end();
    for (const problem of problems) complainOf(problem);
    for (const [job, outcome] of outcomes) {
      const isHandedBack = handedBack.has(job);
      if (options.json === true)
        sayJson({ version: REPORT_VERSION, kind: 'detached-job', job, ...outcome, handedBack: isHandedBack });
      else
        say(
          `${outcome.outcome.padEnd(9)} ${job}${'reason' in outcome ? `  ${outcome.reason}` : ''}${isHandedBack ? '' : '  not handed back'}`,
        );
    }
    if (stop.signal.aborted) return EXIT.stopped;
    if (!hasBegun) return CANNOT_BEGIN.noClone;
    if (!jobs.every((job) => handedBack.has(job))) return EXIT.failed;
    // The last task on a node leaves it as it was.
    if (options.tidy === true) await tidyMachine(scratch, async () => !(await haveWaiting(scratch)));
    return EXIT.ok;
  } finally {
    release();
  }
}

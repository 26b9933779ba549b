/** `minipach slurm-record RUN`: what the job runs that Slurm starts when an array has ended. Nobody types it. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openProject } from '../project/open.ts';
import { textOf } from '../project/small-file.ts';
import { BEAT_INTERVAL } from '../run/claims/claim-world.ts';
import { type HolderFacts, Observer, readHolder } from '../run/claims/holder.ts';
import { listed } from '../run/listed.ts';
import { liveRuns } from '../run/observe.ts';
import { startRun } from '../run/start.ts';
import { type State, stateOf } from '../run/state.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { complainOf, EXIT, say } from './terminal.ts';

/** Whether the run that submitted is at work still; on another machine only its beat can tell, and its silence for the lease. */
async function isAlive(state: State, run: string): Promise<boolean> {
  const observer = new Observer(state);
  const live = () => liveRuns(state, observer).find((one) => one.run === run && one.tasks === undefined);
  const beats = (): string =>
    listed(state.holders)
      .filter(
        (name) =>
          name.endsWith('.beat') && isRunItself(readHolder(join(state.holders, name.slice(0, -5))), run),
      )
      .map((name) => textOf(join(state.holders, name)))
      .join();
  for (const before = beats(); live() !== undefined; await delay(BEAT_INTERVAL))
    if (beats() !== before) return true;
  return false;
}

function isRunItself(holder: HolderFacts | undefined, run: string): boolean {
  return holder?.run === run && holder.task === undefined;
}

/** Records what waits, whichever run it is of, and computes nothing. Returns the exit code. */
export async function slurmRecordCommand(directory: string, run: string): Promise<number> {
  const opened = await openProject(directory);
  if (!opened.ok) {
    complainOf(opened.problem.message);
    return EXIT.environment;
  }
  const state = stateOf(opened.project);
  if (await isAlive(state, run)) {
    say(`Run ${run} is alive, and records its results itself.`);
    return EXIT.ok;
  }
  const stop = new AbortController();
  const release = stopOnSignals(stop);
  try {
    const ended = await startRun(opened.project, {
      names: [],
      onlyRecords: true,
      collect: [],
      jobs: 0,
      retryFailed: false,
      failFast: false,
      force: false,
      stop,
      show: (event) => {
        if (event.event === 'message') say(event.message);
      },
      nameAll: () => [],
      examine: () => undefined,
    });
    if ('reason' in ended || ended.problem !== undefined) {
      complainOf('reason' in ended ? ended.message : (ended.problem ?? ''));
      return EXIT.environment;
    }
    say(`Recorded ${ended.counts.done} results that run ${run} and others have left.`);
    return EXIT.ok;
  } finally {
    release();
  }
}

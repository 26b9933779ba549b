/** `minipach logs PIPELINE/DATUM`: what a job printed; `-f` follows it while it runs. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedDatum } from '../plan/planned.ts';
import { datumName } from '../plan/shown-name.ts';
import { LOG_ENDS } from '../run/job-log.ts';
import { jobLog } from '../run/job-outcome.ts';
import { planAgain } from '../run/planner.ts';
import { findDatum } from './datum-names.ts';
import { resolveDatum, resolveName, unknownText } from './names.ts';
import { withSession } from './session.ts';
import { complain, complainOf, EXIT, faint } from './terminal.ts';

/** What can be chosen. */
export interface LogsOptions {
  readonly follow?: boolean;
  /** Only print where the log is. */
  readonly path?: boolean;
}

/** Milliseconds between two looks at a log that is followed. */
const INTERVAL = 100;

/** Runs the command and returns its exit code. */
export function logsCommand(directory: string, name: string, options: LogsOptions): Promise<number> {
  return withSession(directory, async ({ project, state, observer, plan }) => {
    const planning = await plan();
    const caller = { root: project.root, directory };
    const named = resolveDatum(planning, caller, name);
    if (named === undefined) {
      complainOf(
        resolveName(planning, caller, name) === undefined
          ? unknownText(planning, name)
          : `\`${name}\` is a pipeline; write PIPELINE/DATUM, as \`minipach status\` shows them.`,
      );
      return EXIT.usage;
    }
    const { datum } = named;
    const full = datumName(named.pipeline.name, datum.datum);
    const job = datum.job ?? datum.record?.job;
    const log = job === undefined ? undefined : jobLog(state, job);
    if (options.path === true && log !== undefined) {
      process.stdout.write(`${log}\n`);
      return EXIT.ok;
    }
    if (log === undefined || (!existsSync(log) && !(options.follow === true && datum.state !== 'done'))) {
      complain(faint(noLog(datum)));
      return EXIT.ok;
    }
    const isRunning = (): boolean =>
      findDatum(planAgain(planning, state, observer), full)?.datum.state === 'running';
    await copyLog(log, options.follow === true ? isRunning : () => false);
    return EXIT.ok;
  });
}

function noLog(datum: PlannedDatum): string {
  if (datum.record?.reused === true)
    return 'Its result was copied from an equal one; nothing was run for it.';
  if (datum.state === 'done') return 'Its result was computed elsewhere; logs stay where a job ran.';
  return `It has not run yet. ${datum.reason ?? ''}`.trim();
}

/** Prints a log, and what is appended to it until its job has ended. */
async function copyLog(log: string, isRunning: () => boolean): Promise<void> {
  const buffer = Buffer.alloc(65_536);
  let position = 0;
  for (;;) {
    // Asked before reading: what a job writes until its end is then still printed.
    const goesOn = isRunning();
    if (existsSync(log)) {
      const file = openSync(log, 'r');
      // Shorter than before: its middle was left out, or another run has begun it anew.
      const { size } = fstatSync(file);
      if (size < position) position = size >= LOG_ENDS ? LOG_ENDS : 0;
      for (let count = readSync(file, buffer, 0, buffer.length, position); count > 0; ) {
        process.stdout.write(Buffer.from(buffer.subarray(0, count)));
        position += count;
        count = readSync(file, buffer, 0, buffer.length, position);
      }
      closeSync(file);
    }
    if (!goesOn) return;
    await delay(INTERVAL);
  }
}

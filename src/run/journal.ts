/** A run's own account of itself: `runs/<run>/`, append only, one writer a file. */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPORT_VERSION } from '../plan/report.ts';
import type { RunEvent, RunEventBody } from '../plan/run-event.ts';
import type { State } from './state.ts';

/** A name for a run that sorts by time and that two runs never share. */
export function newRunName(now: Date, pid: number): string {
  const stamp = now
    .toISOString()
    .replaceAll(/[-:]|\..*/g, '')
    .replace('T', '-');
  return `${stamp}-${pid.toString(36)}`;
}

/** Writes a run's events, and hands each to whoever shows them. */
export class Journal {
  readonly #folder: string;
  readonly #file: string;
  readonly #run: string;
  readonly #show: (event: RunEvent) => void;
  #seq = 0;

  constructor(state: State, run: string, writer: string, show: (event: RunEvent) => void) {
    this.#folder = join(state.runs, run);
    this.#file = join(this.#folder, 'events', `${writer}.jsonl`);
    this.#run = run;
    this.#show = show;
    mkdirSync(join(this.#folder, 'events'), { recursive: true });
  }

  /** Notes what the run set out to do. */
  writePlan(plan: object): void {
    writeFileSync(join(this.#folder, 'plan.json'), JSON.stringify(plan));
  }

  /** Adds an event, completed with its number and time. */
  emit(body: RunEventBody): void {
    this.#seq += 1;
    const event: RunEvent = {
      version: REPORT_VERSION,
      run: this.#run,
      seq: this.#seq,
      at: new Date().toISOString(),
      ...body,
    };
    appendFileSync(this.#file, `${JSON.stringify(event)}\n`);
    this.#show(event);
  }
}

/** Asks a run to stop; it looks for this file a few times a second, on whichever host it is. */
export function wishStop(state: State, run: string): void {
  mkdirSync(join(state.runs, run), { recursive: true });
  writeFileSync(join(state.runs, run, 'stop'), '');
}

/** Whether somebody has asked a run to stop. */
export function isStopWished(state: State, run: string): boolean {
  return existsSync(join(state.runs, run, 'stop'));
}

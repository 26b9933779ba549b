/** Following what tasks on other machines note of their jobs: files that grow, each with one writer. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../plan/run-event.ts';
import { listed } from '../listed.ts';
import type { State } from '../state.ts';
import { isStartOf } from './arrays.ts';

/** Reads the journals of a run's tasks, each as far as it has grown. */
export class TaskJournals {
  readonly #folder: string;
  readonly #read = new Map<string, number>();

  constructor(state: Pick<State, 'runs'>, run: string) {
    this.#folder = join(state.runs, run, 'events');
  }

  /**
   * What has come since the last time.
   * @param tokens - The queued tasks whose journals are looked at.
   */
  news(tokens: Iterable<string>): Map<string, RunEvent[]> {
    const names = listed(this.#folder);
    const found = new Map<string, RunEvent[]>();
    if (names.length < 2) return found;
    const wanted = new Set(tokens);
    for (const name of names) {
      const token = tokenOf(name);
      if (!wanted.has(token) || !isStartOf(token, name)) continue;
      const events = this.#newsIn(name);
      if (events.length > 0) found.set(token, [...(found.get(token) ?? []), ...events]);
    }
    return found;
  }

  #newsIn(name: string): RunEvent[] {
    const file = openSync(join(this.#folder, name), 'r');
    try {
      const start = this.#read.get(name) ?? 0;
      const { size } = fstatSync(file);
      if (size <= start) return [];
      const bytes = Buffer.alloc(size - start);
      const count = readSync(file, bytes, 0, bytes.length, start);
      // A line that is being written is for the next time.
      const end = bytes.subarray(0, count).lastIndexOf(0x0a) + 1;
      this.#read.set(name, start + end);
      const lines = bytes.subarray(0, end).toString('utf8').split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RunEvent);
    } finally {
      closeSync(file);
    }
  }
}

/** The token of the queued task that a journal's name begins with. */
function tokenOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('-s')));
}

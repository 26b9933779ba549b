/** What Slurm's accounting remembers of tasks that have ended, long after its controller has forgotten them; where there is one. */
import { call, type ExitStatus, hasEnded, type TaskState } from './commands.ts';

/** What is asked of `sacct`; it ends no field but the last with a bar. */
const FIELDS = ['JobID', 'State', 'ExitCode', 'Elapsed', 'MaxRSS', 'NodeList'].join(',');

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A task that has ended, as accounting has it. */
export interface AccountedTask {
  readonly told: TaskState;
  readonly exit: ExitStatus;
  /** Bytes that it has used at once at most, as far as that was looked at. */
  readonly memory: number | undefined;
}

/** Asks about arrays, each once until `forget`; of a cluster without accounting it asks once in all. */
export class Accounting {
  readonly #cwd: string;
  readonly #answers = new Map<string, Promise<ReadonlyMap<number, AccountedTask>>>();
  #isAbsent = false;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** A task that has ended; `undefined` where accounting does not know that, or there is none. */
  async of(array: string, task: number): Promise<AccountedTask | undefined> {
    const known = this.#answers.get(array) ?? this.#ask(array);
    this.#answers.set(array, known);
    return (await known).get(task);
  }

  /** Lets everything be asked anew: what ends is told to it a little later. */
  forget(): void {
    if (!this.#isAbsent) this.#answers.clear();
  }

  async #ask(array: string): Promise<ReadonlyMap<number, AccountedTask>> {
    if (this.#isAbsent) return new Map();
    const args = ['--noheader', '--parsable2', `--format=${FIELDS}`, `--jobs=${array}`];
    const answer = await call('sacct', args, this.#cwd);
    this.#isAbsent = !answer.ok;
    return answer.ok ? readAccounting(answer.stdout.toString('utf8'), array) : new Map();
  }
}

/** Reads what `sacct` says of an array: the tasks of it that have ended, each with what its steps have used. */
export function readAccounting(text: string, array: string): Map<number, AccountedTask> {
  const tasks = new Map<number, AccountedTask>();
  const used = new Map<number, number>();
  for (const line of text.split('\n')) {
    const [job = '', state = '', exit = '', elapsed = '', memory = '', node = ''] = line.split('|');
    const [, number, step] = /^\d+_(\d+)(\..+)?$/.exec(job) ?? [];
    if (number === undefined) continue;
    const task = Number(number);
    const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(memory) ?? [];
    if (amount !== undefined)
      used.set(task, Math.max(used.get(task) ?? 0, Number(amount) * (UNITS[unit] ?? 1)));
    if (step !== undefined) continue;
    // `CANCELLED by 1000` says who did it.
    const [name = ''] = state.split(' ');
    if (!hasEnded(name)) continue;
    const [code = 0, signal = 0] = exit.split(':').map(Number);
    const place = node === 'None assigned' ? '' : node;
    const told = { array, id: job, state: name, reason: '', node: place, elapsed };
    tasks.set(task, { told, exit: { code, signal }, memory: undefined });
  }
  for (const [task, memory] of used) {
    const found = tasks.get(task);
    if (found !== undefined) tasks.set(task, { ...found, memory });
  }
  return tasks;
}

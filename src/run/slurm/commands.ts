/** Asking Slurm, and telling it: its own programs, with explicit formats, whatever a user's variables say. */
import { inheritedEnvironment } from '../../project/environment.ts';
import { runBriefly } from '../../project/process.ts';
import { wordsOf } from '../../project/words-of.ts';

/** Milliseconds that the controller has to answer; a busy one takes its time. */
const PATIENCE = 60_000;

/** Variables by which users change what these programs print or ask for. */
const USERS_OWN =
  /^(?:SQUEUE_|SACCT_|SCANCEL_|SBATCH_(?:WAIT|DEPENDENCY|ARRAY_INX|OUTPUT|ERROR|INPUT|JOB_NAME))/;

/** Words with which a request fails that can succeed later, and may have been heard all the same. */
const AWAY =
  /unable to contact|socket timed out|connection (?:refused|timed out|reset)|communication|unexpected message|no answer within|transport endpoint|zero bytes|controller is (?:not|down)|temporar/i;

/** A task as Slurm tells of it. */
export interface TaskState {
  /** Slurm's name of the array, `123`, and of the task, `123_4`. */
  readonly array: string;
  readonly id: string;
  /** Such as `PENDING`, `RUNNING` or `TIMEOUT`. */
  readonly state: string;
  /** Why it waits, or has ended. */
  readonly reason: string;
  readonly node: string;
  /** How long it has run, as Slurm writes it. */
  readonly elapsed: string;
}

/** Tasks by the name of their array and their number. */
export type TaskStates = ReadonlyMap<string, ReadonlyMap<number, TaskState>>;

/** Why Slurm did not do what it was told. */
export interface Refusal {
  /** Whether its controller is away: it may have heard all the same. */
  readonly isAway: boolean;
  readonly words: string;
}

/** What is asked of `squeue`; each field ends at a bar, and a name holds none. */
const FIELDS = ['%j', '%K', '%F', '%i', '%T', '%r', '%N', '%M'].join('|');

/** Asks once for all tasks of some arrays, those that ended lately included; `undefined` where nobody answers. */
export async function askQueue(
  names: readonly string[],
  cwd: string,
  options: { readonly signal?: AbortSignal; readonly milliseconds?: number } = {},
): Promise<TaskStates | undefined> {
  const args = ['--noheader', '--array', '--states=all', `--name=${names.join(',')}`, `--format=${FIELDS}`];
  const answer = await call('squeue', args, cwd, options);
  if (!answer.ok) return undefined;
  const found = new Map<string, Map<number, TaskState>>();
  for (const line of answer.stdout.toString('utf8').split('\n')) {
    const [name, task, array, id, state, reason, node, elapsed] = line.split('|');
    if (name === undefined || task === undefined || array === undefined || id === undefined) continue;
    const tasks = found.get(name) ?? new Map<number, TaskState>();
    found.set(name, tasks);
    // A job that is no array has `N/A` for its task.
    const number = /^\d+$/.test(task) ? Number(task) : 0;
    const told = { state: state ?? '', reason: reason ?? '', node: node ?? '', elapsed: elapsed ?? '' };
    tasks.set(number, { array, id, ...told });
  }
  return found;
}

/** Whether tasks of this user's arrays wait to begin; where nobody says that none does, they do. */
export async function haveWaiting(cwd: string): Promise<boolean> {
  const args = ['--noheader', `--user=${process.getuid?.()}`, '--states=PENDING', '--format=%j'];
  const answer = await call('squeue', args, cwd, { milliseconds: 5000 });
  // Jobs that record wait for the very array to end.
  const isTask = (name: string): boolean => /\.[0-9a-f]{10}$/.test(name) && !name.startsWith('record.');
  return !answer.ok || answer.stdout.toString('utf8').split('\n').some(isTask);
}

/** Whether a task in this state has ended for good. */
export function hasEnded(state: string): boolean {
  return /^(?:BOOT_FAIL|CANCELLED|COMPLETED|DEADLINE|FAILED|NODE_FAIL|OUT_OF_MEMORY|PREEMPTED|REVOKED|TIMEOUT)$/.test(
    state,
  );
}

/** Submits a script; returns the id of the job. */
export async function submit(
  script: string,
  options: readonly string[],
  cwd: string,
): Promise<string | Refusal> {
  // On the command line they come before a user's own variables, which come before the script.
  const answer = await call('sbatch', ['--parsable', '--export=ALL', ...options, '--', script], cwd);
  const [id = ''] = answer.stdout.toString('utf8').trim().split(';');
  return answer.ok && /^\d+$/.test(id) ? id : refusalOf('sbatch', answer);
}

/** Cancels jobs by id or by name; none that has ended is an error. */
export async function cancel(
  which: { readonly ids?: readonly string[]; readonly name?: string; readonly onlyWaiting?: boolean },
  cwd: string,
): Promise<Refusal | undefined> {
  const state = which.onlyWaiting === true ? ['--state=PENDING'] : [];
  const { ids, name } = which;
  const answer = await call(
    'scancel',
    ['--quiet', ...state, ...(name === undefined ? [] : [`--name=${name}`]), ...(ids ?? [])],
    cwd,
  );
  return answer.ok ? undefined : refusalOf('scancel', answer);
}

/** What a process ended with: its own code, or the signal that killed it. */
export interface ExitStatus {
  readonly code: number;
  readonly signal: number;
}

/** What a task that has ended did so with, where Slurm still knows it. */
export async function exitStatusOf(id: string, cwd: string): Promise<ExitStatus | undefined> {
  const answer = await call('scontrol', ['--oneliner', 'show', 'job', id], cwd);
  const [, code, signal] = / ExitCode=(\d+):(\d+)/.exec(answer.stdout.toString('utf8')) ?? [];
  return answer.ok && code !== undefined ? { code: Number(code), signal: Number(signal) } : undefined;
}

/** Runs one of Slurm's programs. */
export function call(
  file: string,
  args: readonly string[],
  cwd: string,
  options: Parameters<typeof askQueue>[2] = {},
): ReturnType<typeof runBriefly> {
  // Jobs inherit what `sbatch` has, so it is given what jobs on this machine have.
  const env = Object.fromEntries(
    Object.entries(inheritedEnvironment()).filter(([name]) => !USERS_OWN.test(name)),
  );
  return runBriefly(file, args, { milliseconds: PATIENCE, ...options, cwd, env });
}

function refusalOf(file: string, { stderr }: { readonly stderr: string }): Refusal {
  const words = wordsOf(stderr.replaceAll(new RegExp(`^${file}: (?:error: )?`, 'gm'), ''));
  return { isAway: AWAY.test(stderr), words };
}

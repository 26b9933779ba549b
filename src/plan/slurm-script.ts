/** The script of a Slurm array: what is asked of the cluster, and how a task starts. A function of what it is given. */
import type { SlurmConfig } from '../spec/config.ts';
import type { Resources, Spec } from '../spec/model.ts';
import { shellQuote } from './shell.ts';

/** Milliseconds that a task has beside those of its jobs, to start and to hand over. */
const SLACK = 120_000;

/** Bytes that Minipach itself takes beside the command that it runs. */
const OWN_MEMORY = 256 * 2 ** 20;

/** Exit codes by which a task says why it could not begin; beyond those that Node and shells use. */
export const CANNOT_BEGIN = {
  /** There is no Node where the submitting machine has it, or it does not run there. */
  noNode: 90,
  /** Minipach itself is not there. */
  noProgram: 91,
  /** The project is not there. */
  noProject: 92,
  /** The folder on the node's own disk cannot be made or written. */
  noScratch: 93,
  /** What it is to work in could not be cloned there. */
  noClone: 94,
} as const;

/** What a task starts, by paths that mean the same on every node. */
export interface TaskProgram {
  /** Node as the submitting machine runs it. */
  readonly node: string;
  /** Minipach's own file. */
  readonly program: string;
  /** The project's root. */
  readonly root: string;
}

/** One array of tasks. */
export interface SlurmArray extends TaskProgram {
  /** What the cluster calls it; no other array has it. */
  readonly name: string;
  readonly spec: Spec;
  readonly config: SlurmConfig;
  /** How many tasks it has. */
  readonly tasks: number;
  /** The folder that tells tasks what to do; their own words go there, too. */
  readonly folder: string;
  /** How tasks work on their nodes' own disks; absent where they work in the project. */
  readonly scratch?: ScratchWork;
}

/** What tasks are told that work in a clone on their node. All of it stands in the script, which Slurm brings to any node. */
export interface ScratchWork {
  /** The folder as settings name it; the node's shell fills in its variables. */
  readonly folder: string;
  /** What is cloned, and where results go. */
  readonly source: string;
  /** Whether nodes have the project's own files, so that they can leave their words there. */
  readonly seesProject: boolean;
  readonly commit: string;
  readonly branch: string;
  readonly run: string;
  /** Subdatasets that are needed besides what the clone shows. */
  readonly subdatasets: readonly string[];
  readonly binds: readonly string[];
  /** What was asked to be computed again; absent where nothing was. */
  readonly again?: readonly string[];
  /** The keys of each task's jobs. */
  readonly jobs: readonly (readonly string[])[];
}

/** The folder in that of the settings, of which others may have one, too; bash knows the number. */
const SCRATCH_FOLDER = 'minipach-$UID';

/** Where a task's words are that has only its node's disk, below its folder there. */
export const SCRATCH_LOGS = 'task-logs';

/** What the cluster calls an array of a pipeline: its name as far as Slurm and file systems take any, and an id that no other array has. */
export function arrayName(pipeline: string, id: string): string {
  return `${pipeline.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 40)}.${id}`;
}

/** How many datums of a pipeline one task takes. */
export function datumsPerTask(spec: Spec, config: SlurmConfig): number {
  return spec.datumsPerTask > 1 ? spec.datumsPerTask : config.datumsPerTask;
}

/** The options of an array for `sbatch`, a word each. What a spec says of itself comes before settings. */
export function arrayOptions({ name, spec, config, tasks, folder, scratch }: SlurmArray): string[] {
  const { scheduling } = spec;
  const most = spec.parallelism ?? config.parallelism;
  return [
    `--job-name=${name}`,
    `--array=0-${tasks - 1}${most === undefined || most >= tasks ? '' : `%${most}`}`,
    // `%` begins one of Slurm's own patterns; `%a` is the task. A task whose file cannot be opened ends before it begins.
    `--output=${scratch?.seesProject === false ? '/dev/null' : `${folder.replaceAll('%', '%%')}/%a.log`}`,
    '--open-mode=append',
    ...placeOptions(config, scheduling),
    ...resourceOptions(spec, config),
    ...config.options,
  ];
}

function resourceOptions(spec: Spec, config: SlurmConfig): string[] {
  const of = <Name extends keyof Resources>(name: Name): Resources[Name] | undefined =>
    spec.requests[name] ?? spec.limits[name];
  const cpu = of('cpu');
  const asked = of('memory');
  const memory = asked === undefined ? config.memory : asked + OWN_MEMORY;
  const disk = of('disk');
  const gpu = of('gpu');
  const time =
    spec.datumTimeout === undefined ? config.time : spec.datumTimeout * datumsPerTask(spec, config) + SLACK;
  return [
    ...(cpu === undefined ? [] : [`--cpus-per-task=${Math.max(1, Math.ceil(cpu))}`]),
    ...(memory === undefined ? [] : [`--mem=${mebibytes(memory)}M`]),
    ...(disk === undefined ? [] : [`--tmp=${mebibytes(disk)}M`]),
    ...(gpu === undefined ? [] : [`--gres=gpu${gpu.type === undefined ? '' : `:${gpu.type}`}:${gpu.number}`]),
    ...(time === undefined ? [] : [`--time=${timeText(time)}`]),
  ];
}

/** Slurm's `M` is a mebibyte. */
function mebibytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 2 ** 20));
}

/** `days-hours:minutes:seconds`, with seconds rounded up. */
function timeText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  const clock = `${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  const days = Math.floor(seconds / 86_400);
  return days === 0 ? clock : `${days}-${clock}`;
}

/** The whole script of an array. */
export function arrayScript(array: SlurmArray): string {
  const { scratch, root, folder } = array;
  return scratch === undefined
    ? scriptOf(array, arrayOptions(array), inProject(root), words(['slurm-task', folder]))
    : scriptOf(array, arrayOptions(array), inScratch(scratch), scratchWords(scratch));
}

/** Where the words of tasks are that have only their nodes' disks, as the shell there writes it. */
export function scratchLogs({ folder }: Pick<ScratchWork, 'folder'>): string {
  return `${folder}/${SCRATCH_FOLDER}/${SCRATCH_LOGS}`;
}

/** Goes to where a task works that works in the project. */
function inProject(root: string): string[] {
  // An empty folder can be where a disk was not mounted.
  return [`cd ${shellQuote(root)} && [ -e .git ] || exit ${CANNOT_BEGIN.noProject}`];
}

/** Goes to a folder on the node, and finds the keys of the task's jobs. */
function inScratch({ folder, seesProject, jobs }: ScratchWork): string[] {
  return [
    ...enterScratch(folder),
    ...(seesProject ? [] : [`exec >>"${SCRATCH_LOGS}/\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID.log" 2>&1`]),
    'case $SLURM_ARRAY_TASK_ID in',
    ...(jobs.length === 0
      ? ['*) set -- KEYS ;;']
      : jobs.map((keys, task) => `${task}) set -- ${keys.join(' ')} ;;`)),
    'esac',
  ];
}

function enterScratch(folder: string): string[] {
  return [
    // A variable that a node lacks is told, and is not the root of its disk.
    `scratch=$(set -u; printf %s "${folder}")/${SCRATCH_FOLDER} && mkdir -p -- "$scratch/${SCRATCH_LOGS}" && cd -- "$scratch" || exit ${CANNOT_BEGIN.noScratch}`,
  ];
}

function scratchWords({ source, commit, branch, run, subdatasets, binds, again }: ScratchWork): string {
  const each = (option: string, values: readonly string[]): string[] =>
    values.map((value) => `--${option}=${value}`);
  const told = words([
    `--source=${source}`,
    ...[`--commit=${commit}`, `--branch=${branch}`, `--run=${run}`],
    ...each('subdataset', subdatasets),
    ...each('bind', binds),
    ...(again === undefined ? [] : again.length === 0 ? ['--again-all'] : each('again', again)),
  ]);
  return `run-detached --tidy --scratch="$PWD" ${told} -- "$@"`;
}

/**
 * The script of the job that records what an array has left, when nobody else has. It begins when the array has ended,
 * however that was.
 */
export function recordScript(array: SlurmArray, dependency: string, run: string): string {
  const options = [
    `--job-name=record.${array.name}`,
    `--output=${array.folder.replaceAll('%', '%%')}/record.log`,
    '--open-mode=append',
    `--dependency=afterany:${dependency}`,
    ...placeOptions(array.config, array.spec.scheduling).filter((one) => !one.startsWith('--constraint=')),
  ];
  return scriptOf(array, options, inProject(array.root), words(['slurm-record', run]));
}

/** A script that looks whether a node could run tasks, and prints what `doctor` says there. */
export function probeScript({ config, ...program }: TaskProgram & Pick<SlurmArray, 'config'>): string {
  const { scratch } = config;
  const seesProject = config.store === undefined && config.source === undefined;
  const begin = [
    ...(scratch === undefined ? [] : enterScratch(scratch)),
    ...(seesProject || scratch === undefined ? inProject(program.root) : []),
  ];
  return scriptOf({ config, ...program }, [], begin, 'doctor --json');
}

/** Where a job goes, as options of `sbatch` and `srun`: as a spec says, else the settings. */
export function placeOptions(config: SlurmConfig, scheduling?: Spec['scheduling']): string[] {
  return [
    ...given('partition', scheduling?.partition ?? config.partition),
    ...given('account', config.account),
    ...given('qos', scheduling?.qos ?? config.qos),
    ...given('constraint', scheduling?.constraint ?? config.constraint),
  ];
}

function given(option: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`--${option}=${value}`];
}

function words(plain: readonly string[]): string {
  return plain.map(shellQuote).join(' ');
}

function scriptOf(
  { config, node, program }: Pick<SlurmArray, 'config' | 'node' | 'program'>,
  options: readonly string[],
  begin: readonly string[],
  call: string,
): string {
  const [quotedNode, quotedProgram] = [node, program].map(shellQuote);
  const preamble = config.preamble.trimEnd();
  return [
    // Not `sh`: what defines `module` on most clusters is a function of bash.
    '#!/bin/bash',
    ...options.map((option) => `#SBATCH ${directiveWord(option)}`),
    ...(preamble === '' ? [] : [preamble]),
    // Whatever else is wrong with a node, this is told in a way that the submitting machine understands.
    `ELECTRON_RUN_AS_NODE=1 ${quotedNode} --version >/dev/null || exit ${CANNOT_BEGIN.noNode}`,
    `[ -r ${quotedProgram} ] || exit ${CANNOT_BEGIN.noProgram}`,
    ...begin,
    // In the place of the shell, so that what Slurm sends to end the task reaches Minipach itself.
    `ELECTRON_RUN_AS_NODE=1 exec ${quotedNode} ${quotedProgram} ${call}`,
    '',
  ].join('\n');
}

/** A word of a `#SBATCH` line, which Slurm takes apart at spaces outside of double quotes. */
function directiveWord(option: string): string {
  return /^[A-Za-z0-9_@%+=:,./\-[\]&|*]+$/.test(option)
    ? option
    : `"${option.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

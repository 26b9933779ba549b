/** The programs that Minipach or its jobs may use: which are here, in which version, and how to get the others. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { knownAnnexBug } from './annex-version.ts';
import { type CommandResult, runBriefly } from './process.ts';

/** Milliseconds that a program has to say its version. */
const PATIENCE = 5000;

/** git 2.27 brought transactions of `update-ref --stdin`, with which a branch moves. */
const LEAST_GIT = [2, 27] as const;

/** One program, or several that do the same. */
interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** What it is for. */
  readonly purpose: string;
  /** The line that installs it, by platform. */
  readonly install: { readonly linux: string; readonly darwin?: string };
  /** What is wrong with a version. */
  readonly wrong?: (version: string) => string | undefined;
}

/** What is known of a program on this machine. */
export interface ProgramReport {
  readonly name: string;
  /** `silent`: it is here and gives no answer, or says that it cannot work. */
  readonly state: 'ok' | 'missing' | 'unfit' | 'silent';
  readonly version: string | null;
  readonly purpose: string;
  /** What is wrong, in a sentence. */
  readonly problem?: string;
  /** The line that installs it. */
  readonly install?: string;
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'git',
    args: ['--version'],
    purpose: 'reads the project and records results',
    install: { linux: 'sudo apt-get install git', darwin: 'brew install git' },
    wrong: oldGit,
  },
  {
    name: 'git-annex',
    args: ['version', '--raw'],
    purpose: 'keeps large files, in projects that use it',
    install: { linux: 'sudo apt-get install git-annex', darwin: 'brew install git-annex' },
    wrong: knownAnnexBug,
  },
  {
    name: 'datalad',
    args: ['--version'],
    purpose: 'replays results with `datalad rerun`, installs subdatasets, pushes',
    install: { linux: 'sudo apt-get install datalad', darwin: 'brew install datalad' },
  },
  {
    name: 'setpriv',
    args: ['--version'],
    purpose: "keeps root's jobs from writing into annexed inputs",
    install: { linux: 'sudo apt-get install util-linux' },
  },
  ...images(),
  {
    name: 'sbatch',
    args: ['--version'],
    purpose: 'submits jobs to Slurm',
    install: { linux: 'sudo apt-get install slurm-client' },
  },
];

function images(): readonly Program[] {
  const version = ['--version'];
  return [
    {
      name: 'apptainer',
      args: version,
      purpose: 'runs images: .sif',
      install: { linux: 'conda install -c conda-forge apptainer' },
    },
    {
      name: 'singularity',
      args: version,
      purpose: 'runs images: .sif, where there is no apptainer',
      install: { linux: 'conda install -c conda-forge singularity' },
    },
    {
      name: 'ch-run',
      args: version,
      purpose: 'runs images: .sqfs and directories',
      install: { linux: 'sudo apt-get install charliecloud' },
    },
    {
      name: 'docker',
      args: ['version', '--format', '{{.Client.Version}}'],
      purpose: 'runs images: docker references',
      install: { linux: 'sudo apt-get install docker.io', darwin: 'brew install --cask docker' },
    },
    {
      name: 'podman',
      args: version,
      purpose: 'runs images: docker references',
      install: { linux: 'sudo apt-get install podman', darwin: 'brew install podman' },
    },
  ];
}

/** Where a program is found; `undefined` where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Asks all of them at once; none is waited for longer than a few seconds. */
export function findPrograms(
  cwd: string,
  platform: NodeJS.Platform = process.platform,
): Promise<ProgramReport[]> {
  return Promise.all(
    PROGRAMS.map(async (program) => {
      const answer = await runBriefly(program.name, program.args, { cwd, milliseconds: PATIENCE });
      return report(program, answer, platform);
    }),
  );
}

function report(program: Program, answer: CommandResult, platform: NodeJS.Platform): ProgramReport {
  const { name, purpose, wrong } = program;
  const line = platform === 'darwin' ? program.install.darwin : program.install.linux;
  const install = line === undefined ? {} : { install: line };
  if (answer.code === undefined && answer.stderr.includes('ENOENT'))
    return { name, state: 'missing', version: null, purpose, ...install };
  const version = /\d+(?:\.\d+)+[-\w.]*/.exec(answer.stdout.toString('utf8'))?.[0] ?? null;
  if (!answer.ok) {
    const said = answer.stderr.trim().split('\n')[0] || `ended with ${answer.code ?? answer.signal}`;
    return { name, state: 'silent', version, purpose, problem: `It says: ${said}` };
  }
  const problem = version === null ? undefined : wrong?.(version);
  return problem === undefined
    ? { name, state: 'ok', version, purpose }
    : { name, state: 'unfit', version, purpose, problem, ...install };
}

function oldGit(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least, leastMinor] = LEAST_GIT;
  if (major > least || (major === least && minor >= leastMinor)) return undefined;
  return `git ${version} is older than ${LEAST_GIT.join('.')}, which moves branches in transactions.`;
}

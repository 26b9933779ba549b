/** A project with annexed data and a store, and a machine that shares no more than the store with it. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../src/project/programs.ts';
import type { Ended } from './project.ts';
import { seededRandom, spec, TestProject } from './project.ts';

/** What a job leaves: annexed content, a large and a small file that git keeps, a link, and an executable file. */
const SCRIPT = [
  'echo run >> "$COUNT_FILE"',
  'cat "$1/x.bin" "$1/x.bin" > "$2/twice.bin"',
  'wc -c < "$1/x.bin" > "$2/size.txt"',
  'head -c 100000 /dev/zero > "$2/zeros"',
  'printf "#!/bin/sh\\r\\n" > "$2/tool"; chmod +x "$2/tool"',
  'mkdir "$2/below"; ln -s ../size.txt "$2/below/link"; echo "*.txt text" > "$2/.gitattributes"',
  'echo "said of $1"',
  '! test -e "$1/fail"',
].join('\n');

/** Bytes of each annexed input. */
export const INPUT = 200_000;

/** A pipeline `copy` over `data/*`, with results that are annexed where they are called `.bin`. */
export class DetachedRig {
  readonly project: TestProject;
  readonly datums: readonly string[];

  /** @param datums - How many. */
  constructor(datums: number) {
    this.project = TestProject.make({ annex: true });
    this.datums = Array.from({ length: datums }, (_, at) => `d${at}`);
    const random = seededRandom(3);
    this.project.write('.gitattributes', '* annex.largefiles=nothing\n*.bin annex.largefiles=anything\n');
    for (const datum of this.datums) {
      const start = `${random()}`;
      this.project.write(`data/${datum}/x.bin`, start.padEnd(INPUT, start));
    }
    this.project.write('code/copy.sh', SCRIPT);
    this.project.write('copy/spec.yml', spec('copy', 'data', '[sh, code/copy.sh, "{data}", "{out}"]'));
    this.project.git('annex', 'add', '--quiet', '.');
    this.project.commit('Add data and a pipeline');
  }

  /** A bare repository, named `store` as a sibling, that has everything. */
  addStore(): TestProject {
    const store = this.project.at('../store');
    mkdirSync(store.root);
    store.git('init', '--quiet', '--bare');
    this.project.git('remote', 'add', 'store', store.root);
    this.project.git('push', '--quiet', 'store', 'main', 'git-annex');
    this.project.git('annex', 'copy', '--quiet', '--to', 'store', '--all');
    return store;
  }

  /** Says in the project's settings how jobs go to Slurm. */
  setSlurm(lines: readonly string[]): void {
    this.project.write('.minipach/config.yml', `slurm:\n${lines.map((line) => `  ${line}\n`).join('')}`);
    this.project.commit('Set Slurm up');
  }

  get scratch(): string {
    return join(this.project.root, '..', 'scratch');
  }

  /** The keys of the jobs of datums. */
  jobs(datums = this.datums): string[] {
    const planned = this.project.plan()['copy']?.datums ?? {};
    return datums.map((datum) => planned[datum]?.job ?? '');
  }

  args(source: string, jobs: readonly string[]): string[] {
    const commit = this.project.head();
    return [
      ...['run-detached', '--scratch', this.scratch, '--source', source, '--commit', commit],
      ...['--run', 'test', '--branch', 'refs/heads/main', '--jobs', '2', ...jobs],
    ];
  }

  /** Runs jobs on the machine. */
  runDetached(source: string, jobs: readonly string[], variables: NodeJS.ProcessEnv = {}): Ended {
    return this.project.minipachWith(variables, ...this.args(source, jobs));
  }

  /** What the same project has after a run on one machine, as the id of its tree. */
  treeOfOrdinaryRun(): string {
    const other = this.project.at('../ordinary');
    this.project.git('clone', '--quiet', this.project.root, other.root);
    other.git('annex', 'init', '--quiet');
    const { code, stderr } = other.minipachWith({ COUNT_FILE: '/dev/null' }, 'run');
    if (code !== 0) throw new Error(stderr);
    return other.git('rev-parse', 'HEAD^{tree}').trim();
  }

  /** The machine's clone of the project. */
  get seat(): TestProject {
    return this.seatIn('.');
  }

  /** The clone in a folder of the machine's. */
  seatIn(folder: string): TestProject {
    const projects = join(this.scratch, folder, 'projects');
    return this.project.at('..', 'scratch', folder, 'projects', only(projects));
  }

  /**
   * Variables by which the first git command with some words kills the program that has started it, by a git that stands
   * before the real one on the path.
   */
  killing(
    words: string,
    when: 'before' | 'after',
  ): { variables: NodeJS.ProcessEnv; hasKilled: () => boolean } {
    const folder = this.project.path('..', 'killing');
    const mark = join(folder, 'mark');
    mkdirSync(folder, { recursive: true });
    rmSync(mark, { force: true });
    const real = findProgram('git');
    const script = join(folder, 'git');
    writeFileSync(
      script,
      `#!/bin/sh\ncase " $* " in *" ${words} "*)\n  if test ! -e ${mark}; then\n    : > ${mark}\n    ${when === 'after' ? `${real} "$@"` : ':'}\n    kill -9 $PPID\n    exit 1\n  fi ;;\nesac\nexec ${real} "$@"\n`,
    );
    chmodSync(script, 0o755);
    return { variables: { PATH: `${folder}:${process.env['PATH']}` }, hasKilled: () => existsSync(mark) };
  }

  remove(): void {
    this.project.remove();
  }
}

function only(folder: string): string {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  if (names.length !== 1) throw new Error(`There are ${names.join()} in ${folder}.`);
  return names[0] ?? '';
}

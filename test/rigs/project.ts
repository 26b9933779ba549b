/** Throw-away projects: real git, real git-annex, the real command line, in a temporary folder. */
import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** The command line as it is in the source: no test can pass on an old build. */
export const MINIPACH = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What kind of project, and where. */
export interface ProjectOptions {
  readonly annex?: boolean;
  /** The folder that it is made in. */
  readonly folder?: string;
}

/** A project that is removed with `remove`. */
export class TestProject {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** An empty repository with a first, empty commit. */
  static make(options: ProjectOptions & { readonly datalad?: boolean } = {}): TestProject {
    const { folder = tmpdir() } = options;
    const project = new TestProject(join(mkdtempSync(join(folder, 'minipach-test-')), 'project'));
    mkdirSync(project.root);
    project.git('init', '--quiet', '--initial-branch=main');
    project.git('commit', '--quiet', '--allow-empty', '-m', 'Start');
    if (options.annex === true) project.git('annex', 'init', '--quiet', 'test');
    if (options.datalad === true) project.ok('datalad', ['create', '--force', '--no-annex', '.']);
    return project;
  }

  /** A project of `count` directory datums in `data`, and a pipeline `copy` that copies one file of each. */
  static withCopies(count: number, options: ProjectOptions = {}): TestProject {
    const project = TestProject.make(options);
    for (let datum = 1; datum <= count; datum += 1) {
      project.write(`data/d${String(datum).padStart(4, '0')}/a.txt`, `content ${datum}\n`);
    }
    project.write('code/copy.sh', 'echo run >> "$COUNT_FILE"; cat "$1/a.txt" > "$2/b.txt"\n');
    project.write('copy/spec.yml', spec('copy', 'data', '[sh, code/copy.sh, "{data}", "{out}"]'));
    project.commit('Add data and a pipeline');
    return project;
  }

  /** A clone of this project beside it. */
  clone(name: string, ...args: string[]): TestProject {
    const clone = new TestProject(join(dirname(this.root), name));
    this.git('clone', '--quiet', ...args, `file://${this.root}`, clone.root);
    return clone;
  }

  /** Another repository beside this one, or a subdataset in it; the repository need not be there yet. */
  at(...parts: string[]): TestProject {
    return new TestProject(join(this.root, ...parts));
  }

  /** Adds a repository beside this one as a submodule, which git keeps under `.git/modules`. */
  addSubmodule(source: TestProject, path: string): void {
    const allow = ['-c', 'protocol.file.allow=always'];
    this.git(...allow, 'submodule', '--quiet', 'add', '--', source.root, path);
    this.git(...allow, 'submodule', '--quiet', 'update', '--init', '--recursive');
    this.commit(`Add ${path}`);
  }

  /** Where commands of `withCopies` count themselves: a line an execution. */
  get countFile(): string {
    return join(dirname(this.root), 'executions');
  }

  /** How often a command of `withCopies` was executed. */
  executions(): number {
    try {
      return readFileSync(this.countFile, 'utf8').split('\n').length - 1;
    } catch {
      return 0;
    }
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  bytes(path: string): Buffer {
    return readFileSync(this.path(path));
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  write(path: string, text: string, mode?: number): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    rmSync(this.path(path), { force: true });
    writeFileSync(this.path(path), text);
    if (mode !== undefined) chmodSync(this.path(path), mode);
  }

  /** Commits everything; returns the commit. */
  commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '-m', message);
    return this.head();
  }

  head(): string {
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** Runs git and fails the test when git fails. */
  git(...args: string[]): string {
    return this.ok('git', args);
  }

  /** Runs a program and fails the test when it fails. */
  ok(file: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): string {
    const { status, stdout, stderr, error } = spawnSync(file, args, {
      cwd: this.root,
      encoding: 'utf8',
      env: { ...this.environment, ...variables },
    });
    if (status !== 0)
      throw new Error(`${file} ${args.join(' ')} ended with ${status ?? error}: ${stderr}${stdout}`);
    return stdout;
  }

  /** Runs minipach to its end. */
  minipach(...args: string[]): Ended {
    return this.minipachWith({}, ...args);
  }

  /** The same with further variables. */
  minipachWith(variables: NodeJS.ProcessEnv, ...args: string[]): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MINIPACH, ...args], {
      cwd: this.root,
      encoding: 'utf8',
      env: { ...this.environment, ...variables },
      maxBuffer: 1 << 28,
    });
    return { code: status, stdout, stderr };
  }

  /** Starts minipach; its output is thrown away unless `stdout` is `pipe`. */
  start(
    args: readonly string[],
    stdout: 'ignore' | 'pipe' = 'ignore',
    stderr: 'inherit' | 'pipe' = 'inherit',
  ): ChildProcess {
    return this.startWith({}, args, stdout, stderr);
  }

  /** Starts the feed that editors read, which takes lines on its standard input. */
  startFeed(): ChildProcessByStdio<Writable, Readable, null> {
    return spawn(process.execPath, [MINIPACH, 'status', '--watch', '--json'], {
      cwd: this.root,
      env: this.environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  }

  /** The same with further variables. */
  startWith(
    variables: NodeJS.ProcessEnv,
    args: readonly string[],
    stdout: 'ignore' | 'pipe' = 'ignore',
    stderr: 'inherit' | 'pipe' = 'inherit',
  ): ChildProcess {
    return spawn(process.execPath, [MINIPACH, ...args], {
      cwd: this.root,
      env: { ...this.environment, ...variables },
      stdio: ['ignore', stdout, stderr],
    });
  }

  /** The pipelines of `plan --json` by name, with their datums by name. */
  plan(): Record<string, PlannedTest> {
    const { stdout, stderr } = this.minipach('plan', '--json');
    if (stdout === '') throw new Error(stderr);
    // biome-ignore lint/suspicious/noExplicitAny: tests look into documents as any reader would.
    const { pipelines } = JSON.parse(stdout) as any;
    return Object.fromEntries(
      pipelines.map((pipeline: { name: string; datums: { datum: string }[] }) => [
        pipeline.name,
        { ...pipeline, datums: Object.fromEntries(pipeline.datums.map((datum) => [datum.datum, datum])) },
      ]),
    );
  }

  /** The document of `status --json`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents as any reader would.
  status(...args: string[]): any {
    return JSON.parse(this.minipach('status', '--json', ...args).stdout);
  }

  /** The messages of all records, newest first. */
  records(): string[] {
    return this.git('log', '--format=%s', '--fixed-strings', '--grep=[DATALAD RUNCMD]')
      .split('\n')
      .filter(Boolean);
  }

  remove(): void {
    // Annexed objects lie in read-only directories.
    spawnSync('chmod', ['-R', 'u+w', dirname(this.root)]);
    rmSync(dirname(this.root), { recursive: true, force: true, maxRetries: 3 });
  }

  /** What its commands run with. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, COUNT_FILE: this.countFile, NO_COLOR: '1' };
  }
}

/** A pipeline of a plan, as far as tests look at it. */
export interface PlannedTest {
  readonly waitsFor?: string;
  readonly diagnostics: readonly { readonly rule: string; readonly message: string }[];
  readonly datums: Readonly<
    Record<
      string,
      {
        readonly state: string;
        readonly job: string | null;
        readonly reason?: string;
        readonly bytesToFetch: number;
      }
    >
  >;
}

/** The text of a spec with one pfs input whose datums are the entries of a repo. */
export function spec(name: string, repo: string, cmd: string, more = ''): string {
  return `pipeline:\n  name: ${name}\ninput:\n  pfs:\n    repo: ${repo}\n    glob: "/*"\ntransform:\n  cmd: ${cmd}\n${more}`;
}

/** Waits until a child has ended. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.on('close', (code) => resolve(code));
  });
}

/** Numbers from 0 up to, not including, 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Makes the project of `minipach demo`: the files of `examples/demo`, painted samples, and a first commit.
 * The files are a folder and not strings in here, so that they can be read, linted and run as they are.
 */
import { randomUUID } from 'node:crypto';
import { appendFile, cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Runs one command to its end; `runCommand` of `project/process.ts` is one. */
export type RunDemoCommand = (
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
) => Promise<{ readonly ok: boolean; readonly stderr: string }>;

/** What can be chosen about the demo project. */
export interface DemoProjectOptions {
  readonly run: RunDemoCommand;
  /** `when-installed` keeps the pictures in git-annex where it is installed, `never` in git. */
  readonly annex: 'when-installed' | 'never';
}

/** The project that was made, or why it was not. */
export type DemoProject =
  | { readonly ok: true; readonly directory: string; readonly annexed: boolean; readonly samples: number }
  | {
      readonly ok: false;
      readonly reason: 'directory-not-empty' | 'demo-files-missing' | 'command-failed';
      readonly message: string;
    };

/** Sample directories and the seeds they are painted with; the third and the fifth are equal on purpose. */
const SAMPLES: readonly (readonly [name: string, seed: number])[] = [
  ['sample-01', 1],
  ['sample-02', 2],
  ['sample-03', 3],
  ['sample-04', 4],
  ['sample-05', 3],
  ['sample-06', 6],
];

/** Pictures, our own and the pipelines', are annexed; text and code stay in git, where they can be compared. */
const ATTRIBUTES = '* annex.backend=MD5E\n* annex.largefiles=nothing\n*.png annex.largefiles=anything\n';

/**
 * Makes the demo project in `directory`, which must be absent or empty. Needs git; git-annex where it is
 * wanted and installed. Leaves a clean work tree with two commits: the pipelines, then the pictures.
 */
export async function makeDemoProject(directory: string, options: DemoProjectOptions): Promise<DemoProject> {
  const template = await findTemplate();
  if (template === undefined) {
    return {
      ok: false,
      reason: 'demo-files-missing',
      message:
        'The files of the demo project are not beside this program (dist/demo); install Minipach again.',
    };
  }
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0) {
    return {
      ok: false,
      reason: 'directory-not-empty',
      message: `${directory} is not empty; name a new directory for the demo project.`,
    };
  }
  await cp(template, directory, { recursive: true });
  const annexed = options.annex === 'when-installed' && (await isAnnexInstalled(directory, options.run));
  const problem =
    (await startRepository(directory, annexed, options.run)) ??
    (await commitAll(directory, 'Add three pipelines', ['add', '--', '.'], options.run)) ??
    (await paintSamples(directory, options.run)) ??
    (await commitAll(
      directory,
      `Add ${SAMPLES.length} samples`,
      annexed ? ['annex', 'add', '--quiet', '--', 'images'] : ['add', '--', 'images'],
      options.run,
    ));
  if (problem !== undefined) return { ok: false, reason: 'command-failed', message: problem };
  return { ok: true, directory, annexed, samples: SAMPLES.length };
}

/** `dist/demo` beside the bundle, or `examples/demo` when running from source. */
async function findTemplate(): Promise<string | undefined> {
  const here = import.meta.dirname;
  for (const folder of [join(here, 'demo'), join(here, '..', '..', 'examples', 'demo')]) {
    const found = await stat(join(folder, 'edges', 'spec.yml')).catch(() => undefined);
    if (found !== undefined) return folder;
  }
  return undefined;
}

async function isAnnexInstalled(cwd: string, run: RunDemoCommand): Promise<boolean> {
  return (await run('git', ['annex', 'version', '--raw'], { cwd })).ok;
}

/** Makes the repository; returns a sentence about what failed, or nothing. */
async function startRepository(
  cwd: string,
  annexed: boolean,
  run: RunDemoCommand,
): Promise<string | undefined> {
  const problem = await git(cwd, ['init', '--quiet', '--initial-branch=main'], run);
  if (problem !== undefined) return problem;
  // A throw-away project must neither ask for a passphrase nor fail where git has no identity yet.
  const settings = [['commit.gpgSign', 'false']];
  if (!(await run('git', ['var', 'GIT_COMMITTER_IDENT'], { cwd })).ok) {
    settings.push(['user.name', 'Minipach demo'], ['user.email', 'demo@minipach.invalid']);
  }
  for (const setting of settings) {
    const refused = await git(cwd, ['config', ...setting], run);
    if (refused !== undefined) return refused;
  }
  if (!annexed) return undefined;
  await appendFile(join(cwd, '.gitattributes'), ATTRIBUTES);
  // An id makes it a DataLad dataset, so that `datalad rerun` replays the results.
  await mkdir(join(cwd, '.datalad'));
  await writeFile(join(cwd, '.datalad', 'config'), `[datalad "dataset"]\n\tid = ${randomUUID()}\n`);
  return await git(cwd, ['annex', 'init', '--quiet', 'minipach demo'], run);
}

async function paintSamples(cwd: string, run: RunDemoCommand): Promise<string | undefined> {
  const words = SAMPLES.map(([name, seed]) => `images/${name}=${seed}`);
  // In the editor this Node is VS Code's own program, which acts as Node only when told to.
  const env = { ELECTRON_RUN_AS_NODE: '1' };
  const painted = await run(process.execPath, ['code/paint.mjs', ...words], { cwd, env });
  return painted.ok ? undefined : failure(cwd, 'node code/paint.mjs', painted.stderr);
}

async function commitAll(
  cwd: string,
  subject: string,
  add: readonly string[],
  run: RunDemoCommand,
): Promise<string | undefined> {
  return (await git(cwd, add, run)) ?? (await git(cwd, ['commit', '--quiet', '--message', subject], run));
}

async function git(cwd: string, args: readonly string[], run: RunDemoCommand): Promise<string | undefined> {
  const result = await run('git', args, { cwd });
  return result.ok ? undefined : failure(cwd, `git ${args[0]}`, result.stderr);
}

function failure(cwd: string, command: string, stderr: string): string {
  return `\`${command}\` failed in ${cwd}: ${stderr.trim() || 'it printed nothing'}`;
}

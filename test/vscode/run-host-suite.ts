/**
 * Runs the suite of `host/` in a real extension host: desktop VS Code where `MINIPACH_VSCODE` gives one
 * (`download`, or an executable), else VS Code's server with a browser.
 */
import { existsSync, readFileSync, watch } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { openScreen } from '../rigs/chromium.ts';
import { COUNTS_SPEC, type EditorProject, makeEditorProject } from '../rigs/editor-project.ts';
import { makeTemporaryDirectory, removeDirectory } from '../rigs/temporary-directory.ts';
import { startEditorServer } from '../rigs/vscode-server.ts';
import { NO_RESULT, type SuiteResult } from './suite-result.ts';

/** A suite that says nothing for so long hangs, in milliseconds. */
const LONGEST = 10 * 60_000;

/**
 * Builds the suite, runs it, and returns how it went.
 * @param bars - Instead of the tests, what is measured in a large project: 10,000 datums, and 1,000 jobs.
 */
export async function runHostSuite(root: string, bars = false): Promise<SuiteResult> {
  const suite = path.join(root, 'test-output', 'host', 'suite.cjs');
  await build({
    entryPoints: [path.join(root, 'test/vscode/host/main.ts')],
    outfile: suite,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    // mocha is loaded from node_modules: it finds files of its own beside itself.
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  const project = await makeEditorProject(bars ? { subjects: 10_000 } : {});
  if (bars) await addFewJobs(project);
  const directory = await makeTemporaryDirectory('host');
  const resultFile = path.join(directory, 'result.json');
  const { MINIPACH_GREP: grep = '' } = process.env;
  const env = { MINIPACH_HOST_RESULT: resultFile, MINIPACH_GREP: grep, MINIPACH_BARS: bars ? 'yes' : '' };
  const { MINIPACH_VSCODE: desktop } = process.env;
  try {
    const run = desktop ? inDesktop(desktop) : inServer;
    await run({ root, suite, folder: project.root, directory, resultFile, env });
    if (existsSync(`${resultFile}.log`)) process.stdout.write(readFileSync(`${resultFile}.log`));
    if (existsSync(resultFile)) return JSON.parse(readFileSync(resultFile, 'utf8')) as SuiteResult;
    const message = 'It left no result. The server log is in test-output/host.';
    return { ...NO_RESULT, failed: 1, failures: [{ title: 'extension host', message }] };
  } finally {
    await removeDirectory(directory);
    await removeDirectory(project.parent);
  }
}

/** A pipeline over 1,000 of the 10,000 subjects. */
async function addFewJobs({ root, git }: EditorProject): Promise<void> {
  await mkdir(path.join(root, 'few'));
  const spec = COUNTS_SPEC.replace('name: counts', 'name: few').replace('/*', '/sub-1???');
  // Of a salt of its own, or each result would be one of the other pipeline's, too.
  await writeFile(path.join(root, 'few', 'spec.yml'), `${spec}salt: few\n`);
  await git('add', 'few');
  await git('commit', '--quiet', '-m', 'Add a pipeline over a few');
}

interface HostRun {
  readonly root: string;
  readonly suite: string;
  readonly folder: string;
  /** A folder of this run's own. */
  readonly directory: string;
  readonly resultFile: string;
  readonly env: Readonly<Record<string, string>>;
}

function inDesktop(desktop: string): (run: HostRun) => Promise<void> {
  return async ({ root, suite, folder, env }) => {
    await runTests({
      ...(desktop === 'download' ? {} : { vscodeExecutablePath: desktop }),
      extensionDevelopmentPath: root,
      extensionTestsPath: suite,
      launchArgs: [folder, '--disable-extensions', '--disable-workspace-trust'],
      extensionTestsEnv: { ...env },
    }).catch((error: unknown) => console.error(error));
  };
}

async function inServer({ root, suite, folder, directory, resultFile, env }: HostRun): Promise<void> {
  const server = await startEditorServer({ dataDirectory: directory, env, suite: true });
  const screen = await openScreen();
  try {
    const page = await screen.context.newPage();
    const finished = fileAppears(resultFile);
    await page.goto(
      server.address(folder, [
        ['extensionDevelopmentPath', server.remoteUri(root)],
        ['extensionTestsPath', server.remoteUri(suite)],
        ['skipWelcome', 'true'],
      ]),
    );
    if (!(await finished)) {
      const output = path.join(root, 'test-output', 'host');
      await mkdir(output, { recursive: true });
      await page.screenshot({ path: path.join(output, 'hung.png') });
    }
  } finally {
    await screen.close();
    await server.close();
  }
}

/** Resolves with true when the file is there, with false when that takes too long. */
function fileAppears(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (there: boolean) => {
      clearTimeout(timer);
      watcher.close();
      resolve(there);
    };
    const timer = setTimeout(() => end(false), LONGEST);
    const watcher = watch(path.dirname(file), () => {
      if (existsSync(file)) end(true);
    });
  });
}

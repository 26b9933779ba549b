/** All suites of `npm test`, in order. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { neutralEnvironment } from '../rigs/neutral-environment.ts';
import { ensurePackages, TEST_PACKAGES, thisMachine } from './packages.ts';
import { runSuite, type Suite, type SuiteOutcome } from './run-suite.ts';
import { succeeded, summarize } from './summary.ts';

/** Long enough for a cold machine that compiles VS Code's native modules; a hung suite must end some day. */
const TIMEOUT_MILLISECONDS = 30 * 60_000;

/** What the VS Code suites need beside system packages; stands with them in the list of what is missing. */
const CODE_SERVER = 'code-server';

/** What must hold; `root` is the folder of the checkout. */
function suitesOf(root: string): readonly Suite[] {
  const check = { kind: 'check', needs: [] } as const;
  const suites: Suite[] = [
    { name: 'build', file: 'node', args: ['esbuild.mjs'], ...check },
    { name: 'types', file: 'tsc', args: ['-p', '.'], ...check },
    { name: 'package', file: 'node', args: ['test/suites/check-package.ts'], ...check },
    { name: 'lint', file: 'biome', args: ['ci', '--error-on-warnings', '.'], ...check },
    {
      name: 'unit and integration',
      file: 'mocha',
      args: [
        '--parallel',
        `--jobs=${availableParallelism()}`,
        '--reporter=./test/suites/spec-and-report.ts',
        '--reporter-option=output={report}',
      ],
      kind: 'counts',
      needs: ['git'],
    },
  ];
  if (existsSync(join(root, 'test', 'vscode', 'run.ts'))) {
    suites.push({
      name: 'VS Code',
      file: 'node',
      args: ['test/vscode/run.ts', '--report', '{report}'],
      kind: 'counts',
      needs: ['chromium', CODE_SERVER],
    });
  }
  return suites;
}

/** Runs everything and returns the exit code: 0 when all went well, else 1. */
export async function runAll(root: string): Promise<number> {
  const missingPackages = [...ensurePackages(TEST_PACKAGES, thisMachine())];
  if (!installCodeServer(root)) missingPackages.push(CODE_SERVER);
  const reports = join(root, 'test-output', 'reports');
  await mkdir(reports, { recursive: true });
  const environment = await neutralEnvironment(root, process.env);
  const { PATH = '' } = environment;
  const env: Record<string, string | undefined> = {
    ...environment,
    // On a terminal the suites themselves may use colours; what they test never does.
    NO_COLOR: process.stdout.isTTY ? undefined : '1',
    CI: 'true',
    PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${PATH}`,
  };
  const outcomes: SuiteOutcome[] = [];
  for (const suite of suitesOf(root)) {
    console.log(`\n── ${suite.name}`);
    const options = { cwd: root, env, reports, missingPackages, timeoutMilliseconds: TIMEOUT_MILLISECONDS };
    outcomes.push(await runSuite(suite, { ...options, output: 'inherit' }));
  }
  console.log(`\n── summary\n${summarize(outcomes).join('\n')}`);
  return succeeded(outcomes) ? 0 : 1;
}

/** Runs the installer of VS Code's server, which does nothing when it is there already. */
function installCodeServer(root: string): boolean {
  const installer = join(root, 'test', 'rigs', 'install-code-server.mjs');
  if (!existsSync(installer)) return false;
  // In the caller's own environment: npm's settings and cache are in the real home folder. Only, the npm that runs
  // us may have told the machine's older Node, which code-server refuses; the project's own is first in PATH.
  const env: NodeJS.ProcessEnv = { ...process.env, npm_config_user_agent: `npm/0 node/${process.version}` };
  const headers = nodeHeaders(root);
  if (headers !== undefined) env['npm_config_nodedir'] = headers;
  return spawnSync('node', [installer], { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

/**
 * The folder with the C headers of the project's own Node, which code-server's native modules are compiled with.
 * They come with the npm package `node`; without this they are fetched from a host that is not a registry.
 */
function nodeHeaders(root: string): string | undefined {
  const packages = join(root, 'node_modules', 'node', 'node_modules');
  if (!existsSync(packages)) return undefined;
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .find((folder) => existsSync(join(folder, 'include', 'node', 'node_version.h')));
}

/**
 * `npm run bench`: Minipach beside programs that do part of its work, in the same run on the same machine.
 * `npm run bench -- --only run,plan --rounds 5`. Prints tables; a whole run writes `bench/results.md`.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { neutralEnvironment } from '../test/rigs/neutral-environment.ts';
import { hasSlurm } from '../test/rigs/slurm.ts';
import { BENCH_PACKAGES, ensurePackages, thisMachine } from '../test/suites/packages.ts';
import { cloneStores } from './clone-stores.ts';
import type { Comparison } from './comparison.ts';
import { fetchImages } from './fetch-images.ts';
import { hooks } from './hooks.ts';
import { language } from './language.ts';
import { manyRunners } from './many-runners.ts';
import type { Place } from './measure.ts';
import { planDatums } from './plan-datums.ts';
import { planFiles } from './plan-files.ts';
import { type Measured, machineLines, resultsTable } from './results-table.ts';
import { runDone } from './run-done.ts';
import { runJobs } from './run-jobs.ts';
import { slurmJobs } from './slurm-jobs.ts';
import { workspaces } from './workspaces.ts';

// A cluster wants to be root's.
const CLUSTER = hasSlurm() ? [slurmJobs] : [];
const COMPARISONS = [
  runJobs,
  manyRunners,
  ...CLUSTER,
  planDatums,
  runDone,
  planFiles,
  fetchImages,
  cloneStores,
  workspaces,
  hooks,
  ...language,
];
const ROOT = join(import.meta.dirname, '..');

async function measure(
  comparison: Comparison,
  rounds: number,
  folder: string,
  env: Place['env'],
): Promise<Measured> {
  const places = new Map<string, Place>();
  const placeOf = (round: number, name: string) => {
    const key = `${comparison.id}-${round}-${name.replaceAll(/[^a-z0-9]+/g, '-')}`;
    const place = places.get(key) ?? { cwd: join(folder, key), env };
    places.set(key, place);
    return place;
  };
  // All projects first and nothing deleted in between: on ext4 a deletion slows the creation of files for a minute.
  for (let round = 0; round < rounds; round++) {
    for (const { name, prepare } of comparison.contenders) {
      const place = placeOf(round, name);
      await mkdir(place.cwd, { recursive: true });
      await prepare(place);
    }
  }
  // What the preparation left unwritten must not be written during the first timing.
  spawnSync('sync');
  const measured = new Map<string, number[]>();
  const most = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run, memory } of comparison.contenders) {
      const taken = await run(placeOf(round, name));
      measured.set(name, [...(measured.get(name) ?? []), taken]);
      if (memory === undefined) continue;
      most.set(name, [...(most.get(name) ?? []), await memory(placeOf(round, name))]);
    }
  }
  return { comparison, rounds: measured, memory: most };
}

function versionOf(...command: readonly string[]): string {
  const [file = '', ...args] = command;
  const { stdout } = spawnSync(file, args, { encoding: 'utf8' });
  const number = /\d+(?:\.\d+)+/.exec(stdout ?? '')?.[0];
  return `${file} ${number ?? '(absent)'}`;
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, only: { type: 'string' } },
});
const wanted = values.only?.split(',') ?? COMPARISONS.map(({ id }) => id);
const missing = ensurePackages(BENCH_PACKAGES, thisMachine());
if (missing.length > 0) throw new Error(`The benchmark cannot run without ${missing.join(', ')}.`);

const environment = await neutralEnvironment(ROOT, process.env);
const folder = await mkdtemp(join(tmpdir(), 'minipach-bench-'));
const env = { ...environment, TMPDIR: folder };
const versions = [
  `Node ${process.versions.node}`,
  versionOf('git', '--version'),
  versionOf('git-annex', 'version'),
  versionOf('snakemake', '--version'),
  versionOf('datalad', '--version'),
];
const lines = ['# Benchmark', '', ...machineLines(versions, Number(values.rounds))];
console.log(lines.join('\n'));
try {
  for (const comparison of COMPARISONS.filter(({ id }) => wanted.includes(id))) {
    const table = resultsTable(await measure(comparison, Number(values.rounds), folder, env));
    console.log(table.join('\n'));
    lines.push(...table);
  }
  // A part of the figures must not stand where people look for all of them.
  if (values.only === undefined)
    await writeFile(join(ROOT, 'bench', 'results.md'), `${lines.join('\n').trimEnd()}\n`);
} finally {
  // git-annex takes write permission from the folders of its objects.
  spawnSync('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true });
}

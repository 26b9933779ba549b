/** How a project's way to Slurm is: its settings, the cluster, and, where that is asked for, a node. */
import { placeOptions, probeScript } from '../../plan/slurm-script.ts';
import { gitLines } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { findProgram } from '../../project/programs.ts';
import { readConfig } from '../../project/read-config.ts';
import { wordsOf } from '../../project/words-of.ts';
import type { SlurmConfig } from '../../spec/config.ts';
import { CONFIG_PATH } from '../../spec/config-path.ts';
import { error, type HealthCheck, ok, warning } from '../health-check.ts';
import { call } from './commands.ts';
import { cannotBegin } from './fate.ts';
import { programOfThisMachine } from './program.ts';

/** Milliseconds that the controller has, and seconds that a node has to become free. */
const PATIENCE = 10_000;
const WAIT = 60;

/** What all these are called. */
const NAME = 'slurm';

/** What `minipach check` says more of. */
const CHECK = `minipach check ${CONFIG_PATH}`;

/**
 * Looks at settings and cluster. Nothing of it keeps jobs from being run on this machine, so that all is a warning.
 * @param withNode - Whether a node is asked as well, by a job.
 */
export async function examineSlurm(project: Project, withNode: boolean): Promise<HealthCheck[]> {
  const { config, diagnostics } = readConfig(project.root);
  const wrong = diagnostics.find(({ severity }) => severity === 'error');
  if (config === undefined) {
    const message = `${CONFIG_PATH} has mistakes, and nothing can be submitted: ${wrong?.message ?? ''}`;
    return [warning(NAME, message, CHECK)];
  }
  if (findProgram('sbatch') === undefined)
    return withNode
      ? [error(NAME, 'There is no `sbatch` on the PATH: type this where Slurm takes jobs.')]
      : [];
  const { slurm } = config;
  const [cluster, store] = await Promise.all([
    clusterChecks(project, slurm),
    storeChecks(project.root, slurm),
  ]);
  const isThere = cluster.every(({ level }) => level === 'ok');
  return [...cluster, ...store, ...(withNode && isThere ? await nodeChecks(project, slurm) : [])];
}

/** One question tells whether the controller answers, and what partitions there are. */
async function clusterChecks({ root }: Project, { partition }: SlurmConfig): Promise<HealthCheck[]> {
  const answer = await call('sinfo', ['--noheader', '--format=%R|%a|%l|%D'], root, {
    milliseconds: PATIENCE,
  });
  if (!answer.ok) return [warning(NAME, `Slurm does not answer: ${wordsOf(answer.stderr)}`, 'scontrol ping')];
  const rows = answer.stdout.toString('utf8').trim().split('\n').filter(Boolean);
  const partitions = rows.map((row) => row.split('|'));
  const found = partitions.find(([name]) => name === partition);
  if (partition !== undefined && !partition.includes(',') && found === undefined) {
    const names = partitions.map(([name]) => name).join(', ');
    const message = `There is no partition ${partition}, which ${CONFIG_PATH} names; there are: ${names}.`;
    return [warning(NAME, message, CHECK)];
  }
  const shown = (found === undefined ? partitions : [found]).map(
    ([name, state, limit, nodes]) => `${name} (${state}, ${nodes} nodes, at most ${limit})`,
  );
  return [
    ok(
      NAME,
      `Slurm answers, with the ${shown.length === 1 ? 'partition' : 'partitions'} ${shown.join(', ')}.`,
    ),
  ];
}

async function storeChecks(root: string, { store }: SlurmConfig): Promise<HealthCheck[]> {
  if (store === undefined || (await gitLines(root, ['remote'])).includes(store)) return [];
  const message = `There is no sibling ${store}, which slurm.store in ${CONFIG_PATH} names.`;
  return [warning(NAME, message, `git remote add ${store} URL`)];
}

/** What `doctor --json` prints on a node. */
interface NodeReport {
  readonly programs: readonly {
    readonly name: string;
    readonly state: string;
    readonly version: string | null;
  }[];
}

async function nodeChecks(project: Project, config: SlurmConfig): Promise<HealthCheck[]> {
  const { root, annex } = project;
  const program = programOfThisMachine(root);
  const script = probeScript({ ...program, config });
  const name = '--job-name=minipach-doctor';
  const args = ['--quiet', name, '--ntasks=1', '--time=5', `--immediate=${WAIT}`, ...placeOptions(config)];
  // Its words come by the connection that it has to Slurm, and not by a file that the node may not have.
  const answer = await call('srun', [...args, 'bash', '-c', script], root, {
    milliseconds: 1000 * (WAIT + WAIT),
  });
  const told = reportIn(answer.stdout.toString('utf8'));
  if (told === undefined) {
    const exit = { code: answer.code ?? 0, signal: 0 };
    const why = cannotBegin({ told: undefined, exit, log: undefined }, program.node, program.program);
    const said = wordsOf(answer.stderr);
    if (why !== undefined) return [error(NAME, `${why}${said === '' ? '' : ` It says: ${said}`}`)];
    return [error(NAME, `No node could be asked: ${said || 'none was free'}.`)];
  }
  const here = told.programs.filter(({ version, state }) => version !== null && state !== 'missing');
  const needed = ['git', ...(annex ? ['git-annex'] : [])];
  const lacking = needed.filter((one) => !here.some(({ name: other }) => other === one));
  if (lacking.length > 0)
    return [
      error(
        NAME,
        `A node has no ${lacking.join(' and no ')}: load what brings it by slurm.preamble in ${CONFIG_PATH}.`,
      ),
    ];
  const versions = here.map((one) => `${one.name} ${one.version}`).join(', ');
  return [ok(NAME, `A node can run tasks; it has ${versions}.`)];
}

/** A preamble may have printed something before it. */
function reportIn(text: string): NodeReport | undefined {
  for (const line of text.split('\n').reverse())
    if (line.startsWith('{'))
      try {
        return JSON.parse(line) as NodeReport;
      } catch {
        // A line of somebody else's.
      }
  return undefined;
}

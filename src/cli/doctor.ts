/** `minipach doctor`: what is installed, what is missing and what it is for, and how the project is. */
import { REPORT_VERSION } from '../plan/report.ts';
import { type OpenResult, openProject } from '../project/open.ts';
import { findPrograms, type ProgramReport } from '../project/programs.ts';
import { Observer } from '../run/claims/holder.ts';
import { examineProject } from '../run/health.ts';
import type { HealthCheck } from '../run/health-check.ts';
import { examineSlurm } from '../run/slurm/examine.ts';
import { stateOf } from '../run/state.ts';
import { EXIT, faint, inStateColour, say, sayJson, strong } from './terminal.ts';

/** What can be chosen. */
export interface DoctorOptions {
  readonly json?: boolean;
  /** Whether a node of Slurm's is asked as well. */
  readonly slurm?: boolean;
}

/** Node as old as this runs the bundle. */
const LEAST_NODE = 22;

/** Runs the command and returns its exit code: 0 when jobs can be run here, else 3. */
export async function doctorCommand(directory: string, options: DoctorOptions): Promise<number> {
  const [opened, found] = await Promise.all([openProject(directory), findPrograms(process.cwd())]);
  const programs = [nodeReport(), ...found];
  const checks = await checksOf(opened, options.slurm === true);
  const usesAnnex = opened.ok && opened.project.annex;
  const needed = new Set(['node', 'git', ...(usesAnnex ? ['git-annex'] : [])]);
  // An affected git-annex serves a single clone as well as any other.
  const lacking = programs.filter(
    ({ name, state }) => needed.has(name) && state !== 'ok' && (name !== 'git-annex' || state !== 'unfit'),
  );
  const able = lacking.length === 0 && checks.every(({ level }) => level !== 'error');
  const root = opened.ok ? opened.project.root : null;
  if (options.json === true)
    sayJson({ version: REPORT_VERSION, kind: 'doctor', able, root, programs, checks });
  else {
    say(strong('Programs'));
    for (const program of programs) tellProgram(program, lacking.includes(program));
    say(`${strong('Project')} ${root ?? ''}`.trim());
    for (const check of checks) tellCheck(check);
    say(able ? 'Jobs can be run here.' : 'Jobs cannot be run here until what is marked `error` is mended.');
  }
  return able ? EXIT.ok : EXIT.environment;
}

function nodeReport(): ProgramReport {
  const version = process.versions.node;
  const base = { name: 'node', version, purpose: 'runs Minipach' };
  if (Number.parseInt(version, 10) >= LEAST_NODE) return { ...base, state: 'ok' };
  return { ...base, state: 'unfit', problem: `Node ${version} is older than ${LEAST_NODE}.` };
}

async function checksOf(opened: OpenResult, withNode: boolean): Promise<HealthCheck[]> {
  if (!opened.ok) return [{ name: 'project', level: 'error', message: opened.problem.message }];
  const { project } = opened;
  const state = stateOf(project);
  const [own, slurm] = await Promise.all([
    examineProject(project, state, new Observer(state)),
    examineSlurm(project, withNode),
  ]);
  return [...own, ...slurm];
}

function tellProgram(program: ProgramReport, isLacking: boolean): void {
  const { name, state, version, purpose, problem, install } = program;
  const level = { ok: 'ok', missing: 'missing', unfit: 'warning', silent: 'warning' }[state];
  const what = `${name} ${version ?? ''}`.trim();
  tell(isLacking ? 'error' : level, what, problem ?? (state === 'ok' ? faint(purpose) : purpose), install);
}

function tellCheck({ name, level, message, advice }: HealthCheck): void {
  tell(level, name, message, advice);
}

function tell(level: string, what: string, message: string, advice: string | undefined): void {
  const colour = { ok: 'done', warning: 'stale', error: 'failed' }[level] ?? 'blocked';
  say(`  ${inStateColour(colour as 'done', level.padEnd(7))} ${what.padEnd(22)} ${message}`);
  if (advice !== undefined) say(`${' '.repeat(33)}${faint('→')} ${advice}`);
}

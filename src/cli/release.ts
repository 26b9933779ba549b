/** `minipach release`: who holds claims, and giving them free by hand where a holder is known to be dead. */

import { holderName } from '../plan/holder-name.ts';
import { datumName, shownName } from '../plan/shown-name.ts';
import { isQueued } from '../run/claims/holder.ts';
import { beatsOn, type KnownHolder, knownHolders, releaseHolder } from '../run/claims/release.ts';
import type { Planning } from '../run/planner.ts';
import { type Caller, resolveDatum } from './names.ts';
import { type Session, withSession } from './session.ts';
import { complainOf, counted, EXIT, faint, say } from './terminal.ts';

/** What can be chosen. */
export interface ReleaseOptions {
  /** Also from a holder that is alive, or gives signs of life. */
  readonly force?: boolean;
  /** Everything that a run holds. */
  readonly allOf?: string;
}

/** Jobs that are named before the rest is only counted. */
const SHOWN = 5;

/** Runs the command and returns its exit code. */
export function releaseCommand(
  directory: string,
  name: string | undefined,
  options: ReleaseOptions,
): Promise<number> {
  return withSession(directory, async (session) => {
    const { project, state, observer } = session;
    const holders = knownHolders(state, observer, options.allOf);
    const planning = await session.plan();
    const nameOf = jobNames(planning);
    if (name === undefined && options.allOf === undefined) {
      const holding = holders.filter(({ standing }) => standing !== 'dead');
      if (holding.length === 0) say('No job is claimed, and nobody records.');
      for (const holder of holding) tell(holder, nameOf);
      tellOfDead(holders);
      return EXIT.ok;
    }
    const found =
      options.allOf === undefined
        ? holderOf(holders, planning, { root: project.root, directory }, name ?? '')
        : holders.filter(({ facts }) => facts.run === options.allOf);
    if (typeof found === 'string' || found.length === 0) {
      complainOf(typeof found === 'string' ? found : nothingHeld(holders, options.allOf ?? ''));
      return EXIT.usage;
    }
    let exit: number = EXIT.ok;
    for (const holder of found) {
      tell(holder, nameOf);
      const refusal = options.force === true ? undefined : await refusalFor(session, holder);
      if (refusal !== undefined) {
        complainOf(refusal);
        exit = EXIT.failed;
        continue;
      }
      const freed = await releaseHolder(project, state, observer, holder);
      say(
        `Declared dead: ${counted(freed.length, 'claim')} of it ${freed.length === 1 ? 'is' : 'are'} free; should it wake up, it records nothing.`,
      );
    }
    return exit;
  });
}

/** Whoever holds the job of a datum, or of a key or its beginning; or why there is none, in a sentence. */
function holderOf(
  holders: readonly KnownHolder[],
  planning: Planning,
  caller: Caller,
  name: string,
): KnownHolder[] | string {
  const byName = resolveDatum(planning, caller, name)?.datum.job ?? undefined;
  const isKey = byName === undefined && /^[0-9a-f]{6,64}$/.test(name);
  if (byName === undefined && !isKey)
    return `There is no datum \`${name}\`; write PIPELINE/DATUM, the beginning of a job's key, or --all-of RUN.`;
  const key = byName ?? name;
  const found = holders.filter(({ jobs }) => jobs.some((job) => job.startsWith(key)));
  if (found.length > 1)
    return `Several jobs that are claimed have keys that begin with ${name}: write more of it.`;
  return found.length === 0
    ? `Nobody holds ${name}: there is nothing to release, and any run takes it.`
    : found;
}

function nothingHeld(holders: readonly KnownHolder[], run: string): string {
  const runs = [...new Set(holders.map(({ facts }) => facts.run))].join(', ') || 'none';
  return `The run \`${run}\` is not live and holds nothing; runs that hold claims: ${runs}.`;
}

/** A fence costs a live runner all that it is computing. */
async function refusalFor({ state }: Session, holder: KnownHolder): Promise<string | undefined> {
  const { facts, standing } = holder;
  const how = `end it with \`minipach stop ${facts.run}\`, or take everything from it with --force.`;
  if (isQueued(facts) && standing !== 'dead') return `Slurm has ${holderName(facts)}: ${how}`;
  if (standing === 'alive') return `Process ${facts.pid} is alive: ${how}`;
  if (standing === 'far' && (await beatsOn(state, holder)))
    return `Process ${facts.pid} on ${facts.host} has just given a sign of life: ${how}`;
  return undefined;
}

function tell(
  { facts, jobs, locks, since, lastBeat, standing }: KnownHolder,
  nameOf: (job: string) => string,
): void {
  const { run } = facts;
  const far = isQueued(facts) ? 'queued' : 'on another machine';
  const word = { alive: 'alive', dead: 'dead', far }[standing];
  const times = [
    ...(since === undefined ? [] : [`since ${since.toISOString()}`]),
    ...(lastBeat === undefined ? [] : [`last sign of life ${agoText(lastBeat)}`]),
  ];
  const what = jobs.length + locks.length === 0 ? 'holds nothing.' : 'holds:';
  say(`run ${run || '(none)'}: ${holderName(facts)}, ${[word, ...times].join(', ')}, ${what}`);
  for (const lock of locks) say(`  ${lock}`);
  for (const job of jobs.slice(0, SHOWN)) say(`  ${nameOf(job)}  ${faint(job.slice(0, 12))}`);
  if (jobs.length > SHOWN) say(faint(`  … and ${jobs.length - SHOWN} more`));
}

/** Who was killed between leaving a result and giving its claim back has left both, and others record the one without the other. */
function tellOfDead(holders: readonly KnownHolder[]): void {
  const left = holders
    .filter(({ standing }) => standing === 'dead')
    .reduce((sum, { jobs, locks }) => sum + jobs.length + locks.length, 0);
  if (left === 0) return;
  const what = left === 1 ? 'A claim of a dead run is left' : `${left} claims of dead runs are left`;
  say(faint(`${what}, which any run takes where it has to; \`minipach gc\` removes what nobody asks for.`));
}

/** The two clocks may differ; this is for people. */
function agoText(time: Date): string {
  const seconds = Math.max(0, Math.round((Date.now() - time.getTime()) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

function jobNames({ plan }: Planning): (job: string) => string {
  const names = new Map<string, string>();
  for (const pipeline of plan.pipelines)
    for (const { datum, job } of pipeline.datums)
      if (job !== null && !names.has(job)) names.set(job, shownName(datumName(pipeline.name, datum)));
  return (job) => names.get(job) ?? '(a job that this commit does not ask for)';
}

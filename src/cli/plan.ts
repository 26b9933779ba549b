/** `minipach plan`: what would run, what would be copied, what is done, and what must be fetched. */
import type { DatumReport, PipelineReport, StatusReport } from '../plan/report.ts';
import { datumName, shownName, shownWord } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import { workTreeChanges } from '../project/dirty.ts';
import type { Planning } from '../run/planner.ts';
import { reportOn } from './asked-report.ts';
import { complainOfErrors } from './diagnostics.ts';
import { imageText } from './image-report.ts';
import { plainNames } from './names.ts';
import { showScripts } from './plan-slurm.ts';
import type { ExecutorName } from './run-options.ts';
import { withSession } from './session.ts';
import { counted, EXIT, faint, headingText, inStateColour, say, sayJson } from './terminal.ts';
import { UNSHALLOW, warnOfShallow, warnOfUnsavedIn } from './unsaved.ts';
import { sayHowToAsk } from './why-text.ts';

/** What can be chosen. */
export interface PlanOptions {
  readonly json?: boolean;
  /** With `slurm` the scripts are shown that a run would submit. */
  readonly executor?: ExecutorName;
}

/** Datums of a pipeline that are listed for people before the rest is only counted. */
const SHOWN = 50;

/** Runs the command and returns its exit code. */
export function planCommand(
  directory: string,
  names: readonly string[],
  options: PlanOptions,
): Promise<number> {
  const changes = workTreeChanges(directory);
  return withSession(directory, async (session) => {
    const found = await reportOn(session, directory, names, changes);
    if (found === undefined) return EXIT.usage;
    const { planning, report, caller, asked: pipelines } = found;
    const broken = complainOfErrors(pipelines.flatMap(({ diagnostics }) => diagnostics));
    if (options.json === true) sayJson({ ...report, pipelines });
    else {
      const plain = plainNames(planning, caller, names);
      const runs = showPlan(pipelines, report, plain, refusedSpecs(planning), options.executor);
      const exit = options.executor === 'slurm' ? await showScripts(session, planning, runs) : EXIT.ok;
      if (exit !== EXIT.ok) return exit;
    }
    return broken ? EXIT.usage : EXIT.ok;
  });
}

/** Specs with which a run refuses to begin, by path. */
function refusedSpecs({ specs, plan }: Planning): ReadonlySet<string> {
  const broken = specs.filter(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'));
  const unplannable = plan.pipelines.filter(({ problem }) => problem !== undefined);
  return new Set([
    ...broken.map(({ specPath }) => specPath),
    ...unplannable.map(({ source }) => source.specPath),
  ]);
}

/** What a run would have to do. */
interface Work {
  readonly runs: number;
  readonly copies: number;
  readonly bytes: number;
}

function showPlan(
  pipelines: readonly PipelineReport[],
  report: StatusReport,
  names: readonly string[],
  refused: ReadonlySet<string>,
  executor: ExecutorName = 'local',
): ReadonlyMap<string, number> {
  if (pipelines.length === 0) {
    say('No pipeline is committed here. A pipeline is a directory with a spec.yml.');
  }
  const works = new Map(pipelines.map((pipeline) => [pipeline, showPipeline(pipeline)]));
  warnOfUnsavedIn(report);
  warnOfShallow(report);
  const due = pipelines.filter((pipeline) => {
    const work = works.get(pipeline);
    return work !== undefined && work.runs + work.copies > 0;
  });
  const able = due.filter(({ spec }) => !refused.has(spec));
  if (able.length > 0) {
    const sum = (one: keyof Work): number =>
      able.reduce((all, pipeline) => all + (works.get(pipeline)?.[one] ?? 0), 0);
    const bytes = sum('bytes') + imageBytes(able);
    const fetch = bytes > 0 ? `, ${bytesText(bytes)} to fetch` : '';
    // A run of everything does nothing at all while one spec has errors.
    const all = names.length === 0 && refused.size === 0;
    const asked = all ? [] : askedOf(able, names).map((name) => ` ${shownWord(name)}`);
    say(
      `${counted(sum('runs'), 'job')} to run, ${counted(sum('copies'), 'result')} to copy${fetch}. ${startText(report, `${executor === 'local' ? '' : ` --executor ${executor}`}${asked.join('')}`)}`,
    );
  } else if (pipelines.length > 0) say('Nothing to run.');
  const held = pipelines.filter(({ spec }) => refused.has(spec)).map(({ name }) => name);
  if (held.length > 0)
    say(
      `Not run because of errors in specs: ${held.join(', ')}. Until they are mended, \`minipach run\` without names runs nothing.`,
    );
  const failed = pipelines.reduce((sum, { counts }) => sum + (counts.failed ?? 0), 0);
  if (failed > 0)
    say(`${counted(failed, 'datum')} failed before; try again with: minipach run --retry-failed`);
  sayHowToAsk(pipelines);
  return new Map(able.map((pipeline) => [pipeline.name, works.get(pipeline)?.runs ?? 0]));
}

/** What is to be fetched of images, each of which may be that of several pipelines. */
function imageBytes(pipelines: readonly PipelineReport[]): number {
  const images = new Map(
    pipelines.flatMap(({ image }) => (image === null ? [] : [[image.key, image] as const])),
  );
  return [...images.values()].reduce((sum, { bytesToFetch }) => sum + bytesToFetch, 0);
}

/** What is asked for of some pipelines: the whole of each, where not only datums of it are. */
function askedOf(pipelines: readonly PipelineReport[], names: readonly string[]): readonly string[] {
  return pipelines.flatMap(({ name, datums }) => {
    if (names.length === 0 || names.includes(name)) return [name];
    return datums.map((datum) => datumName(name, datum.datum));
  });
}

/** What to type next; what a run would refuse comes before it. */
function startText({ shallow, unmerged }: StatusReport, names: string): string {
  if (unmerged !== undefined) return 'Resolve the conflict, then start with: minipach run';
  if (shallow !== true) return `Start with: minipach run${names}`;
  return `Start with: ${UNSHALLOW} && minipach run${names}   or, done or not: minipach run --force PIPELINE/DATUM`;
}

function showPipeline({ name, counts, datums, waitsFor, nothing, image }: PipelineReport): Work {
  say(headingText(name, counts, waitsFor ?? nothing));
  if (image !== null) say(`  ${imageText(image)}`);
  let runs = 0;
  let copies = 0;
  let bytes = 0;
  const jobs = new Set<string>();
  let listed = 0;
  for (const datum of datums) {
    const verb = verbOf(datum, jobs);
    if (verb === undefined) continue;
    if (verb === 'run') runs += 1;
    if (verb === 'copy') copies += 1;
    bytes += datum.bytesToFetch;
    listed += 1;
    if (listed > SHOWN) continue;
    const fetch = datum.bytesToFetch > 0 ? `  fetches ${bytesText(datum.bytesToFetch)}` : '';
    const why = datum.reason === undefined ? '' : `  ${faint(datum.reason)}`;
    const place = `${shownName(datum.datum) || '(all)'} → ${shownName(datum.output)}`;
    say(`  ${inStateColour(datum.state, verb.padEnd(7))} ${place}${fetch}${why}`);
  }
  if (listed > SHOWN) say(faint(`  … and ${listed - SHOWN} more; --json lists all`));
  return { runs, copies, bytes };
}

/** What a run would do with a datum; equal jobs run once. */
function verbOf(datum: DatumReport, jobs: Set<string>): string | undefined {
  switch (datum.state) {
    case 'pending':
    case 'stale':
    case 'recovered': {
      if (datum.copyOf !== undefined || (datum.job !== null && jobs.has(datum.job))) return 'copy';
      if (datum.job !== null) jobs.add(datum.job);
      return 'run';
    }
    case 'done':
      return undefined;
    case 'blocked':
      return 'wait';
    default:
      return datum.state;
  }
}

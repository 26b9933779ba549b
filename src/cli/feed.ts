/**
 * `minipach status --watch`: a whole report first, then a line a change. It looks at a few directory times
 * several times a second instead of relying on file events, which network file systems do not deliver.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChangeReport, DatasetsReport, FeedLine } from '../plan/feed-line.ts';
import { type DatumReport, REPORT_VERSION, type StatusReport } from '../plan/report.ts';
import { openProject } from '../project/open.ts';
import { textOf } from '../project/small-file.ts';
import { standingMark } from '../project/standing.ts';
import { fetchTime, isInstalledOtherwise } from '../project/subdatasets.ts';
import { liveRuns } from '../run/observe.ts';
import { type Planning, planAgain, planCommit } from '../run/planner.ts';
import { FeedDatasets } from './feed-datasets.ts';
import { FeedImages } from './feed-images.ts';
import type { Session } from './session.ts';
import { FeedTasks } from './slurm-report.ts';
import { statusReport, type WorkTreeReport, workTreeReport } from './status-report.ts';
import { EXIT, sayJson } from './terminal.ts';

/** Milliseconds between two looks. */
const INTERVAL = 200;

/** Looking takes at most a fourth of a processor's time; what it waits for others counts for nothing. */
const SHARE = 3;

/** Watches until its reader goes away or it is interrupted. */
export async function watchStatus(
  session: Session,
  json: boolean,
  show: (report: StatusReport) => void,
): Promise<number> {
  const { project, state, observer, objects } = session;
  let ended = false;
  const parent = process.ppid;
  const end = (): void => {
    ended = true;
  };
  process.stdout.on('error', end);
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  const imageLooks = new FeedImages(session);
  const datasets = new FeedDatasets(project);
  // A line on standard input asks for a fresh look at unsaved files, which no directory time tells; the line `datasets`,
  // for how datasets stand from now on.
  let poked = false;
  if (!process.stdin.isTTY) {
    process.stdin.on('data', (chunk: Buffer) => {
      const lines = chunk.toString('utf8').split('\n').slice(0, -1);
      poked ||= lines.includes('');
      if (poked) datasets.doubt();
      if (lines.includes('datasets')) datasets.ask();
    });
    process.stdin.unref?.();
  }
  const slurm = new FeedTasks(session);
  let planning: Planning | undefined;
  let workTree: WorkTreeReport | undefined;
  let last: StatusReport | undefined;
  let seen = '';
  let seenIndex = '';
  let seenFetched = '';
  let seenMarks = '';
  while (!ended) {
    const started = process.cpuUsage();
    const look = `${fingerprint(session)}|${slurm.version()}`;
    const subdatasets = planning?.index.subdatasets ?? [];
    const isMoved = subdatasets.some((subdataset) => isInstalledOtherwise(project.root, subdataset));
    const fetched = subdatasets
      .filter(({ state }) => state === 'outdated')
      .map(fetchTime)
      .join();
    const marks = (planning?.recordable.datasets ?? [])
      .map((path) => standingMark(project.root, path))
      .join();
    const isOtherwise = isMoved || fetched !== seenFetched || marks !== seenMarks;
    if (look !== seen || isOtherwise || poked || last === undefined) {
      seen = look;
      const opened = await openProject(project.root);
      // In the middle of a rebase or a clone there may be no commit for a moment: the next look tells.
      if (opened.ok) {
        const { head } = opened.project;
        const index = timeOf(join(project.gitDirectory, 'index'));
        const isOther = planning?.commit !== head || isOtherwise;
        if (poked || index !== seenIndex || isOther) workTree = undefined;
        poked = false;
        seenIndex = index;
        seenFetched = fetched;
        seenMarks = marks;
        planning =
          planning !== undefined && !isOther
            ? planAgain(planning, state, observer)
            : await planCommit(project, state, observer, objects, head);
        workTree ??= await workTreeReport(session, planning);
        const report = statusReport({ ...session, tasks: slurm.tasks }, planning, workTree);
        if (json) for (const line of feedLines(last, report)) sayJson(line);
        else if (last === undefined || feedLines(last, report).length > 0) {
          process.stdout.write('\x1b[2J\x1b[H');
          show(report);
        }
        last = report;
      }
    }
    const images = planning && imageLooks.news(planning);
    if (json && images !== undefined) sayJson(images);
    const news = planning && datasets.news(planning.index);
    if (json && news !== undefined) sayJson(news);
    // A subdataset that no pipeline reads has been installed: of that no other time tells.
    if (news !== undefined && last !== undefined && isOtherwiseInstalled(news, last)) poked = true;
    // In a large project a look takes longer; it must not become all that this machine does.
    const { user, system } = process.cpuUsage(started);
    await delay(Math.max(INTERVAL, (SHARE * (user + system)) / 1000));
    // An editor that was killed cannot end its feed, and a quiet feed never notices that nobody reads it.
    if (json && process.ppid !== parent) end();
  }
  return EXIT.ok;
}

function isOtherwiseInstalled({ datasets }: DatasetsReport, { datasets: told }: StatusReport): boolean {
  const checkedOut = new Set(datasets.flatMap(({ path, changed }) => (changed === null ? [] : path)));
  return told.some(({ path, installed }) => installed !== checkedOut.has(path));
}

/** The lines that bring a reader from one report to the next. */
export function feedLines(last: StatusReport | undefined, next: StatusReport): FeedLine[] {
  if (last === undefined || shapeOf(last) !== shapeOf(next)) return [withoutDone(next)];
  const lines: ChangeReport[] = [];
  next.pipelines.forEach((pipeline, position) => {
    const before = new Map(last.pipelines[position]?.datums.map((datum) => [datum.datum, datum]));
    for (const datum of pipeline.datums) {
      if (sameDatum(before.get(datum.datum), datum)) continue;
      const { counts, name } = pipeline;
      lines.push({ version: REPORT_VERSION, kind: 'change', head: next.head, pipeline: name, counts, datum });
    }
  });
  // Each line carries the commit. One that changes nothing here can still have what a spec is written for: a script, an image.
  if (lines.length > 0 || last.head === next.head) return lines;
  return [{ version: REPORT_VERSION, kind: 'head', head: next.head }];
}

/** All counts, and the datums that are not done: the rest would be most of it, and can be asked for in pages. */
function withoutDone(report: StatusReport): StatusReport {
  return {
    ...report,
    pipelines: report.pipelines.map((pipeline) => ({
      ...pipeline,
      datums: pipeline.datums.filter((datum) => datum.state !== 'done'),
    })),
  };
}

/** What a single change cannot tell: pipelines, their datums' names, diagnostics, datasets, unsaved files, runs. */
function shapeOf({ pipelines, datasets, dirty, unmerged, runs }: StatusReport): string {
  return JSON.stringify([
    dirty,
    unmerged,
    // How much each of them holds changes with every datum, which has a line of its own.
    runs.map(({ jobs: _, recording: __, ...run }) => run),
    datasets.map(({ commit: _, ...dataset }) => dataset),
    pipelines.map(({ counts: _, datums, ...rest }) => [rest, datums.map((datum) => datum.datum)]),
  ]);
}

function sameDatum(a: DatumReport | undefined, b: DatumReport): boolean {
  return a !== undefined && textOfDatum(a) === textOfDatum(b);
}

/** How long Slurm's task has run changes all the time, and can be told with something else; leaving it out takes three times as long. */
function textOfDatum(datum: DatumReport): string {
  if (datum.holder?.slurm === undefined) return JSON.stringify(datum);
  return JSON.stringify(datum, (name, value) => (name === 'elapsed' ? undefined : value));
}

/** The times of what every change of state touches; a few hundred looks at most, a few when idle. */
function fingerprint({ project, state, observer }: Session): string {
  const head = textOf(join(project.gitDirectory, 'HEAD'));
  const branch = head.startsWith('ref: ') ? head.slice(5).trim() : '';
  const parts = [
    head,
    branch === '' ? '' : textOf(join(project.commonDirectory, branch)),
    timeOf(join(project.commonDirectory, 'packed-refs')),
    timeOf(join(project.gitDirectory, 'index')),
    timeOf(state.holders),
    // A runner that was killed changes no file; it is only not there any more.
    JSON.stringify(liveRuns(state, observer)),
  ];
  for (const folder of [state.claims, state.failed]) {
    parts.push(timeOf(folder));
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) parts.push(timeOf(join(folder, name)));
  }
  return parts.join('|');
}

function timeOf(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? '');
}

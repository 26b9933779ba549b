/** What `minipach why` says to people. */
import { sizeOfKey } from '../plan/annex-key.ts';
import type { CommitReport, PipelineReport, UpstreamReport, WhyChange, WhyReport } from '../plan/report.ts';
import { datumName, shownName, shownWord } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import { faint, inStateColour, say, strong } from './terminal.ts';
import { UNSHALLOW } from './unsaved.ts';

/** Commits by their ids. */
type Commits = Readonly<Record<string, CommitReport>>;

/** Changes of one commit that are listed before the rest is only counted. */
const SHOWN = 20;

/**
 * Writes the answer about one datum.
 * @param isShallow - Whether the clone lacks history, so that no run starts.
 */
export function showWhy(report: WhyReport, isShallow: boolean): void {
  const { state, recorded, changes, reason, commits, job } = report;
  const name = datumName(report.pipeline, report.datum);
  say(`${strong(shownName(name))}  ${inStateColour(state, state)}`);
  if (recorded !== null) {
    const last = state === 'done' ? 'Recorded' : 'Recorded last';
    say(`${last} by ${commitText(recorded.commit, commits)}.`);
  }
  if (reason !== undefined) say(withCommits(reason, commits));
  showChanges(changes, commits);
  showWaiting(report.waitsFor ?? [], report.rootCauses ?? []);
  if ((state === 'pending' || state === 'stale') && job !== null)
    say(faint(`To have it computed: ${howToCompute(name, isShallow)}`));
  if (state === 'failed')
    say(
      faint(
        `What it printed: minipach logs ${shownWord(name)}   To try again: minipach run --retry-failed ${shownWord(name)}`,
      ),
    );
}

function howToCompute(name: string, isShallow: boolean): string {
  const asked = shownWord(name.replace(/\/\(all\)$/, ''));
  if (!isShallow) return `minipach run ${asked}`;
  return `${UNSHALLOW} && minipach run ${asked}   or, done or not: minipach run --force ${asked}`;
}

/** Says how to learn what changed, where something is stale. */
export function sayHowToAsk(pipelines: readonly PipelineReport[]): void {
  const stale = pipelines.filter(({ counts }) => (counts.stale ?? 0) > 0);
  const more =
    stale.length > 1
      ? `, and so of ${stale
          .slice(1)
          .map(({ name }) => shownName(name))
          .join(', ')}`
      : '';
  const [first] = stale;
  if (first !== undefined) say(`What changed: minipach why ${shownWord(first.name)}${more}`);
}

/** A commit with its day, author and subject. */
export function commitText(id: string, commits: Commits): string {
  const { date, author, subject } = commits[id] ?? {};
  const short = id.slice(0, 8);
  return date === undefined ? short : `${short} (${date}, ${author}: ${subject})`;
}

/** A text in which commits are named by what they are called, and not by their id alone. */
function withCommits(text: string, commits: Commits): string {
  const ids = new Map(Object.keys(commits).map((id) => [id.slice(0, 8), id]));
  return text.replaceAll(/\b[0-9a-f]{8}\b/g, (short) => {
    const id = ids.get(short);
    return id === undefined ? short : commitText(id, commits);
  });
}

/** Lists changes by the commits that made them. */
export function showChanges(changes: readonly WhyChange[], commits: Commits): void {
  const byCommit = new Map<string | null, WhyChange[]>();
  for (const change of changes) byCommit.set(change.since, [...(byCommit.get(change.since) ?? []), change]);
  for (const [since, all] of byCommit) {
    say(since === null ? 'Changed:' : `Changed by ${commitText(since, commits)}:`);
    for (const change of all.slice(0, SHOWN)) for (const line of changeLines(change)) say(line);
    if (all.length > SHOWN) say(faint(`  … and ${all.length - SHOWN} more; --json lists all`));
  }
}

function changeLines(change: WhyChange): string[] {
  const { kind, path, field, before, after } = change;
  const start = `  ${kind.padEnd(11)} ${shownName(path)}`;
  if (field === undefined) return [`${start}  ${faint(contentText(before, after))}`];
  const text = (value: string | null): string => (value === null ? 'none' : shownName(value));
  const short = `${text(before)} → ${text(after)}`;
  if (short.length < 50 && !short.includes(' ', short.indexOf('→') + 2))
    return [`${start}  ${field}: ${short}`];
  return [`${start}  ${field}`, `    before  ${text(before)}`, `    after   ${text(after)}`];
}

function contentText(before: string | null, after: string | null): string {
  if (before === null) return `added (${shortContent(after ?? '')})`;
  if (after === null) return `removed (was ${shortContent(before)})`;
  return `${shortContent(before)} → ${shortContent(after)}`;
}

/** A blob id or an annex key as people can tell it from another, with its size where the key has one. */
function shortContent(id: string): string {
  const hex = /^(?:\w+ )?[0-9a-f]{40,64}$/.exec(id)?.[0];
  if (hex !== undefined) return hex.replace(/[0-9a-f]{40,64}$/, (all) => all.slice(0, 8));
  const [, backend, name] = /^([A-Z0-9_]+)(?:-[a-zA-Z0-9]+)*--(.+)$/.exec(id) ?? [];
  if (backend === undefined || name === undefined) return shownName(id);
  const size = sizeOfKey(id);
  return `${backend} ${shownName(name.slice(0, 8))}${size > 0 ? `, ${bytesText(size)}` : ''}`;
}

/** Says what is waited for, and what is to be done first. */
export function showWaiting(
  waitsFor: readonly UpstreamReport[],
  rootCauses: readonly UpstreamReport[],
): void {
  const few = 5;
  const names = waitsFor.slice(0, few).map(upstreamText);
  const more = waitsFor.length > few ? ` and ${waitsFor.length - few} more` : '';
  if (waitsFor.length > 0) say(`Upstream: ${names.join(', ')}${more}.`);
  if (rootCauses.length > 0) say('Where it begins:');
  const groups = new Map<string, UpstreamReport[]>();
  for (const root of rootCauses) {
    const { pipeline, datum, state } = root;
    const id = datum === null ? `\0${pipeline}` : `${pipeline}\0${state}`;
    groups.set(id, [...(groups.get(id) ?? []), root]);
  }
  for (const group of groups.values()) say(`  ${rootText(group)}`);
}

function upstreamText({ pipeline, datum, state }: UpstreamReport): string {
  const name = shownName(datum === null ? pipeline : datumName(pipeline, datum));
  return state === null ? name : `${name} (${inStateColour(state, state)})`;
}

/** Where waiting begins in one pipeline, and what to do there. */
function rootText(roots: readonly UpstreamReport[]): string {
  const [root] = roots;
  if (root === undefined) return '';
  const { pipeline, datum, state, reason = '' } = root;
  const name = datum === null ? pipeline : datumName(pipeline, datum);
  const more = roots.length > 1 ? ` and ${roots.length - 1} more of its datums` : '';
  const first = `${upstreamText(root)}${more}`;
  const why = reason === '' ? first : `${first}: ${reason}`;
  switch (state) {
    case 'pending':
      return `${first} → minipach run ${shownWord(pipeline)}`;
    case 'stale':
      return `${first} → minipach run ${shownWord(pipeline)}, or what changed: minipach why ${shownWord(pipeline)}`;
    case 'failed':
      return `${why} → minipach logs ${shownWord(name)}`;
    default:
      return why;
  }
}

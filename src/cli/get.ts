/** `minipach get`: subdatasets from wherever they can be had, and the content of annexed files. */
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isWithin } from '../plan/paths.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import type { RunEventBody } from '../plan/run-event.ts';
import { shownName } from '../plan/shown-name.ts';
import { type AbsentContent, cannotFetch, fetchContent, isPresent } from '../project/annex-content.ts';
import { filesBelow } from '../project/keys-below.ts';
import { openProject } from '../project/open.ts';
import { checkedOutAt } from '../project/repository.ts';
import { type ClonedDataset, cloneSubdatasets } from '../run/clones/clone-tree.ts';
import { fetchProgress } from '../run/images/image-fetch.ts';
import { showDataset, tellFailures } from './clone-text.ts';
import { jsonView, textView } from './progress.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { complainOf, counted, EXIT, say } from './terminal.ts';

/** What can be chosen. */
export interface GetOptions {
  readonly recursive?: boolean;
  readonly jobs?: number;
  /** False where subdatasets are installed and no content is fetched. */
  readonly data: boolean;
  readonly json?: boolean;
}

/** Milliseconds between two looks at how much has come; looking takes at most a tenth of the time. */
const INTERVAL = 500;
const SHARE = 9;

/** Runs the command and returns its exit code: 1 when a subdataset or content is missing in the end. */
export async function getCommand(
  directory: string,
  paths: readonly string[],
  options: GetOptions,
): Promise<number> {
  const opened = await openProject(directory);
  if (!opened.ok) {
    complainOf(opened.problem.message);
    return EXIT.environment;
  }
  const { root } = opened.project;
  const wanted = (paths.length === 0 ? ['.'] : paths).map((path) => relative(root, resolve(directory, path)));
  const outside = paths[wanted.findIndex((path) => path === '..' || path.startsWith('../'))];
  if (outside !== undefined) {
    complainOf(`${shownName(outside)} is not in ${root}: name what is in the project.`);
    return EXIT.usage;
  }
  const { recursive = false, jobs = availableParallelism() } = options;
  const stop = new AbortController();
  const release = stopOnSignals(stop);
  const { signal } = stop;
  const found: ClonedDataset[] = [];
  const report = (dataset: ClonedDataset): void => {
    found.push(dataset);
    if (options.json !== true && dataset.state !== 'present') showDataset(dataset, root);
  };
  try {
    await cloneSubdatasets({
      ...{ destination: root, recursive, wanted, jobs, signal, report },
      ...{ store: undefined, isPrivate: false },
    });
    const failed = found.filter(({ state }) => state === 'failed');
    if (!signal.aborted) for (const { path, failures } of failed) tellFailures(path, failures);
    const here = found.filter(({ state }) => state === 'cloned' || state === 'present');
    const datasets = ['', ...here.map(({ path }) => relative(root, path))];
    const isComplete =
      !options.data || (await getContent(root, shared(wanted, datasets, recursive), signal, options));
    if (signal.aborted) {
      complainOf('Stopped; what has come is kept, and the same command goes on from there.');
      return EXIT.stopped;
    }
    return failed.length === 0 && isComplete ? EXIT.ok : EXIT.failed;
  } finally {
    release();
  }
}

/** What is wanted of each dataset: paths in the innermost one around them, and with `recursive` all of those below. */
function shared(
  wanted: readonly string[],
  datasets: readonly string[],
  recursive: boolean,
): ReadonlyMap<string, readonly string[]> {
  const innermost = [...datasets].sort((a, b) => b.length - a.length);
  const found = new Map<string, string[]>();
  const add = (dataset: string, path: string): void => {
    found.set(dataset, [...(found.get(dataset) ?? []), path]);
  };
  for (const path of wanted) {
    const around = innermost.find((dataset) => isWithin(path, dataset)) ?? '';
    add(around, around === '' ? path : path.slice(around.length + 1));
    if (!recursive) continue;
    for (const dataset of datasets) if (dataset !== around && isWithin(dataset, path)) add(dataset, '');
  }
  return found;
}

/** Fetches it, one dataset after the other. Returns whether all is there. */
async function getContent(
  root: string,
  wanted: ReadonlyMap<string, readonly string[]>,
  signal: AbortSignal,
  { json }: GetOptions,
): Promise<boolean> {
  const absent: AbsentContent[] = [];
  let isComplete = true;
  for (const [dataset, paths] of wanted) {
    const place = { root: join(root, dataset), ...checkedOutAt(join(root, dataset)) };
    const { annexed, unknown } = await filesBelow(place.root, paths);
    for (const path of unknown) {
      complainOf(`${shownName(join(dataset, path))} is not committed: name what is in the project.`);
      isComplete = false;
    }
    const { commonDirectory = join(place.root, '.git') } = place;
    const missing = new Map(annexed.map(({ annexKey, path }) => [annexKey, join(dataset, path)]));
    for (const key of [...missing.keys()]) if (isPresent({ commonDirectory }, key)) missing.delete(key);
    if (missing.size === 0) continue;
    const here = { root: place.root, commonDirectory };
    absent.push({ dataset: here, keys: [...missing.keys()], paths: [...missing.values()] });
  }
  const view = json === true ? jsonView() : textView();
  let seq = 0;
  const emit = (body: RunEventBody): void => {
    seq += 1;
    view.show({ version: REPORT_VERSION, run: '', seq, at: new Date().toISOString(), ...body });
  };
  const done = new AbortController();
  const telling = tellProgress(absent, emit, done.signal);
  let files = 0;
  for (const content of absent) {
    if (signal.aborted) break;
    const problem = await fetchContent(content, { signal });
    if (problem !== undefined) isComplete = false;
    files += content.keys.length - (problem?.keys.length ?? 0);
    if (problem !== undefined && !signal.aborted) complainOf(cannotFetch(content, problem));
  }
  done.abort();
  await telling;
  view.end();
  if (json !== true && files > 0) say(`Fetched ${counted(files, 'file')}.`);
  else if (json !== true && isComplete) say('All content is here.');
  return isComplete;
}

/** Tells how much has come until it is told to end, and then once more. */
async function tellProgress(
  absent: readonly AbsentContent[],
  emit: (event: RunEventBody) => void,
  end: AbortSignal,
): Promise<void> {
  if (absent.length === 0) return;
  for (;;) {
    const began = performance.now();
    emit({ event: 'content-fetching', ...fetchProgress(absent) });
    if (end.aborted) return;
    const pause = Math.max(INTERVAL, SHARE * (performance.now() - began));
    await delay(pause, undefined, { signal: end }).catch(() => undefined);
  }
}

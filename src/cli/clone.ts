/** `minipach clone`: a dataset from wherever it is, with its subdatasets from wherever they can be had. */
import { availableParallelism, homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSources, urlRulesIn } from '../plan/clone-source.ts';
import { resolvePath } from '../plan/paths.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import { shownName } from '../plan/shown-name.ts';
import { gitConfiguration } from '../project/repository-config.ts';
import { type ClonedDataset, cloneTree, stateOfDestination } from '../run/clones/clone-tree.ts';
import { KeyStore } from '../run/clones/key-store.ts';
import { showDataset, tellFailures } from './clone-text.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { complain, complainOf, counted, EXIT, sayJson } from './terminal.ts';

/** What can be chosen. */
export interface CloneOptions {
  readonly recursive?: boolean;
  readonly jobs?: number;
  /** Paths in the clone whose content is to be there. */
  readonly get?: readonly string[];
  /** The folder of content that clones share. */
  readonly store?: string;
  readonly private?: boolean;
  readonly json?: boolean;
}

/** Runs the command and returns its exit code: 3 when the dataset itself could not be cloned, 1 when a subdataset or content is missing. */
export async function cloneCommand(
  directory: string,
  text: string,
  path: string | undefined,
  options: CloneOptions,
): Promise<number> {
  const cwd = resolve(directory);
  const { recursive = false, jobs = availableParallelism(), get = [] } = options;
  const rules = urlRulesIn(await gitConfiguration(cwd));
  for (const warning of rules.substitutes.warnings) complainOf(warning);
  const read = readSources(text, rules);
  const refused = read.find((one) => !one.ok);
  const sources = read.flatMap((one) => (one.ok ? one.source : []));
  const [first] = sources;
  if (first === undefined) {
    if (refused !== undefined) complainOf(refused.message);
    return EXIT.usage;
  }
  const wanted = get.map((one) => resolvePath('', one));
  const outside = get[wanted.indexOf(undefined)];
  if (outside !== undefined) {
    complainOf(`${shownName(outside)} is not in the dataset: --get takes paths relative to the clone.`);
    return EXIT.usage;
  }
  const destination = resolve(cwd, path ?? first.name);
  if (sources.every((source) => stateOfDestination(destination, source, cwd) === 'taken')) {
    complainOf(
      `${shownName(destination)} is there already and is no clone of ${shownName(text)}: name another place, as in \`minipach clone SOURCE PATH\`.`,
    );
    return EXIT.usage;
  }
  const store = get.length === 0 ? undefined : KeyStore.open(resolve(cwd, options.store ?? defaultStore()));
  if (typeof store === 'string') {
    complainOf(store);
    return EXIT.environment;
  }
  const stop = new AbortController();
  const release = stopOnSignals(stop);
  const datasets: ClonedDataset[] = [];
  const report = (dataset: ClonedDataset): void => {
    datasets.push(dataset);
    if (options.json !== true) showDataset(dataset, cwd);
  };
  try {
    await cloneTree({
      ...{ sources, destination, cwd, recursive, jobs, store, report },
      wanted: wanted.filter((one) => one !== undefined),
      isPrivate: options.private === true,
      signal: stop.signal,
    });
  } finally {
    release();
    store?.end();
  }
  const failed = datasets.filter(({ state }) => state === 'failed');
  const lacking = datasets.filter(({ content }) => content?.problem != null);
  const isStopped = stop.signal.aborted;
  if (options.json === true) {
    sayJson({ version: REPORT_VERSION, kind: 'clone', path: destination, stopped: isStopped, datasets });
  } else if (!isStopped) {
    for (const { path: where, failures } of failed) tellFailures(where, failures);
    for (const { path: where, failures, content } of lacking) {
      complainOf(`${shownName(where)}: ${content?.problem}`);
      for (const { source, message } of failures) complain(`  ${source}: ${message}`);
    }
    for (const note of new Set(datasets.flatMap(({ notes }) => notes))) complainOf(note);
    if (failed.length + lacking.length > 0 && datasets.length > 1)
      complainOf(
        `${missingText(failed.length, lacking.length)}; the same command tries again what is missing, and \`minipach candidates --add URL\` names another source.`,
      );
  }
  if (isStopped) {
    complainOf('Stopped; what is cloned is whole, and the same command goes on from there.');
    return EXIT.stopped;
  }
  if (failed.some(({ path: where }) => where === destination)) return EXIT.environment;
  return failed.length + lacking.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Where content is kept for all clones of a person, unless something else is named. */
function defaultStore(): string {
  const { MINIPACH_STORE: named, XDG_CACHE_HOME: cache } = process.env;
  return named || join(cache || join(homedir(), '.cache'), 'minipach', 'content');
}

function missingText(failed: number, lacking: number): string {
  return [
    ...(failed > 0 ? [`${counted(failed, 'subdataset')} could not be cloned`] : []),
    ...(lacking > 0 ? [`content of ${counted(lacking, 'dataset')} is missing`] : []),
  ].join(', and ');
}

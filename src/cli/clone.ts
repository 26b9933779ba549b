/** `minipach clone`: a dataset from wherever it is, with its subdatasets from wherever they can be had. */
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { readSource, rewritesIn } from '../plan/clone-source.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import { shownName } from '../plan/shown-name.ts';
import { gitConfiguration } from '../project/repository-config.ts';
import { type ClonedDataset, cloneTree, stateOfDestination } from '../run/clones/clone-tree.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { complain, complainOf, counted, EXIT, faint, say, sayJson } from './terminal.ts';

/** What can be chosen. */
export interface CloneOptions {
  readonly recursive?: boolean;
  readonly jobs?: number;
  readonly json?: boolean;
}

/** Runs the command and returns its exit code: 3 when the dataset itself could not be cloned, 1 when a subdataset could not. */
export async function cloneCommand(
  directory: string,
  text: string,
  path: string | undefined,
  options: CloneOptions,
): Promise<number> {
  const cwd = resolve(directory);
  const rewrites = rewritesIn(await gitConfiguration(cwd));
  const read = readSource(text, rewrites);
  if (!read.ok) {
    complainOf(read.message);
    return EXIT.usage;
  }
  const { source } = read;
  const destination = resolve(cwd, path ?? source.name);
  if (stateOfDestination(destination, source, cwd) === 'taken') {
    complainOf(
      `${shownName(destination)} is there already and is no clone of ${shownName(text)}: name another place, as in \`minipach clone SOURCE PATH\`.`,
    );
    return EXIT.usage;
  }
  const stop = new AbortController();
  const release = stopOnSignals(stop);
  const datasets: ClonedDataset[] = [];
  const report = (dataset: ClonedDataset): void => {
    datasets.push(dataset);
    if (options.json !== true) show(dataset, cwd);
  };
  const { recursive = false, jobs = availableParallelism() } = options;
  try {
    await cloneTree({ source, destination, cwd, recursive, jobs, rewrites, signal: stop.signal, report });
  } finally {
    release();
  }
  const failed = datasets.filter(({ state }) => state === 'failed');
  const isStopped = stop.signal.aborted;
  if (options.json === true) {
    sayJson({ version: REPORT_VERSION, kind: 'clone', path: destination, stopped: isStopped, datasets });
  } else if (!isStopped) {
    for (const { path: where, failures } of failed) tellFailures(where, failures);
    for (const note of new Set(datasets.flatMap(({ notes }) => notes))) complainOf(note);
    if (failed.length > 0 && datasets.length > 1)
      complainOf(
        `${counted(failed.length, 'subdataset')} could not be cloned; the same command tries again what is missing, and \`minipach candidates --add URL\` names another source.`,
      );
  }
  if (isStopped) {
    complainOf('Stopped; what is cloned is whole, and the same command goes on from there.');
    return EXIT.stopped;
  }
  if (failed.some(({ path: where }) => where === destination)) return EXIT.environment;
  return failed.length > 0 ? EXIT.failed : EXIT.ok;
}

function show({ path, state, source, failures }: ClonedDataset, cwd: string): void {
  const where = shownName(relative(cwd, path) || '.');
  if (state === 'failed') return;
  const after =
    failures.length === 0 ? '' : faint(`  after ${counted(failures.length, 'source')} that failed`);
  say(`${state.padEnd(8)} ${where}${source === null ? '' : faint(`  from ${source}`)}${after}`);
}

function tellFailures(path: string, failures: ClonedDataset['failures']): void {
  if (failures.length === 0)
    complainOf(
      `${shownName(path)} could not be cloned, for nothing says where it is: \`minipach candidates --add URL\` names a source.`,
    );
  else complainOf(`${shownName(path)} could not be cloned from:`);
  for (const { source, message } of failures) complain(`  ${source}: ${message}`);
}

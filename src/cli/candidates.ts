/** `minipach candidates`: where subdatasets can be cloned from, in the order in which that is tried; adds a source. */
import { mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { TEMPLATE_PREFIX } from '../plan/candidates.ts';
import { type NewSource, sourceKey, sourceProblem } from '../plan/check-source.ts';
import { isWithin } from '../plan/paths.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import { shownName, shownWord } from '../plan/shown-name.ts';
import { git } from '../project/git.ts';
import { openProject } from '../project/open.ts';
import { readCandidates, type SourcesReport, type SubdatasetSources } from '../project/read-candidates.ts';
import { textOf } from '../project/small-file.ts';
import { wordsOf } from '../project/words-of.ts';
import { complainOf, counted, EXIT, faint, say, sayJson, strong } from './terminal.ts';

/** What can be chosen. */
export interface CandidatesOptions {
  readonly json?: boolean;
  /** A URL, with or without placeholders. */
  readonly add?: string;
  readonly cost?: number;
  readonly name?: string;
}

/** The cost of a source for which none is given: DataLad's own for such. */
const COST = 700;

/** A dataset, and those of its subdatasets that were asked for. */
interface Asked extends SourcesReport {
  readonly root: string;
}

/** Runs the command and returns its exit code. */
export async function candidatesCommand(
  directory: string,
  path: string | undefined,
  options: CandidatesOptions,
): Promise<number> {
  const opened = await openProject(directory);
  if (!opened.ok) {
    complainOf(opened.problem.message);
    return EXIT.environment;
  }
  const { root } = opened.project;
  const { add, cost = COST, name } = options;
  if (add !== undefined) return addSource(root, { url: add, cost, name: name ?? 'source' }, options);
  if (options.cost !== undefined || name !== undefined) {
    complainOf('--cost and --name belong to --add URL, which writes a source down.');
    return EXIT.usage;
  }
  const asked = await askedFor(root, path === undefined ? root : resolve(directory, path));
  if (asked === undefined) {
    complainOf(
      `${shownName(path ?? '')} is no subdataset of ${root}, and none is in it: \`minipach candidates\` names them all.`,
    );
    return EXIT.usage;
  }
  const { subdatasets, warnings } = asked;
  const all = [...warnings, ...subdatasets.flatMap((one) => one.warnings)];
  if (options.json === true) sayJson(documentOf(asked, all));
  else {
    for (const one of subdatasets) show(one);
    if (subdatasets.length === 0) say(`${root} has no subdatasets.`);
    for (const warning of all) complainOf(warning);
  }
  return EXIT.ok;
}

/** The subdataset that a path names, or those in the directory that it names; looked for in ever deeper datasets. */
async function askedFor(root: string, target: string): Promise<Asked | undefined> {
  const report = await readCandidates(root);
  const inside = relative(root, target);
  if (inside === '') return { root, ...report };
  if (inside === '..' || inside.startsWith('../')) return undefined;
  const around = report.subdatasets.find(({ path }) => path !== inside && isWithin(inside, path));
  if (around?.installed === true) return askedFor(join(root, around.path), target);
  // In one that is not installed nothing more is known.
  const subdatasets = report.subdatasets.filter((one) => one === around || isWithin(one.path, inside));
  return subdatasets.length === 0 ? undefined : { root, ...report, subdatasets };
}

function documentOf({ root, subdatasets }: Asked, warnings: readonly string[]): object {
  return {
    version: REPORT_VERSION,
    kind: 'candidates',
    dataset: root,
    subdatasets: subdatasets.map(({ path, commit, installed, submodule, candidates }) => ({
      path,
      commit,
      id: submodule.values.get('datalad-id') ?? null,
      installed,
      candidates,
    })),
    warnings,
  };
}

function show({ path, installed, candidates }: SubdatasetSources): void {
  say(`${strong(path)}${installed ? '' : faint('  not installed')}`);
  for (const { cost, name, url } of candidates)
    say(`  ${String(cost).padStart(3)}  ${name.padEnd(12)} ${url}`);
  if (candidates.length === 0)
    say(faint('  nothing says where it could be cloned from: minipach candidates --add URL'));
}

async function addSource(root: string, source: NewSource, options: CandidatesOptions): Promise<number> {
  const problem = sourceProblem(source);
  if (problem !== undefined) {
    complainOf(problem);
    return EXIT.usage;
  }
  const key = sourceKey(source);
  const named = key.slice(TEMPLATE_PREFIX.length);
  const file = '.datalad/config';
  mkdirSync(dirname(join(root, file)), { recursive: true });
  const before = textOf(join(root, file));
  // git writes another file and renames it, so that a reader never sees half of it.
  const written = await git(root, ['config', '--file', file, '--replace-all', key, source.url]);
  if (!written.ok) {
    complainOf(`${file} could not be written: ${wordsOf(written.stderr)}`);
    return EXIT.environment;
  }
  const { subdatasets } = await readCandidates(root);
  const label = source.name.toLowerCase();
  const serves = subdatasets.filter(({ candidates }) =>
    candidates.some(({ configured, cost, name }) => configured && cost === source.cost && name === label),
  );
  const lines = subdatasets.flatMap(({ warnings }) => warnings.filter((line) => line.includes(` ${named} `)));
  const isChanged = before !== textOf(join(root, file));
  if (options.json === true) {
    const document = { version: REPORT_VERSION, kind: 'candidate-added', dataset: root, key, ...source };
    sayJson({ ...document, file, changed: isChanged, warnings: lines });
    return EXIT.ok;
  }
  for (const line of lines) complainOf(line);
  say(
    isChanged
      ? `Wrote ${key} to ${file}; it serves ${counted(serves.length, 'subdataset')}.`
      : `${file} says so already.`,
  );
  if (isChanged) {
    const message = shownWord(`Get subdatasets from ${source.name}`);
    const where = shownWord(root);
    say(`Commit it: git -C ${where} add ${file} && git -C ${where} commit -m ${message} ${file}`);
  }
  return EXIT.ok;
}

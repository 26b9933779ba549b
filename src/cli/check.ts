/** `minipach check`: validates specs as they are in the work tree, so that they can be checked before a commit. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { History } from '../plan/history.ts';
import type { Tree } from '../plan/tree.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { contentLook } from '../project/annex-content.ts';
import { CatFile } from '../project/cat-file.ts';
import { type FoundSpec, parseFound, readSpec, withForeign } from '../project/found-spec.ts';
import { git } from '../project/git.ts';
import { treeCache } from '../project/kept-tree.ts';
import { type OpenResult, openProject, type Project } from '../project/open.ts';
import { withProjectChecks } from '../project/project-checks.ts';
import { readConfig } from '../project/read-config.ts';
import { readImages } from '../project/read-image-facts.ts';
import { readRecords } from '../project/records.ts';
import { withoutResults } from '../project/result-specs.ts';
import { withSubdatasets } from '../project/subdatasets.ts';
import { resultPlaces } from '../project/survey.ts';
import { readTree } from '../project/tree.ts';
import { workTreeSpecs } from '../project/work-tree-specs.ts';
import { CONFIG_PATH } from '../spec/config-path.ts';
import { whyNotOff } from '../spec/rules.ts';
import { type DiagnosticFormat, formatDiagnostics } from './diagnostics.ts';
import { complain, complainOf, counted, EXIT, say } from './terminal.ts';

/** What can be chosen. */
export interface CheckOptions {
  readonly format: DiagnosticFormat;
  /** Ids of rules that are not looked at. */
  readonly off?: readonly string[];
}

/** Runs the command and returns its exit code. */
export async function checkCommand(
  directory: string,
  paths: readonly string[],
  options: CheckOptions,
): Promise<number> {
  const off = options.off ?? [];
  for (const reason of off.map(whyNotOff)) {
    if (reason === undefined) continue;
    complainOf(reason);
    return EXIT.usage;
  }
  const opened = await openProject(directory);
  // Specs can be checked where there is no commit yet; everything else that is not a project has none to check.
  if (!opened.ok && opened.problem.reason !== 'unborn-branch') {
    complainOf(opened.problem.message);
    return EXIT.environment;
  }
  const top = await git(directory, ['rev-parse', '--show-toplevel']);
  const root = top.stdout.toString('utf8').trimEnd();
  const objects = opened.ok ? new CatFile(opened.project.root) : undefined;
  try {
    return await checkAll({ directory, root, paths, off, options }, opened, objects);
  } finally {
    objects?.close();
  }
}

/** What is asked for, and where. */
interface Asked {
  readonly directory: string;
  readonly root: string;
  readonly paths: readonly string[];
  readonly off: readonly string[];
  readonly options: CheckOptions;
}

async function checkAll(
  { directory, root, paths, off, options }: Asked,
  opened: OpenResult,
  objects: CatFile | undefined,
): Promise<number> {
  const tree =
    opened.ok && objects !== undefined
      ? await withSubdatasets(
          opened.project,
          await readTree(root, opened.project.head, { objects, cache: treeCache(opened.project) }),
          [],
          objects,
          { forSpecs: true },
        )
      : undefined;
  const known = await workTreeSpecs(root, tree?.subdatasets ?? []);
  // Settings are one file of the whole project.
  const isSettings = (path: string): boolean => {
    const absolute = resolve(directory, path);
    return relative(root, absolute) === CONFIG_PATH && isFile(absolute);
  };
  const besides = paths.filter((path) => !isSettings(path));
  const found: Found = paths.length === 0 ? { specs: known } : specsAt(directory, root, besides);
  if ('missing' in found) {
    complainOf(`There is no file or directory ${found.missing}.`);
    return EXIT.usage;
  }
  const history =
    opened.ok && objects !== undefined
      ? new History(await readRecords(opened.project, opened.project.head, objects))
      : undefined;
  // The rules about the project look at all specs together, whichever were asked for.
  const all = [...new Set([...known, ...found.specs])].flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    // A file that was named is meant to be a spec, whatever it looks like.
    const named = paths.some((one) => relative(root, resolve(directory, one)) === path);
    return named ? parseFound(path, text, off) : (readSpec(path, text, { off, history }) ?? []);
  });
  const checkedAll =
    opened.ok && objects !== undefined && tree !== undefined && history !== undefined
      ? await besideCommit(withoutResults(all, history), opened.project, tree, objects)
      : all;
  const asked = checkedAll.filter(({ specPath }) => found.specs.includes(specPath));
  const withSettings = paths.length === 0 || paths.some((path) => holdsSettings(root, directory, path));
  const settings = withSettings ? readConfig(root).diagnostics : [];
  const diagnostics = [...asked.flatMap((spec) => spec.diagnostics), ...settings];
  const checked = asked.length;
  process.stdout.write(formatDiagnostics(diagnostics, options.format));
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (options.format === 'text') {
    const files = [
      ...(paths.length > 0 && besides.length === 0 ? [] : [counted(checked, 'spec')]),
      ...(besides.length < paths.length ? [CONFIG_PATH] : []),
    ];
    const summary = `${files.join(' and ')} checked, ${counted(errors, 'error')}.`;
    if (errors > 0) complain(summary);
    else say(summary);
  }
  return errors > 0 ? EXIT.usage : EXIT.ok;
}

/** Adds what only shows beside the committed files. */
async function besideCommit(
  specs: readonly FoundSpec[],
  project: Project,
  own: Tree,
  objects: CatFile,
): Promise<FoundSpec[]> {
  const values = specs.map(({ parsed }) => parsed.value);
  const search = { paths: specs.map(({ specPath }) => specPath), places: resultPlaces(specs) };
  const whole = await withSubdatasets(project, own, values, objects, search);
  const reading = { objects, texts: new Map<string, string>(), everywhere: true };
  const { tree, images } = await readImages(project, whole, values, reading);
  const isHere = contentLook(project, tree.subdatasets);
  const index = new TreeIndex(tree);
  return withProjectChecks(withForeign(specs, index), index, { ...images, isHere });
}

type Found = { readonly specs: readonly string[] } | { readonly missing: string };

function specsAt(directory: string, root: string, paths: readonly string[]): Found {
  const specs: string[] = [];
  for (const path of paths) {
    const absolute = resolve(directory, path);
    if (isFile(absolute)) specs.push(relative(root, absolute));
    else if (isDirectory(absolute)) specs.push(...specsUnder(absolute).map((spec) => relative(root, spec)));
    else return { missing: path };
  }
  return { specs };
}

/** Whether a path is the project's settings, or a directory that has them in it. */
function holdsSettings(root: string, directory: string, path: string): boolean {
  const within = relative(resolve(directory, path), join(root, CONFIG_PATH));
  return within !== '..' && !within.startsWith(`..${sep}`);
}

function specsUnder(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((item) => {
    const path = join(directory, item.name);
    if (item.isDirectory()) return item.name === '.git' ? [] : specsUnder(path);
    return /^spec\.ya?ml$/.test(item.name) ? [path] : [];
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

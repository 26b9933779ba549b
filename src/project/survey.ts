/** Everything about a project that planning starts from, read once for a commit. */
import { dirname } from 'node:path/posix';
import { checkProject, withoutSuspicions } from '../plan/check-project.ts';
import { foreignSpec } from '../plan/foreign-spec.ts';
import type { History } from '../plan/history.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { PipelineSource } from '../plan/order.ts';
import { parentPath, resolvePath } from '../plan/paths.ts';
import type { FileDiagnostic } from '../plan/report.ts';
import type { Tree, TreeEntry } from '../plan/tree.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { looksLikeSpec, namesItsTool } from '../spec/looks-like-spec.ts';
import { type ParsedSpec, parseSpec } from '../spec/parse.ts';
import { readsAsYaml } from '../spec/reads-as-yaml.ts';
import { isSpecPath } from '../spec/spec-path.ts';
import type { CatFile } from './cat-file.ts';
import { DatasetObjects } from './dataset-objects.ts';
import { KeptDigests } from './kept-digests.ts';
import { treeCache } from './kept-tree.ts';
import type { Project } from './open.ts';
import { readImages } from './read-image-facts.ts';
import { placeOf } from './repository.ts';
import { withoutResults } from './result-specs.ts';
import { withSubdatasets } from './subdatasets.ts';
import { readTree } from './tree.ts';

/** A spec that was found, with what is wrong with it; without `spec` when it cannot be used. */
export interface FoundSpec {
  readonly specPath: string;
  readonly directory: string;
  readonly text: string;
  readonly parsed: ParsedSpec;
  readonly source: PipelineSource | undefined;
  readonly diagnostics: readonly FileDiagnostic[];
  /** Whether it is left to the subdataset that it lies in, as a project of its own. */
  readonly isForeign?: boolean;
}

/** Mistakes that concern single datums: the plan lists them all and says why these are blocked. */
const ABOUT_DATUMS: ReadonlySet<string> = new Set([
  'duplicate-datum',
  'output-taken',
  'several-paths',
  'different-counts',
  'maybe-no-path',
]);

/** The pipeline of a spec that has no error, by itself or beside the project, but for mistakes in single datums. */
export function usableSource(found: FoundSpec): PipelineSource | undefined {
  const broken = found.diagnostics.some(
    ({ severity, rule }) => severity === 'error' && !ABOUT_DATUMS.has(rule),
  );
  return broken ? undefined : found.source;
}

/** Specs with errors: what their pipelines leave is not known. One that is left to its subdataset is not among them. */
export function brokenSpecs(specs: readonly FoundSpec[]): readonly FoundSpec[] {
  return specs.filter((found) => usableSource(found) === undefined && found.isForeign !== true);
}

/** The committed tree of a project and its pipelines. */
export interface Survey {
  readonly index: TreeIndex;
  readonly specs: readonly FoundSpec[];
  readonly images: ImageFacts;
  /** To be kept when the plan has been made. */
  readonly digests: KeptDigests;
}

/** Texts about images never change, so that a session reads them once; it is known by its helper. */
const textsRead = new WeakMap<CatFile, Map<string, string>>();

/**
 * Reads the tree of a commit, every spec in it, and the subdatasets that these can need.
 * @param reading - The records of the commit, by which results that look like specs are left out, and pipelines known
 * whose spec looks like none any more.
 */
export async function surveyProject(
  project: Project,
  commit: string,
  objects: CatFile,
  reading?: Promise<History>,
): Promise<Survey> {
  const texts = textsRead.get(objects) ?? new Map<string, string>();
  textsRead.set(objects, texts);
  const own = await readTree(project.root, commit, { objects, cache: treeCache(project) });
  // Pipelines can lie in subdatasets; of those that are not installed nothing is known.
  const searched = await withSubdatasets(project, own, [], objects, { forSpecs: true });
  const named = searched.entries.filter(({ path }) => isSpecPath(path));
  const candidates = named.filter(
    ({ type, annexKey }) => annexKey === undefined && (type === 'file' || type === 'executable'),
  );
  const annexed = named.filter(({ annexKey }) => annexKey !== undefined);
  const specTexts = await readSpecTexts(project, searched, candidates, { objects, texts });
  const history = await reading;
  const specs = candidates.flatMap(
    ({ path }, position) => readSpec(path, specTexts[position] ?? '', { history }) ?? [],
  );
  const unusable = new Set(annexed.map(({ path }) => annexedSpec(path)));
  const all = [...specs, ...unusable];
  const kept = history === undefined ? all : withoutResults(all, history);
  const found = kept.filter((spec) => !unusable.has(spec));
  const values = found.map(({ parsed }) => parsed.value);
  const within = { objects, texts, everywhere: true };
  const whole = await withSubdatasets(project, searched, values, objects, { places: resultPlaces(found) });
  const { tree, images } = await readImages(project, whole, values, within);
  const digests = new KeptDigests(project);
  const index = new TreeIndex({ ...tree, digests });
  return {
    index,
    images,
    digests,
    specs: [...withProjectChecks(found, index, images), ...kept.filter((spec) => unusable.has(spec))],
  };
}

/** The texts of specs, each from the dataset that it belongs to; those of subdatasets once a session. */
async function readSpecTexts(
  project: Project,
  tree: Tree,
  specs: readonly TreeEntry[],
  { objects, texts }: { readonly objects: CatFile; readonly texts: Map<string, string> },
): Promise<string[]> {
  const index = { subdataset: (path: string) => tree.subdatasets?.find((one) => one.path === path) };
  const helpers = new DatasetObjects(project, objects);
  try {
    return await Promise.all(
      specs.map(async ({ blob, dataset }) => {
        const known = dataset === undefined ? undefined : texts.get(blob);
        if (known !== undefined) return known;
        const found = await helpers.of(placeOf(project, index, dataset)).read(blob);
        const text = found?.content.toString('utf8') ?? '';
        if (dataset !== undefined) texts.set(blob, text);
        return text;
      }),
    );
  } finally {
    helpers.end();
  }
}

/** The directories that results go into, as far as `output` says; all of the project is too much to look through. */
export function resultPlaces(specs: readonly FoundSpec[]): readonly string[] {
  return specs.flatMap(({ directory, source }) => {
    const output = source?.spec.output ?? '';
    const [literal = ''] = output.split('{', 1);
    const place = resolvePath(directory, literal === output ? literal : parentPath(literal));
    return place === undefined || place === '' ? [] : [place];
  });
}

/**
 * A spec that git-annex keeps: whether its content is here depends on the clone, so planning cannot rest on it.
 */
function annexedSpec(specPath: string): FoundSpec {
  const start = { line: 0, character: 0 };
  const message = `${specPath} is kept by git-annex, and a spec must be in git, where every clone has it: add the line \`spec.yml annex.largefiles=nothing\` to .gitattributes, then \`git annex unannex ${specPath}\`, \`git add ${specPath} .gitattributes\` and commit.`;
  return {
    ...parseFound(specPath, ''),
    diagnostics: [
      { rule: 'annexed-spec', severity: 'error', message, range: { start, end: start }, file: specPath },
    ],
  };
}

/** Adds to each spec what only shows beside the project's files and the other specs. */
export function withProjectChecks(
  specs: readonly FoundSpec[],
  index: TreeIndex,
  images: ImageFacts,
): FoundSpec[] {
  const all = specs.map(({ specPath, directory, parsed }) => ({ file: specPath, directory, parsed }));
  const foreign = new Map(
    all.flatMap((spec) => {
      const diagnostic = foreignSpec(spec, all, index);
      return diagnostic === undefined ? [] : [[spec.file, diagnostic] as const];
    }),
  );
  const found = checkProject(
    all.filter(({ file }) => !foreign.has(file)),
    index,
    images,
  );
  return specs.map((spec) => {
    const diagnostic = foreign.get(spec.specPath);
    if (diagnostic !== undefined) {
      const diagnostics = [{ ...diagnostic, file: spec.specPath }];
      return { ...spec, diagnostics, source: undefined, isForeign: true };
    }
    const own = found.filter(({ file }) => file === spec.specPath);
    return { ...spec, diagnostics: [...withoutSuspicions(spec.diagnostics, own), ...own] };
  });
}

/**
 * Parses a spec's text; `undefined` when another tool's file has the name. A spec with a mistake must not vanish: who reads
 * its results would take everything in its directory for data. So what has been a pipeline stays one, whatever its spec looks
 * like, and a text that nobody can read is ours to complain of, unless it says whose it is.
 * @param known - Rules that are turned off besides, and the records of results.
 */
export function readSpec(
  specPath: string,
  text: string,
  { off = [], history }: { readonly off?: readonly string[]; readonly history?: History | undefined } = {},
): FoundSpec | undefined {
  const isOurs =
    looksLikeSpec(text) ||
    history?.hasIn(directoryOf(specPath)) === true ||
    (!namesItsTool(text) && !readsAsYaml(text));
  return isOurs ? parseFound(specPath, text, off) : undefined;
}

/** Parses a text that is meant to be a spec, whatever it looks like. */
export function parseFound(specPath: string, text: string, off: readonly string[] = []): FoundSpec {
  const directory = directoryOf(specPath);
  const parsed = parseSpec(text, { directory }, off);
  const { spec, diagnostics } = parsed;
  return {
    specPath,
    directory,
    text,
    parsed,
    source: spec === undefined ? undefined : { specPath, directory, spec },
    diagnostics: diagnostics.map((diagnostic) => ({ ...diagnostic, file: specPath })),
  };
}

function directoryOf(specPath: string): string {
  const parent = dirname(specPath);
  return parent === '.' ? '' : parent;
}

/** Everything about a project that planning starts from, read once for a commit. */
import type { History } from '../plan/history.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import { parentPath, resolvePath } from '../plan/paths.ts';
import type { Tree, TreeEntry } from '../plan/tree.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { isSpecPath } from '../spec/spec-path.ts';
import type { CatFile } from './cat-file.ts';
import { DatasetObjects } from './dataset-objects.ts';
import { type FoundSpec, parseFound, readSpec, withForeign } from './found-spec.ts';
import { KeptDigests } from './kept-digests.ts';
import { treeCache } from './kept-tree.ts';
import type { Project } from './open.ts';
import { readImages } from './read-image-facts.ts';
import { placeOf } from './repository.ts';
import { withoutResults } from './result-specs.ts';
import { withSubdatasets } from './subdatasets.ts';
import { readTree } from './tree.ts';

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

/** What a survey is for. */
export interface SurveyOptions {
  /**
   * The records of the commit, by which results that look like specs are left out, and pipelines known whose spec looks
   * like none any more.
   */
  readonly reading?: Promise<History> | undefined;
  /** Whether specs are checked beside the project, as is done by default; it takes longer than all the rest of a small one. */
  readonly isChecked?: boolean;
}

/** Reads the tree of a commit, every spec in it, and the subdatasets that these can need. */
export async function surveyProject(
  project: Project,
  commit: string,
  objects: CatFile,
  { reading, isChecked = true }: SurveyOptions = {},
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
  const ours = withForeign(found, index);
  const checked = isChecked
    ? (await import('./project-checks.ts')).withProjectChecks(ours, index, images)
    : ours;
  return {
    index,
    images,
    digests,
    specs: [...checked, ...kept.filter((spec) => unusable.has(spec))],
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

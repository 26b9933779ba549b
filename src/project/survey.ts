/** Everything about a project that planning starts from, read once for a commit. */
import { dirname } from 'node:path/posix';
import { checkProject, withoutSuspicions } from '../plan/check-project.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { PipelineSource } from '../plan/order.ts';
import type { FileDiagnostic } from '../plan/report.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { looksLikeSpec } from '../spec/looks-like-spec.ts';
import { type ParsedSpec, parseSpec } from '../spec/parse.ts';
import type { CatFile } from './cat-file.ts';
import { linkCache } from './links.ts';
import type { Project } from './open.ts';
import { readImages } from './read-image-facts.ts';
import { withSubdatasets } from './subdatasets.ts';
import { readTree } from './tree.ts';

/** What a spec's file is called. */
const SPEC_NAME = /(?:^|\/)spec\.ya?ml$/;

/** A spec that was found, with what is wrong with it; without `spec` when it cannot be used. */
export interface FoundSpec {
  readonly specPath: string;
  readonly directory: string;
  readonly text: string;
  readonly parsed: ParsedSpec;
  readonly source: PipelineSource | undefined;
  readonly diagnostics: readonly FileDiagnostic[];
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

/** The committed tree of a project and its pipelines. */
export interface Survey {
  readonly index: TreeIndex;
  readonly specs: readonly FoundSpec[];
  readonly images: ImageFacts;
}

/** Texts about images never change, so that a session reads them once; it is known by its helper. */
const textsRead = new WeakMap<CatFile, Map<string, string>>();

/**
 * Reads the tree of a commit, every spec in it, and the subdatasets that these can need.
 * @param select - Leaves out files that only look like specs.
 */
export async function surveyProject(
  project: Project,
  commit: string,
  objects: CatFile,
  select: (specs: readonly FoundSpec[]) => Promise<readonly FoundSpec[]> = (specs) => Promise.resolve(specs),
): Promise<Survey> {
  // Pipelines of subdatasets would record there: only the project's own are taken.
  const own = await readTree(project.root, commit, objects, linkCache(project));
  const candidates = own.entries.filter(
    ({ path, type, annexKey }) =>
      SPEC_NAME.test(path) && annexKey === undefined && (type === 'file' || type === 'executable'),
  );
  const annexed = own.entries.filter(({ path, annexKey }) => SPEC_NAME.test(path) && annexKey !== undefined);
  const specs = await Promise.all(
    candidates.map(async ({ path, blob }) =>
      readSpec(path, (await objects.read(blob))?.content.toString('utf8') ?? ''),
    ),
  );
  const unusable = new Set(annexed.map(({ path }) => annexedSpec(path)));
  const kept = await select([...specs.filter((spec) => spec !== undefined), ...unusable]);
  const found = kept.filter((spec) => !unusable.has(spec));
  const values = found.map(({ parsed }) => parsed.value);
  const texts = textsRead.get(objects) ?? new Map<string, string>();
  textsRead.set(objects, texts);
  const reading = { objects, texts, everywhere: true };
  const whole = await withSubdatasets(project, own, values, objects);
  const { tree, images } = await readImages(project, whole, values, reading);
  const index = new TreeIndex(tree);
  return {
    index,
    images,
    specs: [...withProjectChecks(found, index, images), ...kept.filter((spec) => unusable.has(spec))],
  };
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
  const found = checkProject(
    specs.map(({ specPath, directory, parsed }) => ({ file: specPath, directory, parsed })),
    index,
    images,
  );
  return specs.map((spec) => {
    const own = found.filter(({ file }) => file === spec.specPath);
    return { ...spec, diagnostics: [...withoutSuspicions(spec.diagnostics, own), ...own] };
  });
}

/** Parses a spec's text; `undefined` when another tool's file has the name. `off`: rules that are turned off besides. */
export function readSpec(specPath: string, text: string, off: readonly string[] = []): FoundSpec | undefined {
  return looksLikeSpec(text) ? parseFound(specPath, text, off) : undefined;
}

/** Parses a text that is meant to be a spec, whatever it looks like. */
export function parseFound(specPath: string, text: string, off: readonly string[] = []): FoundSpec {
  const parent = dirname(specPath);
  const directory = parent === '.' ? '' : parent;
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

/** Everything about a project that planning starts from, read once for a commit. */
import { dirname } from 'node:path/posix';
import { checkProject } from '../plan/check-project.ts';
import { type ImageFacts, NO_IMAGE_FACTS } from '../plan/image-facts.ts';
import type { PipelineSource } from '../plan/order.ts';
import type { FileDiagnostic } from '../plan/report.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { looksLikeSpec } from '../spec/looks-like-spec.ts';
import { type ParsedSpec, parseSpec } from '../spec/parse.ts';
import { valueAt } from '../spec/spec-values.ts';
import type { CatFile } from './cat-file.ts';
import type { Project } from './open.ts';
import { readImageFacts } from './read-image-facts.ts';
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

/** The pipeline of a spec that has no error, by itself or beside the project. */
export function usableSource(found: FoundSpec): PipelineSource | undefined {
  return found.diagnostics.some(({ severity }) => severity === 'error') ? undefined : found.source;
}

/** The committed tree of a project and its pipelines. */
export interface Survey {
  readonly index: TreeIndex;
  readonly specs: readonly FoundSpec[];
  readonly images: ImageFacts;
}

/** Reads the tree of a commit and every spec in it. */
export async function surveyProject(project: Project, commit: string, objects: CatFile): Promise<Survey> {
  const index = new TreeIndex(await readTree(project.root, commit, objects));
  const candidates = index.tree.entries.filter(
    ({ path, type, annexKey }) =>
      SPEC_NAME.test(path) && annexKey === undefined && (type === 'file' || type === 'executable'),
  );
  const annexed = index.tree.entries.filter(
    ({ path, annexKey }) => SPEC_NAME.test(path) && annexKey !== undefined,
  );
  const read = await Promise.all(
    candidates.map(async ({ path, blob }) =>
      readSpec(path, (await objects.read(blob))?.content.toString('utf8') ?? ''),
    ),
  );
  const specs = read.filter((spec) => spec !== undefined);
  const images = namesImage(specs) ? await readImageFacts(index.tree, objects) : NO_IMAGE_FACTS;
  return {
    index,
    images,
    specs: [...withProjectChecks(specs, index, images), ...annexed.map(({ path }) => annexedSpec(path))],
  };
}

/** Whether any of these specs runs its command in an image, so that it matters what the project says about images. */
export function namesImage(specs: readonly FoundSpec[]): boolean {
  return specs.some(({ parsed }) => valueAt(parsed.value, ['transform', 'image']) !== undefined);
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
  return specs.map((spec) => ({
    ...spec,
    diagnostics: [...spec.diagnostics, ...found.filter(({ file }) => file === spec.specPath)],
  }));
}

/** Parses a spec's text; `undefined` when another tool's file has the name. */
export function readSpec(specPath: string, text: string): FoundSpec | undefined {
  return looksLikeSpec(text) ? parseFound(specPath, text) : undefined;
}

/** Parses a text that is meant to be a spec, whatever it looks like. */
export function parseFound(specPath: string, text: string): FoundSpec {
  const parent = dirname(specPath);
  const directory = parent === '.' ? '' : parent;
  const parsed = parseSpec(text, { directory });
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

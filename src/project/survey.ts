/** Everything about a project that planning starts from, read once for a commit. */
import { dirname } from 'node:path/posix';
import { checkProject } from '../plan/check-project.ts';
import type { PipelineSource } from '../plan/order.ts';
import type { FileDiagnostic } from '../plan/report.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { looksLikeSpec } from '../spec/looks-like-spec.ts';
import { type ParsedSpec, parseSpec } from '../spec/parse.ts';
import type { CatFile } from './cat-file.ts';
import type { Project } from './open.ts';
import { readTree } from './tree.ts';

/** A spec that was found, with what is wrong with it; without `spec` when it cannot be used. */
export interface FoundSpec {
  readonly specPath: string;
  readonly directory: string;
  readonly text: string;
  readonly parsed: ParsedSpec;
  readonly source: PipelineSource | undefined;
  readonly diagnostics: readonly FileDiagnostic[];
}

/** The committed tree of a project and its pipelines. */
export interface Survey {
  readonly index: TreeIndex;
  readonly specs: readonly FoundSpec[];
}

/** Reads the tree of a commit and every spec in it. */
export async function surveyProject(project: Project, commit: string, objects: CatFile): Promise<Survey> {
  const index = new TreeIndex(await readTree(project.root, commit, objects));
  const candidates = index.tree.entries.filter(
    ({ path, type }) => /(?:^|\/)spec\.ya?ml$/.test(path) && (type === 'file' || type === 'executable'),
  );
  const specs = await Promise.all(
    candidates.map(async ({ path, blob }) =>
      readSpec(path, (await objects.read(blob))?.content.toString('utf8') ?? ''),
    ),
  );
  return {
    index,
    specs: withProjectChecks(
      specs.filter((spec) => spec !== undefined),
      index,
    ),
  };
}

/** Adds to each spec what only shows beside the project's files and the other specs. */
export function withProjectChecks(specs: readonly FoundSpec[], index: TreeIndex): FoundSpec[] {
  const found = checkProject(
    specs.map(({ specPath, directory, parsed }) => ({ file: specPath, directory, parsed })),
    index,
  );
  return specs.map((spec) => ({
    ...spec,
    diagnostics: [...spec.diagnostics, ...found.filter(({ file }) => file === spec.specPath)],
  }));
}

/** Parses a spec's text; `undefined` when another tool's file has the name. */
export function readSpec(specPath: string, text: string): FoundSpec | undefined {
  if (!looksLikeSpec(text)) return undefined;
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

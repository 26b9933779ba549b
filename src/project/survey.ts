/** Everything about a project that planning starts from, read once for a commit. */
import { dirname } from 'node:path/posix';
import type { PipelineSource } from '../plan/order.ts';
import type { FileDiagnostic } from '../plan/report.ts';
import { TreeIndex } from '../plan/tree-index.ts';
import { looksLikeSpec, parseSpec } from '../spec/parse.ts';
import type { CatFile } from './cat-file.ts';
import type { Project } from './open.ts';
import { readTree } from './tree.ts';

/** A spec that was found, with what is wrong with it; without `spec` when it cannot be used. */
export interface FoundSpec {
  readonly specPath: string;
  readonly directory: string;
  readonly text: string;
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
  const index = new TreeIndex(await readTree(project.root, commit));
  const candidates = index.tree.entries.filter(
    ({ path, type }) => /(?:^|\/)spec\.ya?ml$/.test(path) && (type === 'file' || type === 'executable'),
  );
  const specs = await Promise.all(
    candidates.map(async ({ path, blob }) => readSpec(path, (await objects.read(blob))?.content.toString('utf8') ?? '')),
  );
  return { index, specs: specs.filter((spec) => spec !== undefined) };
}

/** Parses a spec's text; `undefined` when another tool's file has the name. */
export function readSpec(specPath: string, text: string): FoundSpec | undefined {
  if (!looksLikeSpec(text)) return undefined;
  const parent = dirname(specPath);
  const directory = parent === '.' ? '' : parent;
  const { spec, diagnostics } = parseSpec(text, { directory });
  return {
    specPath,
    directory,
    text,
    source: spec === undefined ? undefined : { specPath, directory, spec },
    diagnostics: diagnostics.map((diagnostic) => ({ ...diagnostic, file: specPath })),
  };
}

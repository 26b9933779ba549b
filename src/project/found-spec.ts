/** A spec as it was found in a project. */
import { dirname } from 'node:path/posix';
import { foreignSpec } from '../plan/foreign-spec.ts';
import type { History } from '../plan/history.ts';
import type { PipelineSource } from '../plan/order.ts';
import type { ProjectSpec } from '../plan/project-spec.ts';
import type { FileDiagnostic } from '../plan/report.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { looksLikeSpec, namesItsTool } from '../spec/looks-like-spec.ts';
import { type ParsedSpec, parseSpec } from '../spec/parse.ts';
import { readsAsYaml } from '../spec/reads-as-yaml.ts';

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

/** The spec as checks of a project take it. */
export function projectSpec({ specPath, directory, parsed }: FoundSpec): ProjectSpec {
  return { file: specPath, directory, parsed };
}

/** Marks the specs that are left to the subdataset that they lie in. */
export function withForeign(specs: readonly FoundSpec[], index: TreeIndex): FoundSpec[] {
  const all = specs.map(projectSpec);
  return specs.map((spec, position) => {
    const own = all[position];
    const diagnostic = own && foreignSpec(own, all, index);
    if (diagnostic === undefined) return spec;
    const diagnostics = [{ ...diagnostic, file: spec.specPath }];
    return { ...spec, diagnostics, source: undefined, isForeign: true };
  });
}

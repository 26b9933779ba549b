/** The order in which pipelines can be planned: each after those whose results it reads. */
import { leavesOf, type Spec } from '../spec/model.ts';
import { compileGlob } from './glob.ts';
import { isWithin } from './paths.ts';
import { concernsRepo } from './subdataset-needs.ts';

/** A pipeline as planning meets it. */
export interface PipelineSource {
  /** The spec's path, relative to the project's root. */
  readonly specPath: string;
  /** The pipeline's directory, relative to the project's root; empty for the root. */
  readonly directory: string;
  readonly spec: Spec;
}

/** The pipeline whose directory a repo is or lies in: the one with the longest directory. */
export function holderOf<P extends { readonly directory: string }>(
  repo: string,
  pipelines: readonly P[],
): P | undefined {
  let found: P | undefined;
  for (const pipeline of pipelines) {
    // A pipeline at the project's root would otherwise own every directory of it.
    if (pipeline.directory === '' || !isWithin(repo, pipeline.directory)) continue;
    if (found === undefined || pipeline.directory.length > found.directory.length) found = pipeline;
  }
  return found;
}

/**
 * The pipelines whose results an input reads: the one that holds the repo; else those that the repo holds and that the
 * glob can match, go into, or find a directory around. A glob that is missing or cannot be read could find all of them.
 */
export function upstreamsOf<P extends { readonly directory: string }>(
  { repo, glob }: { readonly repo: string; readonly glob: string | undefined },
  pipelines: readonly P[],
): readonly P[] {
  const holder = holderOf(repo, pipelines);
  if (holder !== undefined) return [holder];
  const held = pipelines.filter(({ directory }) => directory !== '' && isWithin(directory, repo));
  if (held.length === 0 || glob === undefined) return held;
  const compiled = compileGlob(glob);
  return compiled.ok ? held.filter(({ directory }) => concernsRepo(directory, repo, compiled.glob)) : held;
}

/** Pipelines upstream first, and those that are part of, or wait on, a cycle. */
export function inOrder(pipelines: readonly PipelineSource[]): {
  readonly ordered: readonly PipelineSource[];
  readonly cyclic: readonly PipelineSource[];
} {
  const upstreams = new Map(
    pipelines.map((source) => [
      source,
      leavesOf(source.spec.input).flatMap((leaf) => upstreamsOf(leaf, pipelines)),
    ]),
  );
  const ordered: PipelineSource[] = [];
  const done = new Set<PipelineSource>();
  let waiting = [...pipelines];
  for (;;) {
    const ready = waiting.filter((source) =>
      (upstreams.get(source) ?? []).every((upstream) => done.has(upstream)),
    );
    if (ready.length === 0) return { ordered, cyclic: waiting };
    for (const pipeline of ready) {
      done.add(pipeline);
      ordered.push(pipeline);
    }
    waiting = waiting.filter((pipeline) => !done.has(pipeline));
  }
}

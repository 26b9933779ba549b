/** The order in which pipelines can be planned: each after those whose results it reads. */
import { leavesOf, type Spec } from '../spec/model.ts';
import { isWithin } from './paths.ts';

/** A pipeline as planning meets it. */
export interface PipelineSource {
  /** The spec's path, relative to the project's root. */
  readonly specPath: string;
  /** The pipeline's directory, relative to the project's root; empty for the root. */
  readonly directory: string;
  readonly spec: Spec;
}

/** The pipeline whose results a repo offers: the one with the longest directory that holds the repo. */
export function upstreamOf<P extends { readonly directory: string }>(
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

/** Pipelines upstream first, and those that are part of, or wait on, a cycle. */
export function inOrder(pipelines: readonly PipelineSource[]): {
  readonly ordered: readonly PipelineSource[];
  readonly cyclic: readonly PipelineSource[];
} {
  const ordered: PipelineSource[] = [];
  const done = new Set<PipelineSource>();
  let waiting = [...pipelines];
  for (;;) {
    const ready = waiting.filter(({ spec }) =>
      leavesOf(spec.input).every(({ repo }) => {
        const upstream = upstreamOf(repo, pipelines);
        return upstream === undefined || done.has(upstream);
      }),
    );
    if (ready.length === 0) return { ordered, cyclic: waiting };
    for (const pipeline of ready) {
      done.add(pipeline);
      ordered.push(pipeline);
    }
    waiting = waiting.filter((pipeline) => !done.has(pipeline));
  }
}

/**
 * A project on a machine that does not share its file system: one lean clone for all tasks on the machine, made by the first
 * of them, with the subdatasets that its specs need. It is a project like any other, in which jobs run in folders of
 * their own and leave results in `results/`; nothing is recorded in it.
 */
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CloneSource } from '../../plan/clone-source.ts';
import { readSources, urlRulesIn } from '../../plan/clone-source.ts';
import type { CatFile } from '../../project/cat-file.ts';
import { git } from '../../project/git.ts';
import { openProject, type Project } from '../../project/open.ts';
import { gitConfiguration } from '../../project/repository-config.ts';
import type { Again } from '../again.ts';
import type { Observer } from '../claims/holder.ts';
import { type CloneFailure, cloneDataset } from '../clones/clone-dataset.ts';
import { type ClonedDataset, cloneSubdatasets } from '../clones/clone-tree.ts';
import type { KeyStore } from '../clones/key-store.ts';
import { bringCommit, LEAN_REMOTE } from '../clones/lean-clone.ts';
import { type Planning, planCommit } from '../planner.ts';
import { stateOf } from '../state.ts';

/** The folder of clones, in that of the machine. */
export const PROJECTS = 'projects';

/** What is to be there. */
export interface DetachedRequest {
  /** A folder on the machine's own disk that all tasks on it use. */
  readonly scratch: string;
  /** Where the project can be cloned from, in the order in which that is tried: whatever `minipach clone` takes. */
  readonly sources: readonly string[];
  /** The commit whose jobs are run, which the sources have. */
  readonly commit: string;
  readonly signal: AbortSignal;
}

/** The project, or why it cannot be had, in sentences. */
export type DetachedResult =
  | { readonly ok: true; readonly project: Project }
  | { readonly ok: false; readonly reason: 'bad-source' | 'no-clone' | 'stopped'; readonly message: string };

/** Opens the machine's clone of a project, which is made, or brought to the commit, where it has to be. */
export async function openDetached(request: DetachedRequest, keys: KeyStore): Promise<DetachedResult> {
  const { scratch, commit, signal } = request;
  const rules = urlRulesIn(await gitConfiguration(scratch));
  const sources: CloneSource[] = [];
  for (const read of request.sources.flatMap((text) => readSources(text, rules))) {
    if (!read.ok) return { ok: false, reason: 'bad-source', message: read.message };
    sources.push(read.source);
  }
  const root = join(scratch, PROJECTS, hash('sha256', sources[0]?.url ?? '').slice(0, 16));
  const failures = await keys.alone(`project ${root}`, signal, () => make(root, sources, request));
  if (failures === undefined) return { ok: false, reason: 'stopped', message: 'It was stopped.' };
  if (failures.length > 0) {
    const all = failures.map(({ source, message }) => `${source}: ${message}`).join('; ');
    return {
      ok: false,
      reason: 'no-clone',
      message: `The project could not be cloned to ${root}, at commit ${commit}: ${all.replace(/\.?$/, '.')}`,
    };
  }
  const opened = await openProject(root);
  if (!opened.ok) return { ok: false, reason: 'no-clone', message: opened.problem.message };
  // Another task may have brought it to another commit since.
  return { ok: true, project: { ...opened.project, head: commit, branch: undefined } };
}

async function make(
  root: string,
  sources: readonly CloneSource[],
  { commit, signal }: DetachedRequest,
): Promise<readonly Omit<CloneFailure, 'reason'>[]> {
  if (existsSync(join(root, '.git'))) {
    const kept = `refs/remotes/${LEAN_REMOTE}/at/${commit}`;
    if ((await git(root, ['rev-parse', '-q', '--verify', kept])).ok) return [];
    const problem = await bringCommit(root, commit, signal);
    return problem === undefined ? [] : [{ source: LEAN_REMOTE, ...problem }];
  }
  const outcome = await cloneDataset({
    sources,
    destination: root,
    beside: dirname(root),
    commit,
    cwd: dirname(root),
    isPrivate: true,
    isLean: true,
    signal,
  });
  return outcome.cloned === undefined ? outcome.failures : [];
}

/** What planning the clone takes. */
export interface DetachedMeans {
  readonly project: Project;
  readonly keys: KeyStore;
  readonly observer: Observer;
  readonly objects: CatFile;
  readonly signal: AbortSignal;
  /** Subdatasets that are needed besides what specs show, such as those that hold pipelines. */
  readonly subdatasets: readonly string[];
  /** What is computed again. */
  readonly again?: Again;
}

/** Plans the commit, once the subdatasets that it takes are here. Those that cannot be had are told of, and block what needs them. */
export async function planDetached(
  means: DetachedMeans,
): Promise<{ readonly planning: Planning; readonly failed: readonly ClonedDataset[] }> {
  const { project, keys, observer, objects, signal, again } = means;
  const failed = new Map<string, ClonedDataset>();
  const tried = new Set<string>();
  for (;;) {
    const planning = await planCommit(
      project,
      stateOf(project),
      observer,
      objects,
      project.head,
      again?.wish,
    );
    const lacking = planning.index.subdatasets.filter(
      ({ path, state }) =>
        state === 'absent' ||
        state === 'outdated' ||
        (state === 'unread' &&
          means.subdatasets.includes(path) &&
          !existsSync(join(project.root, path, '.git'))),
    );
    // Each once as it is absent, and once as it lacks its commit.
    const wanted = lacking.filter(({ path, state }) => !tried.has(`${state} ${path}`));
    for (const { path, state } of wanted) tried.add(`${state} ${path}`);
    if (wanted.length === 0 || signal.aborted) return { planning, failed: [...failed.values()] };
    await keys.alone(`project ${project.root}`, signal, async () => {
      const report = (dataset: ClonedDataset): void => {
        if (dataset.state === 'failed') failed.set(dataset.path, dataset);
      };
      for (const { path, commit, state } of wanted) {
        const root = join(project.root, path);
        if (state !== 'outdated') continue;
        const problem = await bringCommit(root, commit, signal);
        if (problem === undefined) continue;
        const failures = [{ source: LEAN_REMOTE, ...problem }];
        report({ path: root, state: 'failed', source: null, commit: null, failures, notes: [] });
      }
      await cloneSubdatasets({
        destination: project.root,
        recursive: false,
        wanted: wanted.filter(({ state }) => state !== 'outdated').map(({ path }) => path),
        store: undefined,
        isPrivate: true,
        isLean: true,
        jobs: 4,
        signal,
        report,
      });
    });
  }
}

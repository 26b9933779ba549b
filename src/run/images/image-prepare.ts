/**
 * One image made ready for all jobs that run in it: by one process, under the image's lock, while others wait and see how
 * far it is. A lock is a claim like that of a job, so that a dead holder's is broken by the same rule.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Image, ImageResolution } from '../../plan/images.ts';
import type { RunEventBody } from '../../plan/run-event.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { type AbsentContent, absentContent, contentPath, isPresent } from '../../project/annex-content.ts';
import { fetchWarnings } from '../../project/annex-sources.ts';
import type { Project } from '../../project/open.ts';
import { findProgram } from '../../project/programs.ts';
import { isPromised } from '../../project/verify-key.ts';
import { releaseClaim, takeClaim } from '../claims/claim.ts';
import type { Holder, HolderFacts, Observer } from '../claims/holder.ts';
import { endJobsIn, JOB_VARIABLE } from '../job-processes.ts';
import type { State } from '../state.ts';
import type { Workspaces } from '../workspace.ts';
import { containerKind, isDirectoryImage, registrationProblem } from './container-line.ts';
import type { ContainerKind } from './container-setting.ts';
import { bringEngineImage, hasEngineImage } from './engine-images.ts';
import { fetchFromCandidates } from './image-candidates.ts';
import { fetchImage, fetchProgress, type ImageFetchOptions, lackOfRoom } from './image-fetch.ts';
import { digestOf, imageTarget, isStored, storeImage } from './image-store.ts';
import { markVerified, unverified } from './image-verified.ts';

/** Milliseconds between two looks at whether it is our turn. */
const INTERVAL = 50;

/** The same where each look asks a container engine. */
const ENGINE_INTERVAL = 1000;

/** Milliseconds between two events that tell how far a fetch is. */
const TELLING = 500;

/** What making images ready takes. */
export interface ImageMeans {
  readonly project: Project;
  readonly state: State;
  readonly holder: Holder;
  readonly observer: Observer;
  readonly workspaces: Workspaces;
  /** Jobs run on other machines, which have the programs that run images, and container engines of their own. */
  readonly isElsewhere?: boolean;
  readonly emit: (event: RunEventBody) => void;
}

/** An image by its name, with the tree that its files are in. */
export interface WantedImage {
  readonly name: string;
  readonly resolution: Extract<ImageResolution, { image: Image }>;
  readonly index: TreeIndex;
}

/** Makes an image ready. Returns why it cannot be used, in sentences; nothing when it can, or when it was stopped. */
export async function prepareImage(
  means: ImageMeans,
  wanted: WantedImage,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { isElsewhere } = means;
  const unfit = cannotRun(wanted, isElsewhere);
  if (unfit !== undefined) return unfit;
  if (isElsewhere === true && containerKind(wanted.resolution) === 'engine') return undefined;
  const { state, holder, observer } = means;
  const lock = digestOf(wanted.resolution.image);
  const telling = new Telling(means, wanted);
  while (!signal.aborted) {
    if (await isReady(means, wanted)) return telling.end();
    const taken = takeClaim(state.fetching, lock, holder, observer);
    if (taken.ok) {
      const clock = setInterval(() => telling.tell(), TELLING);
      try {
        telling.tell();
        const problem = await bring(means, wanted, signal);
        if (problem !== undefined) return problem;
      } finally {
        clearInterval(clock);
        releaseClaim(taken.claim, holder);
      }
      continue;
    }
    telling.tell(taken.holder);
    await delay(wanted.resolution.image.reference === undefined ? INTERVAL : ENGINE_INTERVAL);
  }
  return undefined;
}

/** Why an image cannot be run whether it is present or not, in a sentence; on another machine only what that will not mend. */
export function cannotRun(
  { name, resolution }: Pick<WantedImage, 'name' | 'resolution'>,
  isElsewhere = false,
): string | undefined {
  const kind = containerKind(resolution);
  const problem = kind === 'registered' ? registrationProblem(resolution.image) : undefined;
  if (problem !== undefined) return `The container \`${name}\` cannot be run. ${problem}`;
  const lacking = kind === 'charliecloud' ? mountPointsLacking(resolution.image) : [];
  if (lacking.length > 0)
    return `The image \`${name}\` has no ${lacking.join(', ')}, which Charliecloud mounts over, because git keeps no empty directories: commit a file in each, such as \`.keep\`.`;
  const programs = programsOf(kind, resolution.image);
  if (isElsewhere || programs.length === 0 || programs.some((program) => findProgram(program) !== undefined))
    return undefined;
  return `The image \`${name}\` is run by ${programs.join(' or ')}, which is not installed here: install it, then run again (\`minipach doctor\` says how).`;
}

/** Any of these runs an image; of a registered line, what it begins with, where that is plainly a program. */
function programsOf(kind: ContainerKind, { cmdexec = '' }: Image): readonly string[] {
  if (kind === 'registered') return /^\s*([\w.+-]+)(?=\s)/.exec(cmdexec)?.slice(1) ?? [];
  return {
    singularity: ['apptainer', 'singularity'],
    charliecloud: ['ch-run'],
    engine: ['docker', 'podman'],
  }[kind];
}

/** What an image directory must have and has not; a file shows its own only when it is mounted. */
function mountPointsLacking(image: Image): readonly string[] {
  if (!isDirectoryImage(image)) return [];
  const has = (name: string): boolean =>
    image.files.some(({ path }) => path.startsWith(`${image.place}/${name}/`));
  return ['dev', 'mnt', 'proc', 'sys'].filter((name) => !has(name)).map((name) => `/${name}`);
}

/** Whether jobs can start: everything is here, and was found to be what it should be. */
async function isReady(means: ImageMeans, wanted: WantedImage): Promise<boolean> {
  const { image } = wanted.resolution;
  if (image.reference !== undefined) return hasEngineImage(image.reference, means.project.root);
  if (absentOf(means, wanted).length > 0) return false;
  return (
    unverified(means, wanted.index, wanted.resolution.image).length === 0 && isStored(targetOf(means, wanted))
  );
}

async function bring(
  means: ImageMeans,
  wanted: WantedImage,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { project, state, holder, workspaces } = means;
  const { name, index, resolution } = wanted;
  const { image } = resolution;
  if (image.reference !== undefined) return bringEngineImage(image.reference, project.root, signal);
  const absent = absentOf(means, wanted);
  if (absent.length > 0) {
    const full = lackOfRoom(absent, name);
    if (full !== undefined) return full;
    // Its process is in the folder of our workspaces: whoever breaks this lock ends it first.
    const folder = join(state.workspaces, holder.facts.token, 'fetch');
    const env = { [JOB_VARIABLE]: folder };
    const fetching = fetchAnywhere(means, wanted, absent, { signal, env });
    // Asking takes about as long as starting to fetch, and many may be starting now.
    await Promise.race([fetching, delay(TELLING)]);
    const [problem] = await Promise.all([fetching, warn(means, absent)]);
    if (signal.aborted) {
      // What git-annex has started outlives it, and would write beside the next one.
      endJobsIn(folder);
      return undefined;
    }
    if (problem !== undefined)
      return `The image \`${name}\` could not be fetched: ${problem.replace(/\.?$/, '.')}`;
    // git-annex has just read and verified all of it.
    for (const { dataset, keys } of absent)
      for (const key of keys) markVerified(state, key, contentPath(dataset, key));
  }
  for (const { key, path, file } of unverified(means, wanted.index, wanted.resolution.image)) {
    if (!(await isPromised(key, path)))
      return `The image \`${name}\` is damaged: the annexed content of ${file} is not what its key ${key} promises; run \`git annex fsck --key=${key}\` in its dataset, which puts it aside, then run again.`;
    markVerified(state, key, path);
  }
  const target = targetOf(means, wanted);
  if (target === undefined || isStored(target)) return undefined;
  return storeImage(project, workspaces, index, image, target);
}

/**
 * From the remotes of each dataset; of a subdataset, where they do not have it at once, also from where else that can be cloned
 * from, before its remotes are asked again.
 */
async function fetchAnywhere(
  { project, holder, state }: ImageMeans,
  { index, resolution }: WantedImage,
  absent: readonly AbsentContent[],
  options: ImageFetchOptions,
): Promise<string | undefined> {
  const inside = absent.flatMap((content) => {
    const file = resolution.image.files.find(({ path }) => content.paths.includes(path));
    return file?.dataset === undefined ? [] : [{ absent: content, subdataset: file.dataset }];
  });
  if (inside.length === 0) return fetchImage(absent, options);
  if ((await fetchImage(absent, { ...options, rounds: 1 })) === undefined) return undefined;
  const folder = join(state.workspaces, holder.facts.token);
  const said: string[] = [];
  for (const one of inside)
    said.push(...(await fetchFromCandidates({ ...one, root: project.root, index, folder }, options)));
  if (absent.every(({ dataset, keys }) => keys.every((key) => isPresent(dataset, key)))) return undefined;
  const problem = await fetchImage(absent, options);
  return problem === undefined ? undefined : [problem, ...said].join(' ');
}

/** Says what may make fetching fail; nothing waits for that. */
async function warn({ emit }: ImageMeans, absent: readonly AbsentContent[]): Promise<void> {
  const roots = new Set(absent.map(({ dataset }) => dataset.root));
  for (const message of (await Promise.all([...roots].map(fetchWarnings))).flat())
    emit({ event: 'message', severity: 'warning', message });
}

function targetOf({ project, state }: ImageMeans, { index, resolution }: WantedImage): string | undefined {
  return imageTarget(project, state, index, resolution.image);
}

function absentOf({ project }: ImageMeans, { index, resolution }: WantedImage): readonly AbsentContent[] {
  return absentContent(project, index, resolution.image.files);
}

/** Tells how far it is, no more often than anybody would read it. */
class Telling {
  readonly #means: ImageMeans;
  readonly #name: string;
  readonly #absent: readonly AbsentContent[];
  #last = Number.NEGATIVE_INFINITY;
  #told = '';

  constructor(means: ImageMeans, wanted: WantedImage) {
    this.#means = means;
    this.#name = wanted.name;
    this.#absent = absentOf(means, wanted);
  }

  /** @param holder - Who else makes it ready; absent where this runner does. */
  tell(holder?: HolderFacts): void {
    if (performance.now() - this.#last < TELLING / 2) return;
    this.#last = performance.now();
    const progress = fetchProgress(this.#absent);
    const by = holder === undefined ? null : { host: holder.host, pid: holder.pid, run: holder.run };
    const text = JSON.stringify({ progress, by });
    if (text === this.#told) return;
    this.#told = text;
    this.#means.emit({ event: 'image-fetching', image: this.#name, ...progress, by });
  }

  end(): undefined {
    if (this.#told !== '') this.#means.emit({ event: 'image-ready', image: this.#name });
  }
}

/**
 * Handing results back from a detached project to the store that it was cloned from. A job's result is staged in the
 * detached project like any other, and stays so until the store has it: killed at any step, the next task on the machine
 * goes on with what it finds there.
 *
 * 1. What belongs into the annex goes into that of the detached project: git-annex gives it the same key each time.
 * 2. The content is sent to the store; what is there is not sent again.
 * 3. A commit of each result is made on a ref here; the same result makes the same commit.
 * 4. The refs are pushed. From here on the project can take the results in. A ref that is there already is that of an
 *    equal job, whose result is as good.
 * 5. A mark says that the run has this job's result, so that no other task of it computes it again; then the staged
 *    result goes, then the refs here.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { joinPaths } from '../../plan/paths.ts';
import { annexLink } from '../../project/annex.ts';
import { git } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { wordsOf } from '../../project/words-of.ts';
import { clearFailure, failedJobs } from '../failures.ts';
import { jobLog } from '../job-outcome.ts';
import { importLoneCommits, type LoneCommit, type NewFile } from '../recording/fast-import.ts';
import { Ingest, type PlacedFile } from '../recording/ingest.ts';
import { storeFiles } from '../recording/large-files.ts';
import { leftFiles, plainContent } from '../result-files.ts';
import { dropStaged, type StagedResult, stagedResults } from '../staging.ts';
import { type State, shard } from '../state.ts';
import { DESCRIPTION, FAILURE_REFS, LOG, OUTPUT, RESULT_REFS, writeDescription } from './description.ts';
import { contentTarget, sendContent } from './send-content.ts';

/** Bytes of a file up to which it is held in memory. */
const LARGE = 65_536;

/** Who makes the commits, always at the same time: nobody reads that, and equal results are equal commits. */
const IDENTITY = 'Minipach <minipach@localhost> 0 +0000';

/** What handing back takes. */
export interface HandBackMeans {
  /** The detached project, at the commit whose attributes say what is annexed. */
  readonly project: Project;
  readonly state: State;
  /** A folder of ours in it. */
  readonly folder: string;
  /** The remote that is the store. */
  readonly remote: string;
  /** The name of the run that results are handed back to. */
  readonly run: string;
  readonly signal: AbortSignal;
}

/** A result that is ready to be sent. */
interface Packed {
  readonly staged: StagedResult;
  readonly files: readonly NewFile[];
  readonly keys: readonly string[];
}

/** Whether the store has got what came of a job, be it a result or a failure, by a task of a run on this machine. */
export function isHandedBack(state: State, run: string, job: string): boolean {
  return existsSync(markOf(state, run, job));
}

/**
 * Hands back everything that waits. No two may do so at a time in one detached project.
 * @returns Why some waits for the next try, in sentences.
 */
export async function handBack(means: HandBackMeans): Promise<readonly string[]> {
  const { project, state, remote, signal } = means;
  const problems: string[] = [];
  const packed: Packed[] = [];
  mkdirSync(means.folder, { recursive: true });
  const ingest = new Ingest(project, means.folder, project.head);
  try {
    for (const staged of stagedResults(state)) {
      const pack = await packResult(means, ingest, staged);
      if (typeof pack === 'string') problems.push(`The result of ${staged.facts.datum} waits: ${pack}`);
      else packed.push(pack);
    }
  } finally {
    await ingest.end();
  }
  const keys = [...new Set(packed.flatMap((one) => one.keys))];
  const target = keys.length === 0 ? undefined : await contentTarget(project.root, remote);
  const unsent = typeof target === 'object' ? await sendContent(project.root, target, keys, signal) : target;
  if (unsent !== undefined) problems.push(`Content waits to be handed back: ${unsent}`);
  const ready = packed.filter((one) => one.keys.length === 0 || unsent === undefined);
  const failures = failedJobs(state);
  const logs = await storeLogs(means, [
    ...ready.map(({ staged }) => staged.facts.job),
    ...failures.map(({ job }) => job),
  ]);
  const commits: LoneCommit[] = ready.map(({ staged, files, keys: own }) => ({
    ref: `${RESULT_REFS}${staged.facts.job}`,
    message: `Result of ${staged.facts.pipeline}: ${staged.facts.datum}`,
    files: [
      ...files,
      ...logFile(logs.get(staged.facts.job)),
      described({
        result: staged.facts,
        ...(typeof target === 'object' && own.length > 0
          ? { content: { keys: own, uuid: target.uuid } }
          : {}),
      }),
    ],
  }));
  for (const failure of failures)
    commits.push({
      ref: `${FAILURE_REFS}${failure.job}`,
      message: `Failure of ${failure.pipeline}: ${failure.datum}`,
      files: [...logFile(logs.get(failure.job)), described({ failure })],
    });
  if (commits.length === 0 || signal.aborted) return problems;
  await importLoneCommits(project.root, IDENTITY, commits);
  const refused = await push(
    means,
    commits.map(({ ref }) => ref),
  );
  if (refused.size > 0) problems.push([...refused.values()][0] ?? '');
  for (const { staged } of ready) {
    if (refused.has(`${RESULT_REFS}${staged.facts.job}`)) continue;
    mark(means, staged.facts.job);
    dropStaged(state, staged);
  }
  for (const { job } of failures) {
    if (refused.has(`${FAILURE_REFS}${job}`)) continue;
    mark(means, job);
    clearFailure(state, job);
  }
  const gone = commits.map(({ ref }) => `delete ${ref}\n`).join('');
  await git(project.root, ['update-ref', '--stdin'], { input: gone });
  return problems;
}

/**
 * Takes in what the store has of jobs, by another start of the task on another machine: it is not computed again.
 * Where the store does not answer, it is.
 */
export async function noteHandedBack(
  { project, state, remote, run, signal }: Omit<HandBackMeans, 'folder'>,
  jobs: readonly string[],
): Promise<void> {
  const asked = await git(project.root, ['ls-remote', remote, `${RESULT_REFS}*`], { signal });
  const there = new Set(asked.stdout.toString('utf8').match(/[^/\s]+$/gm));
  for (const job of jobs) if (there.has(job)) mark({ state, run }, job);
}

function mark({ state, run }: Pick<HandBackMeans, 'state' | 'run'>, job: string): void {
  const path = markOf(state, run, job);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}

function markOf(state: State, run: string, job: string): string {
  return shard(join(state.runs, run, 'handed-back'), job);
}

/** A result as files of a commit; or why it cannot be one, in a sentence. */
async function packResult(
  { project }: HandBackMeans,
  ingest: Ingest,
  staged: StagedResult,
): Promise<Packed | string> {
  const left = leftFiles(staged.output);
  if (!left.ok) return left.message;
  const { output = '' } = staged.facts;
  const placed = left.files.map((file): PlacedFile => ({ file, target: joinPaths(output, file.name) }));
  const large = await ingest.takeLarge(placed);
  const keys = new Set<string>();
  const files: NewFile[] = [];
  const stored: PlacedFile[] = [];
  for (const one of placed) {
    const { file, target } = one;
    const path = `${OUTPUT}${file.name}`;
    const taken = large.get(one);
    if (typeof taken === 'string') return taken;
    const key = taken?.entry.annexKey;
    if (key !== undefined) {
      keys.add(key);
      // Whether it is locked is decided where it is recorded.
      files.push({ path, mode: '120000', content: Buffer.from(annexLink(target, key)) });
    } else if (file.size > LARGE) stored.push(one);
    else {
      const { mode, content = Buffer.alloc(0) } = plainContent(file, 'sha1');
      files.push({ path, mode, content });
    }
  }
  const ids = await storeRaw(
    project.root,
    stored.map(({ file }) => file.path),
  );
  for (const [position, { file }] of stored.entries())
    files.push({
      path: `${OUTPUT}${file.name}`,
      mode: file.type === 'executable' ? '100755' : '100644',
      blob: ids[position] ?? '',
    });
  return { staged, files, keys: [...keys] };
}

/** As they are: filters are for where they are recorded. */
async function storeRaw(root: string, paths: readonly string[]): Promise<readonly string[]> {
  return paths.length === 0 ? [] : storeFiles(root, paths, { before: [], after: ['--no-filters'] });
}

async function storeLogs(
  { project, state }: HandBackMeans,
  jobs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const logged = jobs.filter((job) => existsSync(jobLog(state, job)));
  const ids = await storeRaw(
    project.root,
    logged.map((job) => jobLog(state, job)),
  );
  return new Map(logged.map((job, position) => [job, ids[position] ?? '']));
}

function logFile(blob: string | undefined): readonly NewFile[] {
  return blob === undefined ? [] : [{ path: LOG, mode: '100644', blob }];
}

function described(said: Parameters<typeof writeDescription>[0]): NewFile {
  return { path: DESCRIPTION, mode: '100644', content: writeDescription(said) };
}

/**
 * Pushes refs, each for itself.
 * @returns Those that the store has not got, with what was said.
 */
async function push(
  { project, remote, signal }: HandBackMeans,
  refs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  // Of a failure the latest counts; a result is as good as one that is there.
  const specs = refs.map((ref) => `${ref.startsWith(FAILURE_REFS) ? '+' : ''}${ref}:${ref}`);
  const pushed = await git(project.root, ['push', '--porcelain', '--no-verify', remote, ...specs], {
    signal,
  });
  const answers = new Map(
    pushed.stdout
      .toString('utf8')
      .split('\n')
      .flatMap((line) => {
        const [, flag = '', ref, said = ''] = /^(.)\t[^:]*:(\S+)\t(.*)$/.exec(line) ?? [];
        return ref === undefined ? [] : [[ref, { flag, said }] as const];
      }),
  );
  const refused = new Map<string, string>();
  for (const ref of refs) {
    const { flag, said = wordsOf(pushed.stderr) } = answers.get(ref) ?? {};
    const isThere = flag !== undefined && (flag !== '!' || /\[rejected\]/.test(said));
    if (!isThere) refused.set(ref, `Results could not be pushed to ${remote}: ${said.replace(/\.?$/, '.')}`);
  }
  return refused;
}

/**
 * Taking in what detached projects have handed back to a store: each result becomes one that is staged, as if its job had
 * run here, and is recorded like any other.
 *
 * 1. The refs are fetched; their commits are whole.
 * 2. git-annex is told where the content is, before any commit can name it.
 * 3. Each result is laid out in a folder that nobody looks into, and renamed among those that wait.
 * 4. Only then the refs go from the store, if they still are what was taken. Killed before, the same is taken in once more: as
 *    a result that waits already, or one that history has, which the next recorder throws away.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shownName } from '../../plan/shown-name.ts';
import type { CatFile } from '../../project/cat-file.ts';
import { git, gitLines } from '../../project/git.ts';
import type { Project } from '../../project/open.ts';
import { repositoryOptions } from '../../project/repository.ts';
import { textOf } from '../../project/small-file.ts';
import { wordsOf } from '../../project/words-of.ts';
import { writeFailure } from '../failures.ts';
import { removeTree } from '../housekeeping/trash.ts';
import { jobLog } from '../job-outcome.ts';
import { listed } from '../listed.ts';
import { isGitName } from '../recording/git-names.ts';
import { isStaged, stageReady } from '../staging.ts';
import type { State } from '../state.ts';
import {
  DESCRIPTION,
  type Description,
  FAILURE_REFS,
  LOG,
  OUTPUT,
  RESULT_REFS,
  readDescription,
} from './description.ts';

/** Where fetched refs are until they are taken in. */
const INCOMING = 'refs/minipach/incoming/';

/** Bytes up to which a file is read through the helper; others are written by git itself. */
const SMALL = 65_536;

/** What taking in takes. */
export interface TakeMeans {
  readonly project: Project;
  readonly state: State;
  /** A folder of ours among the workspaces. */
  readonly folder: string;
  readonly objects: CatFile;
  /** The remote that is the store; `.` for what was pushed to this project itself. */
  readonly remote: string;
  readonly signal: AbortSignal;
  /** What is left in the store for a task that may be started anew; all goes from there where this is absent. */
  readonly kept?: KeptResults;
}

/** Results that were taken in and are left in the store: by them a task that is started anew on another machine knows what is done. */
export interface KeptResults {
  readonly keeps: (job: string) => boolean;
  /** The commit of each, by its ref in the store. */
  readonly commits: Map<string, string>;
}

/** What came. */
export interface Taken {
  /** The jobs whose results wait here now. */
  readonly results: readonly string[];
  /** The jobs that have failed. */
  readonly failures: readonly string[];
  /** What could not be done, in sentences; it is done another time. */
  readonly problems: readonly string[];
}

/** Something that was handed back. */
interface Incoming {
  /** In the store. */
  readonly ref: string;
  readonly commit: string;
  readonly description: Description;
}

const NOTHING: Taken = { results: [], failures: [], problems: [] };

/** Whether something was handed back to the project itself: no process in the usual case. */
export function hasIncoming({ commonDirectory }: Pick<Project, 'commonDirectory'>): boolean {
  return [RESULT_REFS, FAILURE_REFS].some(
    (refs) =>
      listed(join(commonDirectory, refs)).length > 0 ||
      textOf(join(commonDirectory, 'packed-refs')).includes(` ${refs}`),
  );
}

/** Takes in all that is there. Programs that do so at a time do it twice, to no harm. */
export async function takeResults(means: TakeMeans): Promise<Taken> {
  const { project, state, remote, signal, kept } = means;
  const asked = await git(project.root, ['ls-remote', remote, `${RESULT_REFS}*`, `${FAILURE_REFS}*`], {
    signal,
  });
  if (!asked.ok)
    return { ...NOTHING, problems: [`${remote} could not be asked for results: ${wordsOf(asked.stderr)}`] };
  const refs = asked.stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, commit, ref = ''] = /^(\w+)\t(.+)$/.exec(line) ?? [];
      return commit === undefined || kept?.commits.get(ref) === commit ? [] : [ref];
    });
  if (refs.length === 0) return NOTHING;
  const specs = refs.map((ref) => `+${ref}:${incoming(ref)}`);
  const fetched = await git(
    project.root,
    ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', remote, ...specs],
    {
      signal,
    },
  );
  if (!fetched.ok)
    return {
      ...NOTHING,
      problems: [`Results could not be fetched from ${remote}: ${wordsOf(fetched.stderr)}`],
    };
  const problems: string[] = [];
  const found = await readIncoming(means, refs, problems);
  const unnoted = await noteContent(project.root, found);
  if (unnoted !== undefined) return { ...NOTHING, problems: [...problems, unnoted] };
  const results: string[] = [];
  const failures: string[] = [];
  for (const one of found) {
    if (signal.aborted) break;
    const { result, failure } = one.description;
    const job = result?.job ?? failure?.job ?? '';
    if (result !== undefined && isStaged(state, job)) continue;
    const ready = join(means.folder, one.commit);
    const problem = await layOut(means, one, ready);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    moveLog(state, ready, job);
    if (result !== undefined) {
      stageReady(state, ready, result);
      results.push(job);
    } else if (failure !== undefined) {
      writeFailure(state, failure);
      failures.push(job);
    }
  }
  const done = found.filter(({ description: { result, failure } }) =>
    result === undefined ? failures.includes(failure?.job ?? '') : isStaged(state, result.job),
  );
  const isKept = ({ description: { result } }: Incoming): boolean =>
    result !== undefined && kept?.keeps(result.job) === true;
  for (const one of done.filter(isKept)) kept?.commits.set(one.ref, one.commit);
  problems.push(
    ...(await forget(
      means,
      done.filter((one) => !isKept(one)),
    )),
  );
  removeTree(means.folder);
  return { results, failures, problems };
}

async function readIncoming(
  { project, objects, remote }: TakeMeans,
  refs: readonly string[],
  problems: string[],
): Promise<Incoming[]> {
  const format = '--format=%(objectname) %(refname)';
  const commits = new Map(
    (await gitLines(project.root, ['for-each-ref', format, INCOMING])).map((line) => {
      const end = line.indexOf(' ');
      return [line.slice(end + 1), line.slice(0, end)];
    }),
  );
  const found = await Promise.all(
    refs.map(async (ref): Promise<Incoming | undefined> => {
      const commit = commits.get(incoming(ref)) ?? '';
      const description = readDescription((await objects.read(`${commit}:${DESCRIPTION}`))?.content);
      const key = description?.result?.job ?? description?.failure?.job;
      // A key decides where things are written, and must be the one that the ref has.
      if (description !== undefined && key !== undefined && ref.endsWith(`/${key}`))
        return { ref, commit, description };
      problems.push(
        `${ref} in ${remote} cannot be read: install the Minipach that has made it, or remove it with \`git push ${remote} --delete ${ref}\`.`,
      );
      return undefined;
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** One process for all keys. */
async function noteContent(root: string, found: readonly Incoming[]): Promise<string | undefined> {
  const lines = found.flatMap(({ description: { content } }) =>
    content === undefined ? [] : content.keys.map((key) => `${key} ${content.uuid} 1\n`),
  );
  if (lines.length === 0) return undefined;
  const noted = await git(root, ['annex', 'setpresentkey', '--batch'], { input: lines.join('') });
  return noted.ok
    ? undefined
    : `git-annex could not note where the content of results is: ${wordsOf(noted.stderr)}`;
}

/** Lays out what a job has left as it will lie among the results that wait. Returns what is wrong with it, in a sentence. */
async function layOut(
  { project, objects }: TakeMeans,
  { ref, commit }: Incoming,
  ready: string,
): Promise<string | undefined> {
  removeTree(ready);
  mkdirSync(join(ready, OUTPUT), { recursive: true });
  const tree = await git(project.root, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit], {
    large: true,
  });
  for (const line of tree.stdout.toString('utf8').split('\0')) {
    const [, mode, blob = '', size = '', path = ''] = /^(\d{6}) blob (\w+) +(\d+)\t(.*)$/s.exec(line) ?? [];
    if (mode === undefined || (path !== LOG && !path.startsWith(OUTPUT))) continue;
    // git makes no such trees, but somebody could.
    if (path.split('/').some((part) => part === '..' || isGitName(part)))
      return `${ref} holds what no result can hold: ${shownName(path)}.`;
    const place = join(ready, path);
    mkdirSync(dirname(place), { recursive: true });
    if (mode !== '120000' && Number(size) > SMALL) {
      // git writes it, and names the file.
      const made = await git(ready, [...repositoryOptions(project.commonDirectory), 'unpack-file', blob]);
      renameSync(join(project.commonDirectory, made.stdout.toString('utf8').trim()), place);
    } else {
      const content = (await objects.read(blob))?.content ?? Buffer.alloc(0);
      if (mode === '120000') symlinkSync(content, place);
      else writeFileSync(place, content);
    }
    if (mode === '100755') chmodSync(place, 0o755);
  }
  return undefined;
}

function moveLog(state: State, ready: string, job: string): void {
  if (!existsSync(join(ready, LOG))) return;
  const path = jobLog(state, job);
  mkdirSync(dirname(path), { recursive: true });
  renameSync(join(ready, LOG), path);
}

/** Removes from the store what was taken in and left there. Returns what could not be done, in sentences. */
export function forgetKept(
  means: Pick<TakeMeans, 'project' | 'remote'>,
  { commits }: KeptResults,
  jobs: Iterable<string>,
): Promise<string[]> {
  const done = [...jobs].flatMap((job) => {
    const ref = `${RESULT_REFS}${job}`;
    const commit = commits.get(ref);
    commits.delete(ref);
    return commit === undefined ? [] : [{ ref, commit }];
  });
  return forget(means, done);
}

/** Removes from the store what was taken in, and here what was fetched. */
async function forget(
  { project, remote }: Pick<TakeMeans, 'project' | 'remote'>,
  done: readonly Pick<Incoming, 'ref' | 'commit'>[],
): Promise<string[]> {
  if (done.length === 0) return [];
  const leases = done.map(({ ref, commit }) => `--force-with-lease=${ref}:${commit}`);
  const removed = await git(project.root, [
    ...['push', '--quiet', '--no-verify', ...leases, remote],
    ...done.map(({ ref }) => `:${ref}`),
  ]);
  const gone = done.map(({ ref }) => `delete ${incoming(ref)}\n`).join('');
  await git(project.root, ['update-ref', '--stdin'], { input: gone });
  return removed.ok
    ? []
    : [
        `What was taken in could not be removed from ${remote}, and is looked at again next time: ${wordsOf(removed.stderr)}`,
      ];
}

function incoming(ref: string): string {
  return INCOMING + ref.slice('refs/minipach/'.length);
}

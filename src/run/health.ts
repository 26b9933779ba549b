/** How a project is: what a run would refuse, what is in the way of one, and what earlier runs have left. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shownWord } from '../plan/shown-name.ts';
import { sourceProblems } from '../project/annex-sources.ts';
import { git, gitLine } from '../project/git.ts';
import type { Project } from '../project/open.ts';
import { type Observer, readHolder } from './claims/holder.ts';
import { error, type HealthCheck, ok, warning } from './health-check.ts';
import { listed } from './listed.ts';
import { liveRuns } from './observe.ts';
import { probeFileSystem } from './probe.ts';
import { stagedResults } from './staging.ts';
import { formatProblem, type State } from './state.ts';

/** Bytes below which a full disk is near. */
const LITTLE_SPACE = 1e9;

/** Milliseconds after which a lock of git's is taken for a forgotten one: as long as a run waits for it. */
const OLD_LOCK = 60_000;

/** Subdatasets that are named before the rest is only counted. */
const NAMED = 3;

/** Looks at a project; writes nothing that stays. */
export async function examineProject(
  project: Project,
  state: State,
  observer: Observer,
): Promise<HealthCheck[]> {
  const [identity, annex, sources, shared, subdatasets] = await Promise.all([
    gitLine(project.root, ['var', 'GIT_COMMITTER_IDENT']),
    annexCheck(project),
    sourceChecks(project),
    gitLine(project.root, ['config', 'core.sharedRepository']),
    subdatasetCheck(project),
  ]);
  const format = formatProblem(state);
  return [
    branchCheck(project),
    ...(project.shallow ? [SHALLOW] : []),
    identity === undefined
      ? error('identity', 'git does not know who you are, and results are commits.', IDENTITY)
      : ok('identity', `Results are committed by ${identity.replace(/ \d+ \S+$/, '')}.`),
    ...annex,
    ...sources,
    ...(shared === undefined ? [] : [ok('sharing', `core.sharedRepository is ${shared}.`)]),
    ...(format === undefined ? [] : [error('state', format.message)]),
    ...spaceChecks(project),
    ...runChecks(state, observer),
    ...lockChecks(project, observer),
    ...subdatasets,
  ];
}

const SHALLOW = error(
  'history',
  'This is a shallow clone: what was computed before its oldest commit is not known, and `run` goes on only with --force.',
  'git fetch --unshallow',
);

const IDENTITY =
  'git config --global user.name "Your Name" && git config --global user.email you@example.org';

function branchCheck({ branch, root }: Project): HealthCheck {
  if (branch === undefined)
    return error(
      'branch',
      `${root} has a detached HEAD, and results are committed on a branch.`,
      'git switch -c results',
    );
  const name = branch.replace('refs/heads/', '');
  if (name.startsWith('adjusted/'))
    return warning(
      'branch',
      `${name} is an adjusted branch of git-annex: results are recorded on it, and reach the branch behind it when git-annex propagates them.`,
      'git annex sync --no-pull --no-push',
    );
  return ok('branch', `Results are recorded on ${name}.`);
}

async function annexCheck({ root, annex }: Project): Promise<HealthCheck[]> {
  if (!annex) {
    const remote = await gitLine(root, ['for-each-ref', '--format=%(refname)', 'refs/remotes/*/git-annex']);
    return remote === undefined
      ? []
      : [
          warning(
            'annex',
            'The project was cloned from an annex, and git-annex is not initialised here.',
            'git annex init',
          ),
        ];
  }
  const [uuid, version] = await Promise.all(
    ['annex.uuid', 'annex.version'].map((name) => gitLine(root, ['config', name])),
  );
  return uuid === undefined
    ? [
        error(
          'annex',
          'There is an annex without a uuid: git-annex is not initialised here.',
          'git annex init',
        ),
      ]
    : [ok('annex', `The annex is ${uuid}, in version ${version ?? 'unknown'}.`)];
}

/** Of the project and its installed subdatasets: containers are often in one. */
async function sourceChecks({ root }: Project): Promise<HealthCheck[]> {
  const paths = (await gitLinks(root)).map((path) => join(root, path));
  const annexes = [root, ...paths].filter((path) => existsSync(join(path, '.git', 'annex')));
  const problems = (await Promise.all(annexes.map(sourceProblems))).flat();
  return problems.map(({ message, advice }) => warning('sources', message, advice));
}

function spaceChecks(project: Project): HealthCheck[] {
  const { problems, note, free } = probeFileSystem(project);
  const left = free === undefined ? 'an unknown number of' : Math.floor(free / 1e6).toLocaleString('en');
  const message = `There are ${left} MB free.`;
  return [
    ...problems.map((problem) => error('file-system', problem)),
    ...(problems.length === 0
      ? [ok('file-system', note ?? 'Hard links, symbolic links and renames work.')]
      : []),
    free !== undefined && free < LITTLE_SPACE
      ? warning('space', message, 'minipach gc')
      : ok('space', message),
  ];
}

function runChecks(state: State, observer: Observer): HealthCheck[] {
  const live = liveRuns(state, observer);
  const holders = listed(state.holders).filter((name) => !name.includes('.'));
  const dead = holders.filter((name) => {
    const facts = readHolder(join(state.holders, name));
    return facts !== undefined && observer.isDead(facts);
  });
  const waiting = stagedResults(state).length;
  return [
    ...live.map(({ run, host, pid }) => ok('runs', `Run ${run} is live: process ${pid} on ${host}.`)),
    ...(dead.length === 0
      ? []
      : [
          warning(
            'runs',
            `${dead.length} ended in a hurry and left files; they hinder nobody.`,
            'minipach gc',
          ),
        ]),
    ...(waiting === 0 || live.length > 0
      ? []
      : [warning('results', `${waiting} finished and wait to be recorded.`, 'minipach run')]),
  ];
}

/** A lock that nobody lets go of stops every git command, and every run after a minute. */
function lockChecks({ gitDirectory, commonDirectory, branch }: Project, observer: Observer): HealthCheck[] {
  const places = [
    join(gitDirectory, 'index.lock'),
    join(gitDirectory, 'HEAD.lock'),
    join(commonDirectory, 'packed-refs.lock'),
    ...(branch === undefined ? [] : [join(commonDirectory, `${branch}.lock`)]),
  ];
  return places.flatMap((path): HealthCheck[] => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    const owner = readHolder(path);
    if (owner !== undefined) {
      const who = `process ${owner.pid} on ${owner.host}`;
      return observer.isDead(owner)
        ? [
            warning(
              'locks',
              `${path} was left by ${who}, a runner that is dead; the next run removes it.`,
              'minipach run',
            ),
          ]
        : [ok('locks', `${path} is held by ${who}, which records.`)];
    }
    const age = Date.now() - stat.mtimeMs;
    const since = `${path} has been there for ${Math.round(age / 1000)} s`;
    return age < OLD_LOCK
      ? [ok('locks', `${since}: a git command is at work.`)]
      : [
          error(
            'locks',
            `${since}: a git command is at work, or one was killed. If none runs, remove it.`,
            `rm ${shownWord(path)}`,
          ),
        ];
  });
}

/** The paths of subdatasets. */
async function gitLinks(root: string): Promise<readonly string[]> {
  const result = await git(root, ['ls-files', '--stage', '-z']);
  return result.stdout
    .toString('utf8')
    .split('\0')
    .flatMap((line) => (line.startsWith('160000 ') ? [line.slice(line.indexOf('\t') + 1)] : []));
}

async function subdatasetCheck({ root }: Project): Promise<HealthCheck[]> {
  const paths = await gitLinks(root);
  const absent = paths.filter((path) => !existsSync(join(root, path, '.git')));
  if (paths.length === 0) return [];
  if (absent.length === 0) return [ok('subdatasets', `All ${paths.length} are installed.`)];
  const more = absent.length > NAMED ? ` and ${absent.length - NAMED} more` : '';
  return [
    warning(
      'subdatasets',
      `${absent.length} of ${paths.length} are not installed: ${absent.slice(0, NAMED).join(', ')}${more}. What reads them waits.`,
      `datalad get -n ${shownWord(absent[0] ?? '')}`,
    ),
  ];
}

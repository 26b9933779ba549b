/** The private folders of jobs, in a dataset of 100,000 files: Minipach's, and clones that share git's objects. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CatFile } from '../src/project/cat-file.ts';
import { openProject } from '../src/project/open.ts';
import { surveyProject } from '../src/project/survey.ts';
import { prepareState, stateOf } from '../src/run/state.ts';
import { Workspaces } from '../src/run/workspace.ts';
import type { Comparison, Contender } from './comparison.ts';
import { makeManyFiles } from './plan-files.ts';

const WORKSPACES = 100;

/** Kilobytes that one may take. */
const MOST = 1000;

function directoryOf(workspace: number): string {
  return `inputs/sub-${String(workspace * 7).padStart(5, '0')}`;
}

/** Ends the benchmark where a workspace has not its ten files, or takes more room than it may. */
function assertSmall(root: string, workspace: number): void {
  const { stdout } = spawnSync('sh', ['-c', `ls ${directoryOf(workspace)} | wc -l; du -sk .`], {
    cwd: root,
    encoding: 'utf8',
  });
  const [files, kilobytes] = stdout.split(/\s+/).map(Number);
  if (files !== 10 || kilobytes === undefined || kilobytes > MOST)
    throw new Error(`${root} has ${files} files and takes ${kilobytes} kB.`);
}

const ours: Contender = {
  name: 'minipach, a folder a job',
  prepare: makeManyFiles,
  run: async ({ cwd }) => {
    mkdirSync(join(cwd, '.git', 'annex'), { recursive: true });
    const opened = await openProject(cwd);
    if (!opened.ok) throw new Error(opened.problem.message);
    const { project } = opened;
    const objects = new CatFile(cwd);
    const { index } = await surveyProject(project, project.head, objects);
    const state = stateOf(project);
    prepareState(state);
    const workspaces = new Workspaces(project, state, 'bench', objects);
    const roots: string[] = [];
    const start = performance.now();
    for (let one = 0; one < WORKSPACES; one += 1) {
      const { root, problem } = await workspaces.make({
        files: index.under(directoryOf(one)),
        index,
        empty: [],
        output: 'copies/out',
        workingDir: '',
        scratch: false,
      });
      if (problem !== undefined) throw new Error(problem);
      roots.push(root);
    }
    const taken = (performance.now() - start) / WORKSPACES;
    for (const [one, root] of roots.entries()) assertSmall(root, one);
    objects.close();
    return taken;
  },
};

const sharedClones: Contender = {
  name: 'git clone --shared, and a sparse checkout',
  prepare: makeManyFiles,
  run: async ({ cwd, env }) => {
    const lines = Array.from(
      { length: WORKSPACES },
      (_, one) =>
        `git clone -q --shared --no-checkout . ../${WORKSPACES}/${one} && git -C ../${WORKSPACES}/${one} sparse-checkout set ${directoryOf(one)} && git -C ../${WORKSPACES}/${one} checkout -q`,
    );
    const start = performance.now();
    const { status, stderr } = spawnSync('sh', ['-e', '-c', lines.join('\n')], {
      cwd,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - start) / WORKSPACES;
  },
};

/** Against the next best that git has. */
export const workspaces: Comparison = {
  id: 'workspaces',
  title: `${WORKSPACES} workspaces of a dataset of 100,000 files, each with ten of them`,
  note: `On one file system. A workspace of Minipach's that takes more than ${MOST} kB ends the benchmark; the index of a sparse clone alone takes ten times as much.`,
  unit: 'ms a job',
  contenders: [ours, sharedClones],
};

/** What most commands begin with: the project of the current directory, or a clear error and an exit code. */
import { CatFile } from '../project/cat-file.ts';
import { openProject, type Project } from '../project/open.ts';
import { Observer } from '../run/claims/holder.ts';
import { type Planning, planCommit } from '../run/planner.ts';
import type { TaskStates } from '../run/slurm/commands.ts';
import { lookAtTasks } from '../run/slurm/look.ts';
import { formatProblem, type State, stateOf } from '../run/state.ts';
import { complainOf, EXIT } from './terminal.ts';

/** Milliseconds that Slurm has to answer those who only look. */
export const SLURM_PATIENCE = 5000;

/** A project that is only read. */
export interface Session {
  readonly project: Project;
  readonly state: State;
  readonly observer: Observer;
  readonly objects: CatFile;
  /** What Slurm says of tasks that hold claims; absent where there are none, or it does not answer. */
  readonly tasks: TaskStates | undefined;
  /** Plans the commit that is checked out. */
  readonly plan: () => Promise<Planning>;
}

/** Opens the project of a directory for a command, and closes its helpers afterwards. */
export async function withSession(
  directory: string,
  command: (session: Session) => Promise<number>,
): Promise<number> {
  const opened = await openProject(directory);
  if (!opened.ok) {
    complainOf(opened.problem.message);
    return EXIT.environment;
  }
  const { project } = opened;
  const state = stateOf(project);
  const newer = formatProblem(state);
  if (newer !== undefined) {
    complainOf(newer.message);
    return EXIT.environment;
  }
  const observer = new Observer(state);
  const objects = new CatFile(project.root);
  try {
    const tasks = await lookAtTasks(state, observer, project.root, {
      milliseconds: SLURM_PATIENCE,
    });
    const plan = (): Promise<Planning> => planCommit(project, state, observer, objects, project.head);
    return await command({ project, state, observer, objects, tasks, plan });
  } finally {
    objects.close();
  }
}

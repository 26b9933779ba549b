/** `minipach plan --executor slurm`: the scripts that a run would submit. */
import { join } from 'node:path';
import { arrayName, arrayScript, datumsPerTask } from '../plan/slurm-script.ts';
import { readBinds } from '../project/binds.ts';
import { readConfig } from '../project/read-config.ts';
import type { Planning } from '../run/planner.ts';
import { programOfThisMachine } from '../run/slurm/program.ts';
import { scratchWork, sourceOf } from '../run/slurm/scratch.ts';
import { complainOfErrors } from './diagnostics.ts';
import type { Session } from './session.ts';
import { counted, EXIT, faint, say } from './terminal.ts';

/** Shows the script of each pipeline of which jobs would run; the arrays of one that has many differ in their number of tasks. */
export async function showScripts(
  { project, state }: Pick<Session, 'project' | 'state'>,
  planning: Planning,
  runs: ReadonlyMap<string, number>,
): Promise<number> {
  const { config, diagnostics } = readConfig(project.root);
  complainOfErrors(diagnostics);
  if (config === undefined) return EXIT.usage;
  const { slurm } = config;
  const { plan } = planning;
  // Which jobs a task takes is decided by the run.
  const told = {
    branch: project.branch ?? 'HEAD',
    run: 'RUN',
    binds: await readBinds(project.root),
    jobs: [],
  };
  const source = await sourceOf(project.root, slurm);
  const { scratch: folderThere } = slurm;
  const scratch =
    folderThere === undefined
      ? {}
      : { scratch: scratchWork(planning, { ...slurm, scratch: folderThere }, { ...told, source }) };
  const program = programOfThisMachine(project.root);
  for (const { source } of plan.pipelines) {
    const { spec } = source;
    const jobs = runs.get(spec.name) ?? 0;
    if (jobs === 0) continue;
    const per = datumsPerTask(spec, slurm);
    const all = Math.ceil(jobs / per);
    const tasks = Math.min(all, slurm.arraySize);
    const arrays = Math.ceil(all / tasks);
    const name = arrayName(spec.name, 'ID');
    const folder = join(state.runs, 'RUN', 'slurm', name);
    const each = per === 1 ? 'one job each' : `up to ${per} jobs each`;
    say('');
    say(faint(`# ${spec.name}: ${counted(arrays, 'array')}, ${counted(all, 'task')} with ${each}`));
    process.stdout.write(arrayScript({ ...program, name, folder, spec, config: slurm, tasks, ...scratch }));
  }
  return EXIT.ok;
}

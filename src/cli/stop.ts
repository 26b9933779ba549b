/** `minipach stop`: asks live runs to end their jobs, record what is finished and give their claims back. */
import { setTimeout as delay } from 'node:timers/promises';
import { wishStop } from '../run/journal.ts';
import { liveRuns } from '../run/observe.ts';
import { stopTasks } from '../run/slurm/stop-tasks.ts';
import { withSession } from './session.ts';
import { complainOf, EXIT, say } from './terminal.ts';

/** Milliseconds to wait for runs to end; jobs have five seconds between the request and the order. */
const PATIENCE = 15_000;

/** Runs the command and returns its exit code. */
export function stopCommand(directory: string, run: string | undefined): Promise<number> {
  return withSession(directory, async ({ project, state, observer }) => {
    const live = liveRuns(state, observer);
    const asked = live.filter((one) => run === undefined || one.run === run);
    if (run !== undefined && asked.length === 0) {
      complainOf(
        `No live run is called \`${run}\`; live runs: ${live.map((one) => one.run).join(', ') || 'none'}.`,
      );
      return EXIT.usage;
    }
    if (asked.length === 0) {
      say('No run is live.');
      return EXIT.ok;
    }
    for (const one of asked) wishStop(state, one.run);
    for (const { run: name } of asked.filter(({ tasks }) => tasks !== undefined)) {
      const left = await stopTasks(state, observer, project.root, name, PATIENCE);
      if (typeof left === 'number') continue;
      complainOf(`Slurm did not cancel the tasks of ${name} (${left.words}): try again when it answers.`);
      return EXIT.failed;
    }
    const stillLive = (): string[] =>
      liveRuns(state, observer)
        .map((one) => one.run)
        .filter((name) => asked.some((one) => one.run === name));
    for (const start = performance.now(); performance.now() - start < PATIENCE; await delay(100)) {
      if (stillLive().length > 0) continue;
      for (const one of asked) say(`Stopped run ${one.run}.`);
      return EXIT.ok;
    }
    complainOf(`Asked to stop, and still live: ${stillLive().join(', ')}.`);
    return EXIT.failed;
  });
}

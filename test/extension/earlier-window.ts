/** An earlier window, as a process of its own: starts a run as the editor does and says so; killed, it leaves the run behind. */
import { startDetached } from '../../src/extension/detached-runner.ts';
import type { Runner } from '../../src/extension/runner.ts';
import { startRunner } from '../../src/project/process.ts';
import { MINIPACH } from '../rigs/project.ts';

/** The runner as the editor starts it; what it says goes nowhere. */
export const RUNNER = {
  output: { warn: () => undefined, error: () => undefined },
  start: (
    cwd: string,
    args: readonly string[],
    streams: Exclude<Parameters<Runner['start']>[2], undefined>,
  ) => Promise.resolve(startRunner(MINIPACH, args, { cwd, ...streams, env: {} })),
} as unknown as Runner;

const [, file, root, storage] = process.argv;
if (file === import.meta.filename && root !== undefined && storage !== undefined) {
  const started = await startDetached(RUNNER, storage, {
    cwd: root,
    args: ['run', '--json', '-j', '1'],
    about: 'here',
    onEvent: ({ event }) => {
      if (event === 'job-started') console.log('begun');
    },
  });
  console.log(`ended with ${await started?.end}`);
}

/** What a commit takes with our hooks in the repository: how long a person waits for git. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeBenchProject } from './bench-project.ts';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { median, type Place, seconds } from './measure.ts';

const COMMITS = 20;

/** A run in the background is waited for, so that each commit starts one and none is slowed by the last one's. */
async function untilAnswered({ cwd }: Place): Promise<void> {
  const state = join(cwd, '.git', 'minipach');
  const holders = join(state, 'holders');
  const isBusy = (): boolean =>
    existsSync(join(state, 'hooks', 'wanted')) || (existsSync(holders) && readdirSync(holders).length > 0);
  while (isBusy()) await delay(20);
}

function contender(name: string, install: readonly string[] | undefined): Contender {
  return {
    name,
    prepare: async (place) => {
      await makeBenchProject(place, { inputs: 10, annex: false });
      if (install !== undefined) await seconds(install, place);
    },
    run: async (place) => {
      const taken: number[] = [];
      for (let commit = 0; commit < COMMITS; commit++) {
        taken.push(await seconds(['git', 'commit', '--quiet', '--allow-empty', '-m', 'Go'], place));
        await untilAnswered(place);
      }
      return 1000 * median(taken);
    },
  };
}

/** Against the same commit without hooks. */
export const hooks: Comparison = {
  id: 'hooks',
  title: 'A commit that starts a run',
  note: `The middle one of ${COMMITS} commits. The run that each starts goes on in the background, and is not part of the time.`,
  unit: 'ms',
  contenders: [
    contender('git commit, with minipach hook install', minipach('hook', 'install')),
    contender('git commit', undefined),
  ],
};

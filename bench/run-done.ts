/** A run that finds nothing to do: how long it takes to know that. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assertCopies, makeBenchProject } from './bench-project.ts';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { type Place, seconds } from './measure.ts';

const DATUMS = 10_000;

/** All is done once, which takes a while, and copied from there. */
let done: Promise<string> | undefined;

async function makeDone(place: Place): Promise<string> {
  await makeBenchProject(place, { inputs: DATUMS, annex: false });
  await seconds(minipach('run', '-j', '2'), place);
  await assertCopies(place.cwd, DATUMS);
  // What the run has thrown away is deleted by a process that outlives it, and cannot be copied meanwhile.
  const trash = join(place.cwd, '.git', 'minipach', 'trash');
  while ((await readdir(trash)).length > 0) await delay(100);
  return place.cwd;
}

function contender(name: string, command: readonly string[]): Contender {
  return {
    name,
    prepare: async (place) => {
      if (done === undefined) {
        done = makeDone(place);
        await done;
        return;
      }
      await seconds(['cp', '-a', `${await done}/.`, place.cwd], place);
      // The index knows files by their inodes, and would look into each of the copies again and again.
      await seconds(['git', 'update-index', '-q', '--refresh'], place);
    },
    run: async (place) => await seconds(command, place),
  };
}

/** Against Snakemake, of which everything is up to date as well. */
export const runDone: Comparison = {
  id: 'done',
  title: `Run, when all of ${DATUMS.toLocaleString('en')} datums are done`,
  note: 'Minipach compares content hashes with the records in git’s history; Snakemake compares names and times.',
  contenders: [
    contender('minipach run', minipach('run')),
    contender('snakemake -c2', ['snakemake', '-c2', '--quiet']),
  ],
};

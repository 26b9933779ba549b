/** What must run, of 10,000 datums of which none has run. */
import { makeBenchProject } from './bench-project.ts';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { type Place, seconds } from './measure.ts';

const DATUMS = 10_000;

function contender(name: string, command: readonly string[], warm: boolean): Contender {
  const run = async (place: Place) => await seconds(command, place);
  return {
    name,
    prepare: async (place) => {
      await makeBenchProject(place, { inputs: DATUMS, annex: false });
      if (warm) await run(place);
    },
    run,
  };
}

/** Against a dry run of Snakemake. */
export const planDatums: Comparison = {
  id: 'plan',
  title: `Plan ${DATUMS.toLocaleString('en')} datums`,
  note: 'Minipach compares content hashes out of git’s trees; Snakemake compares names and times.',
  contenders: [
    contender('minipach plan, first time', minipach('plan'), false),
    contender('minipach plan, again', minipach('plan'), true),
    contender('snakemake -n', ['snakemake', '-n', '-c2'], false),
  ],
};

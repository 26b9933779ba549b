/** Jobs with a provenance record each, which is what `datalad run` is for. */
import { assertCopies, makeBenchProject } from './bench-project.ts';
import { type Comparison, minipach } from './comparison.ts';
import { seconds } from './measure.ts';

const JOBS = 5;

/** Against one `datalad run` a job. */
export const recordJobs: Comparison = {
  id: 'record',
  title: `Run and record ${JOBS} jobs in a DataLad dataset`,
  note: 'Inputs and results are annexed. `datalad run` takes one job at a time; Minipach may take two.',
  contenders: [
    {
      name: 'minipach run -j 2',
      prepare: async (place) => await makeBenchProject(place, { inputs: JOBS, annex: true }),
      run: async (place) => {
        const taken = await seconds(minipach('run', '-j', '2'), place);
        await assertCopies(place.cwd, JOBS);
        return taken;
      },
    },
    {
      name: 'datalad run, once a job',
      prepare: async (place) => await makeBenchProject(place, { inputs: JOBS, annex: true }),
      run: async (place) => {
        let taken = 0;
        for (let i = 0; i < JOBS; i++) {
          const name = `n${String(i).padStart(5, '0')}`;
          const command = `mkdir -p copies/${name} && cp -L inputs/${name} copies/${name}/copy`;
          const options = [
            '--input',
            `inputs/${name}`,
            '--output',
            `copies/${name}`,
            '-m',
            `copies: ${name}`,
          ];
          taken += await seconds(['datalad', '-l', 'error', 'run', ...options, command], place);
        }
        await assertCopies(place.cwd, JOBS);
        return taken;
      },
    },
  ],
};

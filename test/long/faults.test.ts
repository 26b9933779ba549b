import { faultRound } from '../rigs/fault-round.ts';
import { canMakeHosts } from '../rigs/hosts.ts';

/** After those of `npm test`; another number of rounds can be asked for. */
const FIRST = 11;
const ROUNDS = Number(process.env['MINIPACH_ROUNDS'] ?? 200);

describe('two hosts with equal pids, clocks an hour apart, and runners killed and stopped', () => {
  before(function () {
    if (!canMakeHosts()) this.skip();
  });

  for (let seed = FIRST; seed < FIRST + ROUNDS; seed += 1)
    it(`leave each result recorded once, and nothing else (seed ${seed})`, async () => {
      const { executions, exits } = await faultRound(seed);
      console.log(`      ${executions} executions, exits ${exits.join(' ')}`);
    });
});

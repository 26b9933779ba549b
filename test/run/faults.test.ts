import { faultRound } from '../rigs/fault-round.ts';
import { canMakeHosts } from '../rigs/hosts.ts';

describe('two hosts with equal pids, clocks an hour apart, and runners killed and stopped', function () {
  this.timeout(120_000);
  before(function () {
    if (!canMakeHosts()) this.skip();
  });

  for (let seed = 1; seed <= 10; seed += 1)
    it(`leave each result recorded once, and nothing else (seed ${seed})`, async () => {
      await faultRound(seed);
    });
});

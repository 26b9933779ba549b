import assert from 'node:assert/strict';
import { until } from '../rigs/gated-project.ts';
import { ImageRounds } from '../rigs/image-rounds.ts';
import { canRunImages } from '../rigs/images.ts';
import { clusterOfSuite } from '../rigs/slurm-suite.ts';

const ROUNDS = 10;

describe('eight tasks that need one image of 300 MB', function () {
  this.timeout(900_000);
  const cluster = clusterOfSuite({ cpus: 8 }, () => canRunImages());
  let rounds: ImageRounds;
  before(() => {
    rounds = new ImageRounds(cluster(), 300_000_000);
  });
  after(async () => {
    rounds?.remove();
  });

  it('get it by one transfer, and none of them fails, in ten rounds', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      rounds.run();
      await until(`transfers of round ${round}`, () => rounds.transfers >= round);
      assert.equal(rounds.transfers, round);
    }
  });
});

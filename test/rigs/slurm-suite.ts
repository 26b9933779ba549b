/** A cluster for all tests of a suite. */
import { hasSlurm, SlurmCluster, type SlurmOptions } from './slurm.ts';

/**
 * Starts one before the first test of the suite that calls this, and ends it after the last; where there can be none, the
 * tests are skipped.
 * @param isPossible - What else the tests take.
 */
export function clusterOfSuite(
  options: SlurmOptions = {},
  isPossible: () => boolean = () => true,
): () => SlurmCluster {
  let cluster: SlurmCluster | undefined;
  before(async function () {
    if (!hasSlurm() || !isPossible()) return this.skip();
    cluster = await SlurmCluster.start(options);
  });
  after(() => cluster?.stop());
  return () => {
    if (cluster === undefined) throw new Error('There is no cluster yet: ask for it in tests and hooks.');
    return cluster;
  };
}

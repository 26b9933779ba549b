import { runMany } from '../rigs/many-runners.ts';

describe('sixteen runners at once', function () {
  this.timeout(180_000);

  it('run each of 300 jobs once, record each result once, and store nothing twice', () => runMany(300));
});

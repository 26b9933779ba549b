import { runMany } from '../rigs/many-runners.ts';

describe('sixteen runners at once', () => {
  it('run each of 1,109 jobs once, record each result once, and store nothing twice', () => runMany(1109));
});

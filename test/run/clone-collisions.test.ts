import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { findProgram } from '../../src/project/programs.ts';
import { PlainStore, SHARED, type Told } from '../rigs/plain-store.ts';
import { ended, type TestProject } from '../rigs/project.ts';

const CLONES = 4;

/** What a clone may get, in bytes a second: the window in which gets meet is as long as one takes. */
const RATE = '1500kB';

describe('gets of one file from one source at the same time', function () {
  this.timeout(300_000);
  let stored: PlainStore;
  before(function () {
    if (findProgram('git-annex') === undefined) this.skip();
    stored = new PlainStore();
  });
  after(() => stored?.project.remove());

  /**
   * Clones without content, whose locks in the store are one and the same: so it is with git-annex from 10.20240430 up
   * to 10.20260115 without any help.
   */
  function makeClones(kind: string): readonly TestProject[] {
    const locks = stored.store.path('annex/transfer/download');
    mkdirSync(`${locks}/all`, { recursive: true });
    return Array.from({ length: CLONES }, (_, one) => {
      const { code, stderr } = stored.project.minipach('clone', stored.store.root, `../${kind}-${one}`);
      assert.equal(code, 0, stderr);
      const clone = stored.at(`${kind}-${one}`);
      clone.git('config', 'remote.origin.annex-bwlimit', RATE);
      const own = `${locks}/${clone.git('config', 'annex.uuid').trim()}`;
      if (!existsSync(own)) symlinkSync('all', own);
      return clone;
    });
  }

  it('fail by git-annex where its locks are one, and not by minipach clone --get', async () => {
    const plain = makeClones('plain').map(({ root, environment }) =>
      spawn('git', ['annex', 'get', '--quiet', 'shared.bin'], {
        cwd: root,
        env: environment,
        stdio: 'ignore',
      }),
    );
    const codes = await Promise.all(plain.map(ended));
    // Otherwise there would be nothing to be better at.
    assert.ok(codes.includes(1), codes.join());
    const clones = makeClones('ours').map((_, one) => {
      const child = stored.project.start(stored.args(`ours-${one}`, 'shared.bin'), 'pipe');
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      return { child, text: () => text };
    });
    let fetched = 0;
    for (const [one, { child, text }] of clones.entries()) {
      assert.equal(await ended(child), 0, text());
      const [dataset] = (JSON.parse(text()) as { datasets: Told[] }).datasets;
      assert.equal(dataset?.state, 'present');
      fetched += dataset.content?.fetched ?? 0;
      assert.equal(stored.at(`ours-${one}`).bytes('shared.bin').length, SHARED);
    }
    assert.equal(fetched, SHARED);
  });
});

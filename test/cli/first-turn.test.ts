import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { firstTurn } from '../../src/cli/first-turn.ts';

describe('the first turn', () => {
  let folder: string;
  let sign: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minipach-turn-'));
    sign = join(folder, 'begins');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is that of whoever comes first; the others wait until it has begun, and have no turn of their own', async () => {
    const begun = await firstTurn(sign);
    assert.ok(existsSync(sign));
    let hasWaited = false;
    const others = Promise.all([firstTurn(sign), firstTurn(sign)]).then((ends) => {
      hasWaited = true;
      return ends;
    });
    // Several looks long.
    await delay(100);
    assert.equal(hasWaited, false);
    begun();
    begun();
    const ends = await others;
    assert.ok(!existsSync(sign));
    const next = await firstTurn(sign);
    // Theirs ends nobody else's.
    for (const end of ends) end();
    assert.ok(existsSync(sign));
    next();
    assert.ok(!existsSync(sign));
  });

  it('is over where its owner was killed, whatever the clock says', async () => {
    for (const away of [-3600, 3600]) {
      writeFileSync(sign, '');
      const then = Date.now() / 1000 + away;
      utimesSync(sign, then, then);
      (await firstTurn(sign))();
      assert.ok(!existsSync(sign));
    }
  });

  it('is nobody\u2019s where it cannot be told', async () => {
    (await firstTurn(join(folder, 'nowhere', 'begins')))();
    assert.ok(!existsSync(join(folder, 'nowhere')));
  });
});

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Holder, Observer } from '../../src/run/claims/holder.ts';
import { emptyTrash, leaveTrash } from '../../src/run/housekeeping/trash.ts';
import { prepareState, stateOf } from '../../src/run/state.ts';
import { TestProject } from '../rigs/project.ts';
import { makeTemporaryDirectory, removeDirectory } from '../rigs/temporary-directory.ts';

describe('the trash', () => {
  let trash: string;
  beforeEach(async () => {
    trash = await makeTemporaryDirectory('trash');
    for (let waste = 0; waste < 20; waste += 1) {
      mkdirSync(join(trash, `w${waste}`, 'in', 'it'), { recursive: true });
      writeFileSync(join(trash, `w${waste}`, 'in', 'it', 'a file\nof two lines'), 'text');
    }
  });
  afterEach(() => removeDirectory(trash));

  it('is emptied at once, also of folders that cannot be written', () => {
    chmodSync(join(trash, 'w3', 'in'), 0o500);
    emptyTrash({ trash });
    assert.deepEqual(readdirSync(trash), []);
  });

  it('is emptied by somebody else when that takes too long, and stays itself', async () => {
    emptyTrash({ trash }, -1);
    while (readdirSync(trash).length > 0) await delay(10);
    assert.ok(existsSync(trash));
  });

  it('is left to the last of several runners', () => {
    const project = TestProject.make();
    try {
      const state = stateOf({ commonDirectory: project.path('.git') });
      prepareState(state);
      mkdirSync(join(state.trash, 'workspace', 'in', 'it'), { recursive: true });
      const [first, last] = [new Holder(state, 'first'), new Holder(state, 'last')];
      first.end();
      leaveTrash(state, new Observer(state));
      assert.deepEqual(readdirSync(state.trash), ['workspace']);
      last.end();
      leaveTrash(state, new Observer(state));
      assert.deepEqual(readdirSync(state.trash), []);
    } finally {
      project.remove();
    }
  });
});

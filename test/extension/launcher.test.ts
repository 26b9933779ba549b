import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installLauncher, launcherText, renewLauncher } from '../../src/extension/launcher.ts';
import { makeTemporaryDirectory, removeDirectory } from '../rigs/temporary-directory.ts';

describe('the command line for other shells', () => {
  let home = '';
  let target = { node: process.execPath, script: '' };
  beforeEach(async () => {
    home = await makeTemporaryDirectory("it's home");
    // What it starts; the bundled runner itself is started in a real editor, by `test/vscode/host/terminal.test.ts`.
    target = { node: process.execPath, script: path.join(home, 'a runner.cjs') };
    writeFileSync(target.script, "console.log('it runs', ...process.argv.slice(2));\n");
  });
  afterEach(() => removeDirectory(home));

  const local = (): string => path.join(home, '.local', 'bin');

  it('is made where there is nothing, runs, and is written anew', async () => {
    const file = path.join(local(), 'minipach');
    const place = { home, path: `/usr/bin:${local()}` };
    assert.deepEqual(await installLauncher(target, place), {
      ok: true,
      file,
      isOnPath: true,
      hiddenBy: undefined,
    });
    assert.equal(execFileSync(file, ['a', 'b c'], { encoding: 'utf8' }), 'it runs a b c\n');
    assert.equal((await installLauncher({ ...target, node: '/nowhere/node' }, place)).ok, true);
    const bin = path.dirname(process.execPath);
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    assert.equal(execFileSync(file, ['x'], { encoding: 'utf8', env }), 'it runs x\n', 'by another Node');
    assert.deepEqual(readdirSync(local()), ['minipach']);
  });

  it('goes where a shell looks, and tells where none does', async () => {
    const bin = path.join(home, 'bin');
    const chosen = await installLauncher(target, { home, path: `/usr/bin:${bin}` });
    assert.deepEqual([chosen.file, chosen.ok && chosen.isOnPath], [path.join(bin, 'minipach'), true]);
    const nowhere = await installLauncher(target, { home, path: '/usr/bin' });
    assert.deepEqual([nowhere.file, nowhere.ok && nowhere.isOnPath], [path.join(local(), 'minipach'), false]);
    const hidden = await installLauncher(target, { home, path: `${bin}:${local()}` });
    assert.equal(hidden.ok && hidden.hiddenBy, path.join(bin, 'minipach'));
  });

  it('leaves alone whatever else has the name', async () => {
    mkdirSync(local(), { recursive: true });
    const file = path.join(local(), 'minipach');
    const refused = { ok: false, reason: 'something-else', file };
    writeFileSync(file, '#!/bin/sh\necho mine\n');
    assert.deepEqual(await installLauncher(target, { home, path: '' }), refused);
    await renewLauncher(file, target);
    assert.equal(readFileSync(file, 'utf8'), '#!/bin/sh\necho mine\n');
    // A link to one of ours is somebody's own, too; and so is one that leads nowhere.
    const bin = path.join(home, 'bin');
    mkdirSync(bin);
    for (const leads of [target.script, path.join(home, 'nothing')]) {
      const linked = path.join(bin, 'minipach');
      symlinkSync(leads, linked);
      assert.deepEqual(await installLauncher(target, { home, path: bin }), { ...refused, file: linked });
      assert.ok(readdirSync(bin).includes('minipach'));
      execFileSync('rm', [linked]);
    }
    assert.equal(existsSync(path.join(home, 'nothing')), false);
  });

  it('says what to do when the extension has moved, and works again once it is written anew', async () => {
    const file = path.join(local(), 'minipach');
    await installLauncher({ ...target, script: path.join(home, 'gone.cjs') }, { home, path: '' });
    const { status, stderr } = spawnSync(file, { encoding: 'utf8' });
    assert.equal(status, 3);
    assert.match(stderr, /^minipach: the extension has moved: open a project in VS Code, or run /);
    await renewLauncher(file, target);
    assert.equal(readFileSync(file, 'utf8'), launcherText(target));
    assert.equal(execFileSync(file, { encoding: 'utf8' }), 'it runs\n');
  });

  it('says why it cannot be written', async () => {
    writeFileSync(path.join(home, '.local'), 'a file where a directory is to be\n');
    const result = await installLauncher(target, { home, path: '' });
    assert.ok(!result.ok && result.reason === 'cannot-write', JSON.stringify(result));
    assert.match(result.why, /ENOTDIR|EEXIST/);
  });
});

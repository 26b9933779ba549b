import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { GroupChild } from '../../src/project/process-group.ts';
import { Spawner } from '../../src/project/spawner.ts';
import { makeTemporaryDirectory, removeDirectory } from '../rigs/temporary-directory.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'src', 'cli', 'start-jobs.ts');

describe('the process that starts jobs', function () {
  this.timeout(30_000);
  let directory: string;
  let spawner: Spawner;
  let output: number;
  let input: number;

  beforeEach(async () => {
    directory = await makeTemporaryDirectory('spawner');
    output = openSync(join(directory, 'log'), 'a');
    writeFileSync(join(directory, 'in'), 'from a file');
    input = openSync(join(directory, 'in'), 'r');
    spawner = new Spawner([PROGRAM]);
  });
  afterEach(async () => {
    spawner.end();
    closeSync(output);
    closeSync(input);
    await removeDirectory(directory);
  });

  const start = (...command: readonly [string, ...string[]]): GroupChild => {
    const [file, ...args] = command;
    const env = { PATH: process.env['PATH'] ?? '', WORD: 'a word' };
    return spawner.start(file, args, { cwd: directory, env, output, input });
  };
  const log = (): string => readFileSync(join(directory, 'log'), 'utf8');
  const lastLine = (): number => Number(log().trimEnd().split('\n').at(-1));

  /** The id of what starts processes. */
  const parentId = async (): Promise<number> => {
    await start('sh', '-c', 'echo $PPID').ended;
    return lastLine();
  };
  const isAlive = (pid: number): boolean => {
    try {
      // A zombie that nobody has taken note of counts as gone.
      return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };
  const untilGone = async (pid: number): Promise<void> => {
    while (isAlive(pid)) await delay(10);
  };

  for (const how of ['directly', 'through it']) {
    it(`gives processes what they need and tells how they ended, ${how}`, async () => {
      if (how === 'directly') spawner = new Spawner(undefined);
      assert.equal((await parentId()) === process.pid, how === 'directly');
      const said = await start('sh', '-c', 'echo "$WORD"; cat; pwd; echo wrong >&2; exit 3').ended;
      assert.deepEqual(said, { code: 3, signal: null, error: undefined });
      assert.ok(log().endsWith(`a word\nfrom a file${directory}\nwrong\n`), log());
      const killed = await start('sh', '-c', 'kill -9 $$').ended;
      assert.deepEqual(killed, { code: null, signal: 'SIGKILL', error: undefined });
      const absent = await start('no-such-program').ended;
      assert.match(absent.error ?? '', /ENOENT/);
      const long = await start('echo', 'x'.repeat(3_000_000)).ended;
      assert.match(long.error ?? '', /E2BIG/);
    });

    it(`ends a process with all that it has started, ${how}`, async () => {
      if (how === 'directly') spawner = new Spawner(undefined);
      assert.equal((await parentId()) === process.pid, how === 'directly');
      const child = start('sh', '-c', 'sleep 100 & echo "left\n$!"; wait');
      while (!/left\n\d+\n$/.test(log()) || child.pid() === undefined) await delay(10);
      child.signalGroup('SIGKILL');
      assert.equal((await child.ended).signal, 'SIGKILL');
      await untilGone(lastLine());
    });
  }

  it('ends a process that is signalled before it runs', async () => {
    await parentId();
    const child = start('sleep', '100');
    assert.equal(child.pid(), undefined);
    child.signalGroup('SIGKILL');
    assert.equal((await child.ended).signal, 'SIGKILL');
  });

  it('never starts a process that is signalled before it can start any', async () => {
    const child = start('sh', '-c', 'echo started');
    child.signalGroup('SIGTERM');
    assert.deepEqual(await child.ended, { code: null, signal: 'SIGTERM', error: undefined });
    await parentId();
    assert.doesNotMatch(log(), /started/);
  });

  it('is done without where it cannot run', async () => {
    writeFileSync(join(directory, 'broken.cjs'), 'process.exit(1);\n');
    spawner = new Spawner([join(directory, 'broken.cjs')]);
    assert.equal(await parentId(), process.pid);
    assert.equal(await parentId(), process.pid);
  });

  it('ends what it has started when the runner needs it no more, or is gone', async () => {
    const child = start('sleep', '100');
    while (child.pid() === undefined) await delay(5);
    spawner.end();
    await untilGone(child.pid() ?? 0);
  });

  it('can be killed: its processes end and say so, and later ones are started by another one', async () => {
    const id = await parentId();
    const child = start('sleep', '100');
    while (child.pid() === undefined) await delay(5);
    process.kill(id, 'SIGKILL');
    assert.equal((await child.ended).isLost, true);
    await untilGone(child.pid() ?? 0);
    assert.ok(![id, process.pid].includes(await parentId()));
  });
});

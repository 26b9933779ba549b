import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findDetached } from '../../src/extension/detached-runner.ts';
import type { RunEvent } from '../../src/plan/run-event.ts';
import { TestProject } from '../rigs/project.ts';
import { RUNNER } from './earlier-window.ts';

const EARLIER = path.join(import.meta.dirname, 'earlier-window.ts');

describe('a run that outlives its window', function () {
  this.timeout(90_000);
  let project: TestProject;
  let storage: string;
  let folder: string;
  let window: ChildProcess;
  let said = '';
  beforeEach(async () => {
    project = TestProject.withCopies(3);
    const gate = project.path('..', 'gate');
    project.write('code/copy.sh', `while [ -e ${gate} ]; do sleep 0.05; done; : > "$2/b.txt"\n`);
    project.commit('Wait for the gate');
    writeFileSync(gate, '');
    storage = project.path('..', 'storage');
    folder = path.join(storage, 'runs');
    said = '';
    const child = spawn(process.execPath, [EARLIER, project.root, storage], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    window = child;
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
        if (said.includes('begun')) resolve();
      });
    });
  });
  afterEach(() => project.remove());

  const files = (): string[] =>
    readdirSync(folder)
      .map((name) => path.extname(name))
      .sort();
  const openGate = (): void => rmSync(project.path('..', 'gate'));
  async function kill(): Promise<void> {
    window.kill('SIGKILL');
    await once(window, 'exit');
  }
  /** Follows what is found, and resolves with its code and all its events. */
  async function follow() {
    const elsewhere = await findDetached(RUNNER, storage, (about) => about === 'elsewhere');
    assert.deepEqual(elsewhere, [], 'it is left to a window on its own folder');
    const [found, ...others] = await findDetached(RUNNER, storage, (about) => about === 'here');
    assert.deepEqual([found?.about, others.length], ['here', 0]);
    const events: RunEvent['event'][] = [];
    const end = found?.follow({ onEvent: ({ event }) => void events.push(event) });
    return { end, events, forget: async () => found?.forget() };
  }

  it('is found by the next window, which is told all from the beginning', async () => {
    await kill();
    const { end, events, forget } = await follow();
    assert.deepEqual(
      await findDetached(RUNNER, storage, () => true),
      [],
      'a window does not find what is its own',
    );
    openGate();
    assert.equal(await end, 0);
    assert.equal(events[0], 'run-started');
    assert.equal(events.filter((event) => event === 'job-recorded').length, 3);
    assert.equal(events.at(-1), 'run-finished');
    assert.deepEqual(files(), ['.json', '.jsonl', '.log'], 'they stay until somebody has seen the end');
    await forget();
    assert.deepEqual(files(), []);
  });

  it('is told again where nobody was there when its end was told', async () => {
    const exited = once(window, 'exit');
    openGate();
    await exited;
    assert.match(said, /ended with 0/);
    const { end, forget } = await follow();
    assert.equal(await end, 0);
    await forget();
    assert.deepEqual(files(), []);
  });

  it('is found ended where it has ended without any window', async () => {
    await kill();
    openGate();
    while (project.status().pipelines[0].counts.done !== 3);
    const { end } = await follow();
    assert.equal(await end, 0);
  });

  it('is told by the later one of two windows, and its files go last', async () => {
    const exited = once(window, 'exit');
    const { end, forget } = await follow();
    openGate();
    assert.equal(await end, 0);
    await exited;
    assert.match(said, /ended with 0/);
    await forget();
    assert.deepEqual(files(), []);
  });

  it('is found ended where it was killed, without a code', async () => {
    await kill();
    const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.json'));
    const { pid } = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const { end, forget } = await follow();
    assert.equal(await end, null);
    await forget();
    assert.deepEqual(files(), []);
  });
});

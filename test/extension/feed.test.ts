import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Feed, type FeedState, type RunnerChild } from '../../src/extension/feed.ts';
import type { FeedLine } from '../../src/plan/feed-line.ts';
import { status } from './status-samples.ts';

/** A stand-in for the runner: prints what it is told and ends, or stays. */
function printer(text: string, then: 'ends' | 'stays'): RunnerChild {
  const stay =
    then === 'stays' ? 'setInterval(() => {}, 1000);' : 'console.error("bad luck"); process.exitCode = 3;';
  const script = `process.stdout.write(${JSON.stringify(text)}); ${stay}`;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const LINE = `${JSON.stringify(status([], {}))}\n`;

/** A feed of stand-ins, and the promise that a condition on what it told comes true. */
function feedOf(start: () => RunnerChild | undefined) {
  const states: FeedState[] = [];
  const lines: FeedLine[] = [];
  const logged: string[] = [];
  let look = () => {};
  const feed = new Feed({
    start: () => Promise.resolve(start()),
    onLine: (line) => {
      lines.push(line);
      look();
    },
    onState: (state) => {
      states.push(state);
      look();
    },
    log: (text) => {
      logged.push(text);
      look();
    },
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (condition()) resolve();
      };
      look();
    });
  return { feed, states, lines, logged, until };
}

describe('the feed', () => {
  it('hands on lines, also those that arrive in pieces, and leaves out what is none', async () => {
    const { feed, lines, logged, until } = feedOf(() =>
      printer(`a warning\n${LINE}${LINE.slice(0, -1)}\n`, 'stays'),
    );
    await feed.start();
    await until(() => lines.length === 2);
    assert.equal(lines[1]?.kind, 'status');
    assert.match(logged[0] ?? '', /a warning/);
    feed.stop();
  });

  it('says why it ended and starts again after a pause', async () => {
    let starts = 0;
    const { feed, states, lines, until } = feedOf(() => {
      starts += 1;
      return printer(LINE, starts === 1 ? 'ends' : 'stays');
    });
    await feed.start();
    await until(() => lines.length === 2);
    const waiting = states.find((state) => state.kind === 'waiting');
    assert.deepEqual(waiting, { kind: 'waiting', milliseconds: 1000, reason: 'bad luck' });
    assert.equal(starts, 2);
    feed.stop();
  });

  it('waits longer each time that it ends without a word', async () => {
    const { feed, states, until } = feedOf(() => printer('', 'ends'));
    const pauses = () => states.flatMap((state) => (state.kind === 'waiting' ? [state.milliseconds] : []));
    await feed.start();
    await until(() => pauses().length === 2);
    assert.deepEqual(pauses(), [1000, 2000]);
    feed.stop();
  });

  it('ends its process when it is stopped, and is silent afterwards', async () => {
    const child = printer(LINE, 'stays');
    const { feed, states, lines, until } = feedOf(() => child);
    await feed.start();
    await until(() => lines.length === 1);
    feed.stop();
    await once(child, 'close');
    assert.equal(states.at(-1)?.kind, 'stopped');
  });

  it('starts nothing where nothing may be started', async () => {
    const { feed, states } = feedOf(() => undefined);
    await feed.start();
    assert.equal(states.at(-1)?.kind, 'stopped');
  });
});

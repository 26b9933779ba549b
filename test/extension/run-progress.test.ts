import assert from 'node:assert/strict';
import { RunProgress } from '../../src/extension/run-progress.ts';
import type { RunEventBody } from '../../src/plan/run-event.ts';
import { ENGLISH } from './status-samples.ts';

function progressOf(...events: RunEventBody[]): RunProgress {
  const progress = new RunProgress();
  for (const [index, body] of events.entries()) {
    progress.apply({ version: 1, run: 'r1', seq: index + 1, at: '2026-01-01T00:00:00.000Z', ...body });
  }
  return progress;
}

function place(datum: string) {
  return { pipeline: 'edges', datum, job: datum };
}

const STARTED = { event: 'run-started', head: 'c0ffee', jobs: 3, pid: 1 } as const;
const counts = { done: 0, reused: 0, skipped: 0, failed: 0, stopped: 0 };

describe('the progress of a run', () => {
  it('counts what is recorded, and forgets a failure that a later try mended', () => {
    const progress = progressOf(
      STARTED,
      { event: 'job-started', try: 1, ...place('a') },
      { event: 'job-failed', reason: 'exit 1', log: '/a.log', ...place('a') },
      { event: 'job-started', try: 1, ...place('a') },
      { event: 'job-started', try: 2, ...place('a') },
      { event: 'job-finished', milliseconds: 5, ...place('a') },
      { event: 'job-recorded', commit: 'c', output: 'edges/a', reused: false, ...place('a') },
    );
    assert.equal(progress.label(ENGLISH), '1 of 3 done');
    assert.equal(progress.failed.size, 0);
    assert.equal(progress.running, 0);
  });

  it('says how far an image is, until it is ready', () => {
    const fetching = (image: string, bytes: number, total: number) =>
      ({ event: 'image-fetching', image, bytes, total, by: null }) as const;
    const progress = progressOf(STARTED, fetching('tool', 0, 0), fetching('tool', 349, 1000));
    assert.equal(progress.label(ENGLISH), '0 of 3 done, fetching tool 34 %');
    const both = progressOf(STARTED, fetching('tool', 1, 2), fetching('other', 2, 2));
    assert.equal(both.label(ENGLISH), '0 of 3 done, fetching tool 50 %, fetching other 100 %');
    const ready = progressOf(STARTED, fetching('tool', 1, 2), { event: 'image-ready', image: 'tool' });
    assert.equal(ready.label(ENGLISH), '0 of 3 done');
  });

  it('names what failed, three at most', () => {
    const failures = ['a', 'b', 'c', 'd'].map(
      (name) => ({ event: 'job-failed', reason: 'exit 1', log: `/${name}.log`, ...place(name) }) as const,
    );
    const finished = { event: 'run-finished', counts: { ...counts, done: 2, failed: 4 }, exit: 1 } as const;
    const progress = progressOf(STARTED, ...failures, finished);
    assert.equal(progress.summary(1, ENGLISH), '4 failed: edges/a, edges/b, edges/c and 1 more. 2 done.');
    assert.equal(progress.failed.get('edges/b')?.log, '/b.log');
  });

  it('says when there was nothing to do, and how much was copied', () => {
    const nothing = progressOf(STARTED, { event: 'run-finished', counts, exit: 0 });
    assert.equal(nothing.summary(0, ENGLISH), 'Nothing had to run: everything is done.');
    const copied = { ...counts, done: 2, reused: 1 };
    const some = progressOf(STARTED, { event: 'run-finished', counts: copied, exit: 0 });
    assert.equal(some.summary(0, ENGLISH), '3 done, 1 of them copied from equal content.');
  });

  it('counts what was recovered or stopped as running no more', () => {
    const progress = progressOf(
      STARTED,
      { event: 'job-started', try: 1, ...place('a') },
      { event: 'job-started', try: 1, ...place('b') },
      { event: 'job-recovered', reason: 'exit 1', log: '/a.log', ...place('a') },
      { event: 'job-stopped', ...place('b') },
      { event: 'run-finished', counts: { ...counts, done: 2, recovered: 1 }, exit: 0 },
    );
    assert.equal(progress.running, 0);
    assert.equal(progress.failed.size, 0);
    assert.match(progress.summary(0, ENGLISH), /^2 done, 1 recovered by err_cmd/);
  });

  it('tells of a run that ended without its last event', () => {
    const progress = progressOf(STARTED, {
      event: 'message',
      severity: 'error',
      message: 'The disk is full.',
    });
    assert.equal(progress.summary(3, ENGLISH), 'The run ended early: The disk is full.');
    assert.match(progressOf().summary(3, ENGLISH), /exit 3/);
  });
});

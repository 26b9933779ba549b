import assert from 'node:assert/strict';
import { type Holder, holderLines, holderText } from '../../src/extension/holder-text.ts';
import { datumAppearance } from '../../src/extension/pipeline-nodes.ts';
import { datum, ENGLISH } from './status-samples.ts';

const PROCESS = { host: 'login1', pid: 42, run: '20260101-120000-x' };
const TASK = { ...PROCESS, task: { array: '123', task: 4 } };
const WAITING = { id: '123_4', state: 'PENDING', reason: 'Resources', node: '', elapsed: '0:00' };
const RUNNING = { id: '123_4', state: 'RUNNING', reason: 'None', node: 'node07', elapsed: '1:02:03' };

describe('who computes a datum', () => {
  for (const [what, holder, text, lines] of [
    ['a process', PROCESS, 'login1 (42)', ['Runs on login1 (42)', `Run: ${PROCESS.run}`]],
    [
      'a task of which Slurm was not asked',
      TASK,
      'task 4 of array 123',
      ['Task: 123_4', `Run: ${PROCESS.run}, from login1`],
    ],
    [
      'a task that waits',
      { ...TASK, slurm: WAITING },
      '123_4 waits: Resources',
      ['Task: 123_4', 'In Slurm: pending', 'Reason: Resources', `Run: ${PROCESS.run}, from login1`],
    ],
    [
      'a task that runs on a node',
      { ...TASK, slurm: RUNNING },
      '123_4 on node07',
      [
        'Task: 123_4',
        'In Slurm: running',
        'Node: node07',
        'Runs for: 1:02:03',
        `Run: ${PROCESS.run}, from login1`,
      ],
    ],
  ] as readonly (readonly [string, Holder, string, readonly string[]])[])
    it(`is ${what}`, () => {
      assert.equal(holderText(holder, ENGLISH), text);
      assert.deepEqual(holderLines(holder, ENGLISH), lines);
      const look = datumAppearance('edges', datum('a', 'running', { holder }), ENGLISH);
      assert.equal(look.description, text);
      assert.equal(look.icon, holder.slurm?.state === 'PENDING' ? 'watch' : 'sync~spin');
      for (const line of lines) assert.ok(look.tooltip?.includes(line), line);
      assert.equal(look.accessible, holder.slurm ? `a, running, ${text}` : 'a, running');
    });
});

import assert from 'node:assert/strict';
import type { Explored } from '../rigs/interleavings.ts';
import { type Queue, queues } from '../rigs/slurm-claim-scenarios.ts';

describe('every order of steps of a claim that is queued', function () {
  this.timeout(600_000);
  const assertRight = ({ states, wrong }: Explored, least: number): void => {
    assert.equal(wrong, undefined);
    assert.ok(states > least, `${states} states are fewer than there are`);
  };
  const right: readonly (readonly [what: string, Queue, number])[] = [
    ['goes to its task or back, whoever is killed', { isScratch: false, kills: 1, tries: 0, looks: 2 }, 2000],
    [
      'is free again when its task was cancelled',
      { isScratch: false, isCancelled: true, tries: 0, looks: 2 },
      2000,
    ],
    ["stays till its task's result has come from a node's disk", { isScratch: true, tries: 1 }, 50_000],
    ['stays till then, whoever is killed', { isScratch: true, kills: 1, tries: 1 }, 100_000],
    [
      "is free again when a node's task was cancelled",
      { isScratch: true, isCancelled: true, tries: 1 },
      50_000,
    ],
  ];
  for (const [what, queue, least] of right) it(what, async () => assertRight(await queues(queue), least));

  describe('shows what is wrong', () => {
    const wrong: readonly (readonly [what: string, Queue, RegExp])[] = [
      ['when a clock tells who is dead', { isScratch: false, tries: 2, fault: 'clock' }, /declared dead/],
      [
        'when Slurm is believed before results are taken in',
        { isScratch: true, tries: 1, fault: 'not-taken-in' },
        /was run 2 times/,
      ],
      [
        'when nobody looks for a result once the claim is held',
        { isScratch: true, tries: 1, fault: 'no-look' },
        /was run 2 times/,
      ],
    ];
    for (const [what, queue, found] of wrong)
      it(what, async () => assert.match((await queues(queue)).wrong ?? '', found));
  });
});

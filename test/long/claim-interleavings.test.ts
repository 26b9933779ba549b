import assert from 'node:assert/strict';
import { claimers, recorders } from '../rigs/claim-scenarios.ts';
import type { Explored } from '../rigs/interleavings.ts';
import { queues } from '../rigs/slurm-claim-scenarios.ts';

describe('every order of more steps', () => {
  const assertRight = ({ states, wrong }: Explored): void => {
    assert.equal(wrong, undefined);
    console.log(`      ${states.toLocaleString('en')} states`);
  };

  it('leaves a claim one owner among three that try again', async () => {
    assertRight(await claimers({ tries: [1, 2, 2], isOneHost: false }));
  });

  it('leaves a claim one owner among three where answers get lost', async () => {
    assertRight(await claimers({ tries: [1, 1, 1], isOneHost: true, files: { loseAnswers: true } }));
  });

  it('runs and records a job once, on two hosts', async () => {
    assertRight(await recorders({ rounds: [1, 2], isOneHost: false }));
  });

  it('leaves a claim that is queued to its task, or to another run, and runs the job once', async () => {
    assertRight(await queues({ isScratch: false, tries: 1 }));
    assertRight(await queues({ isScratch: true, tries: 2 }));
  });

  it('records a result once beside git, and leaves git its lock', async () => {
    assertRight(await recorders({ rounds: [1, 2], isOneHost: false, hasResult: true, hasUser: true }));
  });

  it('records a result once among three, whoever is killed', async () => {
    assertRight(await recorders({ rounds: [1, 1, 1], isOneHost: true, hasResult: true, kills: 1 }));
  });
});

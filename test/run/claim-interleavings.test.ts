import assert from 'node:assert/strict';
import { join } from 'node:path';
import { takeClaim } from '../../src/run/claims/claim.ts';
import { readHolder } from '../../src/run/claims/holder.ts';
import type { Fault } from '../rigs/claim-model.ts';
import { type Claimers, claimers, recorders } from '../rigs/claim-scenarios.ts';
import type { Explored } from '../rigs/interleavings.ts';

describe('every order of steps', function () {
  this.timeout(600_000);

  const assertRight = ({ states, wrong }: Explored, least: number): void => {
    assert.equal(wrong, undefined);

    assert.ok(states > least, `${states} states are fewer than there are`);
  };

  it('leaves a claim one owner, on two hosts that may think each other dead at any time', async () => {
    assertRight(await claimers({ tries: [3, 3], isOneHost: false }), 15_000);
  });

  it('leaves a claim one owner, on one host, whoever is killed', async () => {
    assertRight(await claimers({ tries: [2, 2], isOneHost: true, kills: 2 }), 5000);
  });

  it('leaves a claim one owner among three', async () => {
    assertRight(await claimers({ tries: [1, 1, 1], isOneHost: true, kills: 1 }), 100_000);
    assertRight(await claimers({ tries: [1, 1, 1], isOneHost: false }), 30_000);
  });

  it('leaves a claim one owner where there are no hard links', async () => {
    assertRight(await claimers({ tries: [2, 2], isOneHost: false, files: { noLinks: true } }), 15_000);
  });

  it('leaves a claim one owner where answers get lost', async () => {
    assertRight(await claimers({ tries: [1, 2], isOneHost: false, files: { loseAnswers: true } }), 30_000);
    assertRight(await claimers({ tries: [2, 2], isOneHost: true, files: { loseAnswers: true } }), 50_000);
  });

  it('runs a job once and records it once, on one host', async () => {
    assertRight(await recorders({ rounds: [1, 1], isOneHost: true }), 50_000);
  });

  it('runs a job in one place at a time, whoever is killed', async () => {
    assertRight(await recorders({ rounds: [1, 1], isOneHost: true, kills: 1 }), 50_000);
  });

  it('records a result once, whoever is killed, also whoever sees to the killed one', async () => {
    assertRight(await recorders({ rounds: [1, 1], isOneHost: true, hasResult: true, kills: 2 }), 20_000);
  });

  it('records a result once, on two hosts, and lets nobody do anything who wakes up too late', async () => {
    assertRight(await recorders({ rounds: [1, 2], isOneHost: false, hasResult: true }), 5000);
  });

  it('records a result once beside git, and leaves git its lock', async () => {
    assertRight(
      await recorders({ rounds: [1, 2], isOneHost: false, hasResult: true, hasUser: true }),
      50_000,
    );
  });

  describe('shows what is wrong', () => {
    const far = { isOneHost: false };
    /** Nobody may take another one for dead at the first look. */
    const hasteIn: Claimers['wrongIn'] = ({ shared }) =>
      shared.list('holders').some((name) => name.endsWith('.dead'))
        ? 'One that lives was declared dead.'
        : undefined;
    /** Breaks a claim by taking it away and making it anew. */
    const unlinkThenLink: Claimers['take'] = (folder, key, self, observer) => {
      const path = join(folder, key.slice(0, 2), `${key}.1`);
      const holder = readHolder(path, self.files);
      if (holder !== undefined && observer.isDead(holder)) {
        observer.markDead(holder, self);
        self.files.remove(path);
      }
      return takeClaim(folder, key, self, observer);
    };
    const faults: readonly (readonly [what: string, Explore: () => Promise<Explored>, RegExp])[] = [
      [
        'when claims are broken without a mark',
        () => claimers({ tries: [1, 2], ...far, fault: 'no-mark' }),
        /both hold job/,
      ],
      [
        'when a broken claim is removed and then made anew',
        () => claimers({ tries: [1, 3, 3], ...far, take: unlinkThenLink }),
        /both hold job/,
      ],
      [
        'when nobody looks at a link again once it is made',
        () => claimers({ tries: [1, 2, 2], ...far, isGreedy: true, fault: 'no-second-look-at-links' }),
        /both hold job/,
      ],
      [
        'when an answer that got lost is taken for a refusal',
        () =>
          claimers({
            tries: [2, 2],
            isOneHost: true,
            files: { loseAnswers: true },
            fault: 'no-look-at-the-file',
          }),
        /Nobody had the claim/,
      ],
      [
        'when a claim is given back by removing it',
        () => claimers({ tries: [1, 3, 1], ...far, isGreedy: true, fault: 'release-by-removing' }),
        /both hold job/,
      ],
      [
        'when a pid counts on another host',
        () => claimers({ tries: [1, 1], ...far, fault: 'pid-alone', wrongIn: hasteIn }),
        /was declared dead/,
      ],
      [
        'when clocks are compared',
        () => claimers({ tries: [1, 1], ...far, fault: 'clocks-compared', wrongIn: hasteIn }),
        /was declared dead/,
      ],
      [
        'when one looks whether a job is done before one claims it',
        () => recorders({ rounds: [1, 1], isOneHost: true, fault: 'look-before-claim' }),
        /was run 2 times/,
      ],
      [
        'when a dead runner is marked and its jobs go on',
        () => recorders({ rounds: [1, 1], isOneHost: true, kills: 1, fault: 'claim-before-end' }),
        /runs twice at a time/,
      ],
      ...recording('refs-kept', /The index is at/),
      ...recording('folder-made-again', /The (?:index|work tree) is at|record lock|stays/),
      ...recording('anybodys-lock-removed', /ENOENT: \w+ git.index.lock/),
    ];
    function recording(fault: Fault, found: RegExp): (typeof faults)[number][] {
      const options = { rounds: [1, 2], ...far, hasResult: true, fault };
      return [
        [
          `when recording goes on with ${fault.replaceAll('-', ' ')}`,
          () => recorders({ ...options, hasUser: fault === 'anybodys-lock-removed' }),
          found,
        ],
      ];
    }
    for (const [what, search, found] of faults)
      it(what, async () => assert.match((await search()).wrong ?? '', found));

    it('and nothing where nobody is in haste', async () => {
      assertRight(await claimers({ tries: [1, 1], ...far, wrongIn: hasteIn }), 100);
    });
  });
});

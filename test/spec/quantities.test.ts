import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nearestQuantity, parseQuantity } from '../../src/spec/quantities.ts';

describe('amounts', () => {
  const cases: readonly [string, number | undefined][] = [
    ['8G', 8e9],
    ['512Mi', 512 * 2 ** 20],
    ['1.5k', 1500],
    ['1e3', 1000],
    ['2E', 2e18],
    ['1999m', 1],
    ['500m', undefined],
    ['0.5', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['8GB', undefined],
    ['8 G', undefined],
    ['1e400', undefined],
    ['1constructor', undefined],
  ];
  for (const [text, bytes] of cases)
    it(`${text}: ${bytes ?? 'none'}`, () => {
      assert.equal(parseQuantity(text), bytes);
    });

  const near: readonly [string, string | undefined][] = [
    ['8GB', '8G'],
    ['8 gb', '8G'],
    ['512mib', '512Mi'],
    ['10KB', '10k'],
    ['8G', undefined],
    ['0GB', undefined],
    ['lots', undefined],
  ];
  for (const [text, meant] of near)
    it(`${text} was meant to be ${meant ?? 'nothing'}`, () => assert.equal(nearestQuantity(text), meant));
});

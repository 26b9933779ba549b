import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { complete } from '../../src/spec/completion.ts';
import { hover } from '../../src/spec/hover.ts';
import { checkAll, isInside } from './mutation-checks.ts';
import { numbers, PIECES, SPECS } from './mutation-specs.ts';

const view = {
  list: () => [{ name: 'a$b} c', kind: 'directory' as const }],
  images: [],
  scripts: ['code/run.py'],
  pipelines: [{ name: 'p', directory: 'p' }],
};

function mutate(text: string, random: (below: number) => number): string {
  let mutated = text;
  for (let count = 1 + random(3); count > 0; count -= 1) {
    const at = random(mutated.length + 1);
    const length = random(4) === 0 ? random(40) : random(3);
    const piece = PIECES[random(PIECES.length)] ?? '';
    switch (random(5)) {
      case 0:
        mutated = mutated.slice(0, at) + piece + mutated.slice(at);
        break;
      case 1:
        mutated = mutated.slice(0, at) + mutated.slice(at + length);
        break;
      case 2:
        mutated = mutated.slice(0, at) + piece + mutated.slice(at + length);
        break;
      case 3: {
        // A line twice, somewhere else.
        const lines = mutated.split('\n');
        const line = lines[random(lines.length)] ?? '';
        lines.splice(random(lines.length), 0, line);
        mutated = lines.join('\n');
        break;
      }
      default:
        mutated = mutated.slice(0, at);
    }
  }
  return mutated;
}

/** Spoilt texts of each spec. */
const ROUNDS = 600;

describe('mutated specs', () => {
  SPECS.forEach((original, number) => {
    it(`are all answered, beginning with spec ${number + 1}`, () => {
      const random = numbers(number + 1);
      for (let round = 0; round < ROUNDS; round += 1) {
        const text = mutate(original, random);
        try {
          checkAll(text);
          for (let times = 0; times < 4; times += 1) {
            const offset = random(text.length + 1);
            for (const item of complete(text, offset, view)) {
              const lines = text.split('\n');
              assert.ok(isInside(item.range.start, lines) && isInside(item.range.end, lines));
            }
            hover(text, offset);
          }
        } catch (problem) {
          throw new Error(`failed for ${JSON.stringify(text)}`, { cause: problem });
        }
      }
    });
  });

  it('are answered at every prefix, as while typing', () => {
    for (const original of SPECS) {
      for (let length = 0; length <= original.length; length += 1) checkAll(original.slice(0, length));
    }
  });

  it('may be absurd', () => {
    const absurd = [
      '['.repeat(100_000),
      '{a: '.repeat(50_000),
      '- '.repeat(20_000),
      `${'a:\n'.repeat(1)}${Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}`,
      '"'.repeat(10_000),
      '&a '.repeat(1_000),
      '*a\n'.repeat(1_000),
      'x'.repeat(2_000_001),
      '\u0000',
      '\ud800',
      '%YAML 9.9\n---\n',
      '!!binary x',
      '? [a, b]\n: c\n',
      '1: x\nnull: y\ntrue: z\n',
    ];
    for (const text of absurd) checkAll(text);
  });
});

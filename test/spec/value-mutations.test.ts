import { describe, it } from 'mocha';
import { Document, parse, stringify } from 'yaml';
import { checkAll } from './mutation-checks.ts';
import { numbers, SPECS } from './mutation-specs.ts';

type Random = (below: number) => number;

/** Spoilt values of each spec. */
const ROUNDS = 400;

const KEYS = [
  'pfs',
  'cross',
  'join',
  'name',
  'glob',
  'repo',
  'cmd',
  'input',
  '',
  '__proto__',
  'constructor',
  '0',
  '$1',
  'é',
];

const ODD = [
  null,
  true,
  0,
  -1,
  1e21,
  Number.NaN,
  '',
  '/',
  '.',
  '..',
  '**',
  '*(*(*a))b',
  '{out}',
  '{{',
  '$9',
  '~/x',
  '\0',
  '\ud800',
  [],
  [[]],
  {},
  { pfs: {} },
  { pfs: { repo: 'a', glob: '/(' } },
  'x'.repeat(5_000),
];

function anyOf<T>(values: readonly T[], random: Random): T {
  return values[random(values.length)] as T;
}

/** Every mapping and list within a value, and the value itself where it is one. */
function containers(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(containers)];
}

/** Changes keys, types and depth somewhere. */
function spoil(root: unknown, random: Random): unknown {
  let value = root;
  for (let count = 1 + random(3); count > 0; count -= 1) {
    const place = anyOf(containers(value), random) as Record<string, unknown> | undefined;
    if (place === undefined) return value;
    const key = anyOf(Object.keys(place), random);
    switch (random(7)) {
      case 0:
        if (key !== undefined) place[key] = structuredClone(anyOf(ODD, random));
        break;
      case 1:
        place[anyOf(KEYS, random)] = structuredClone(anyOf(ODD, random));
        break;
      case 2:
        if (key !== undefined) delete place[key];
        break;
      case 3: {
        // A part of the value in another place.
        const part: unknown = structuredClone(anyOf(containers(value), random));
        place[key ?? anyOf(KEYS, random)] = part;
        break;
      }
      case 4: {
        let deep: unknown = key === undefined ? 'x' : place[key];
        for (let depth = random(60); depth > 0; depth -= 1)
          deep = random(2) === 0 ? [deep] : { cross: [deep] };
        place[key ?? 'input'] = deep;
        break;
      }
      case 5:
        // The same value under a misspelt key.
        if (key !== undefined) {
          place[key.slice(0, random(key.length + 1)) + key.slice(random(key.length + 1))] = place[key];
          delete place[key];
        }
        break;
      default:
        value = random(20) === 0 ? structuredClone(anyOf(ODD, random)) : value;
    }
  }
  return value;
}

/** The text of a value, in one style or another; what is the same object twice becomes an anchor and aliases. */
function textOf(value: unknown, random: Random): string {
  if (random(4) === 0) return JSON.stringify(value, undefined, random(3));
  if (random(3) === 0) {
    const shared = anyOf(containers(value), random);
    const document = new Document({ value, again: [shared, shared, { deep: shared }] });
    return document.toString({ lineWidth: random(2) === 0 ? 0 : 20 });
  }
  return stringify(value, { indent: 1 + random(5), lineWidth: 0, singleQuote: random(2) === 0 });
}

describe('specs with mutated values', () => {
  SPECS.forEach((original, number) => {
    it(`are all answered, beginning with spec ${number + 1}`, () => {
      const random = numbers(1_000 + number);
      for (let round = 0; round < ROUNDS; round += 1) {
        const text = textOf(spoil(parse(original), random), random) ?? '';
        try {
          checkAll(text);
        } catch (problem) {
          throw new Error(`failed for ${JSON.stringify(text)}`, { cause: problem });
        }
      }
    });
  });
});

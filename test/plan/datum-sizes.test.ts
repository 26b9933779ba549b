import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { perInput } from '../../src/plan/input.ts';
import { complaints, inputsOf, planPipeline, specAround } from './plan-rig.ts';

const files = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}/${String(index).padStart(6, '0')}`);
const member = (repo: string, key: string, rest = ''): string =>
  `  - pfs: { repo: ${repo}, glob: "/(*)", join_on: ${key}, group_by: ${key}${rest} }\n`;

describe('many files', () => {
  it('of a key that one member of a join lacks are no datums, and not too many', () => {
    const input = `join:\n${member('x', 'k')}${member('y', 'k')}${member('z', 'other')}`;
    const all = [...files('x', 1500), ...files('y', 1500), 'z/a'];
    assert.deepEqual(complaints(planPipeline(all, specAround(input))), '');
    const outer = input.replace('repo: y', 'outer_join: true, repo: y');
    assert.equal(planPipeline(all, specAround(outer, '{y.path}')).datums.length, 1500);
  });

  it('of which an outer join keeps some come alone and together', () => {
    const input = `join:
  - union:
      - pfs: { repo: x, glob: "/(*)", join_on: k, outer_join: true }
      - pfs: { repo: y, glob: "/(*)", join_on: k }
${member('w', 'k', ', outer_join: true')}${member('z', 'other')}`;
    const pipeline = planPipeline(
      ['x/1', 'y/1', 'y/2', 'w/1', 'z/1'],
      specAround(input, '{x.path}-{w.path}'),
    );
    assert.deepEqual(pipeline.datums.map(inputsOf), [['x=x/1', 'w=w/1'], ['w=w/1']]);
  });

  it('of one group are one command', () => {
    const count = 200_000;
    const spec = `input:\n  group:\n  ${member('x', 'k')}transform: { cmd: [tool, "{x}"] }\n`;
    const [datum] = planPipeline(files('x', count), spec).datums;
    assert.equal(datum?.command?.command.length, count + 1);
  });

  it('of a crossed input are read once', () => {
    const asked: string[] = [];
    const pathOf = perInput((input) => {
      asked.push(input.match);
      return input.match === 'b' ? undefined : input.match;
    });
    const [a, b] = ['a', 'b'].map((match) => ({
      name: 'x',
      repo: 'x',
      match,
      matched: { captures: [match] },
    }));
    assert.ok(a !== undefined && b !== undefined);
    assert.deepEqual([a, b, a, b].map(pathOf), ['a', undefined, 'a', undefined]);
    assert.deepEqual(asked, ['a', 'b']);
  });
});

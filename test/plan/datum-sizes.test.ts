import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
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
    const inner = files('x', 40).flatMap((path) => files(path, 1000));
    const input = `cross:\n${member('x', 'k', ', empty_files: true')}${member('y', 'k')}`;
    const begun = performance.now();
    assert.equal(planPipeline([...inner, ...files('y', 200)], specAround(input)).datums.length, 8000);
    // Read for each datum anew, the 8 million names take several times as long.
    assert.ok(performance.now() - begun < 4000);
  });
});

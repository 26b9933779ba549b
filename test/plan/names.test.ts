import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseSpec } from '../../src/spec/parse.ts';
import { CLASH_CASES, INPUT_NAME_CASES } from './name-cases.ts';
import { complaints, DIRECTORY, inputsOf, planPipeline, refusalOf, specAround } from './plan-rig.ts';

describe('names of inputs', () => {
  for (const { name, input, refused } of INPUT_NAME_CASES) {
    it(`${name}: ${refused === undefined ? 'allowed' : 'refused'}`, () => {
      const { spec, diagnostics } = parseSpec(specAround(input), { directory: DIRECTORY });
      const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
      if (refused === undefined) {
        assert.deepEqual(errors, []);
      } else {
        assert.match(errors.join('\n'), refused);
        assert.equal(spec, undefined);
      }
    });
  }
});

describe('names of datums', () => {
  for (const { name, files, input, output, says } of CLASH_CASES) {
    it(`clash for ${name}`, () => {
      const refusal = refusalOf(files, specAround(input, output));
      for (const pattern of says) assert.match(refusal, pattern);
    });
  }

  it('are apart where the inputs are', () => {
    const input = 'cross:\n  - pfs: { repo: x, glob: "/*" }\n  - pfs: { repo: y, glob: "/*" }';
    assert.equal(refusalOf(['x/a', 'x/b', 'y/a', 'y/b'], specAround(input)), '');
  });
});

/** Name, place of the result, and whether the record owns that whole directory. */
function places(files: readonly string[], input: string, output?: string): readonly (string | boolean)[][] {
  const pipeline = planPipeline(files, specAround(input, output));
  assert.equal(complaints(pipeline), '');
  return pipeline.datums.map((datum) => [datum.datum, datum.output, datum.ownsDirectory]);
}

describe('places of results', () => {
  const cross = 'cross:\n  - pfs: { repo: x, glob: "/(*)" }\n  - pfs: { repo: y, glob: "/(*)" }';
  const files = ['x/a', 'x/b', 'y/1'];

  it('are named after the datum', () => {
    assert.deepEqual(places(files, cross), [
      ['a/1', 'job/a/1', true],
      ['b/1', 'job/b/1', true],
    ]);
  });

  it('are all the pipeline directory itself with a dot', () => {
    assert.deepEqual(places(files, cross, '.'), [
      ['a/1', 'job', false],
      ['b/1', 'job', false],
    ]);
  });

  it('are what a template of all inputs says', () => {
    assert.deepEqual(places(files, cross, 'y-{y.path}/{x.1}'), [
      ['a/1', 'job/y-1/a', true],
      ['b/1', 'job/y-1/b', true],
    ]);
  });

  it('can be shared by datums of different names', () => {
    assert.deepEqual(places(files, cross, 'y-{y.1}'), [
      ['a/1', 'job/y-1', false],
      ['b/1', 'job/y-1', false],
    ]);
  });

  it('are not owned as a whole where another result lies within or around', () => {
    const union = 'union:\n  - pfs: { repo: x, glob: "/*" }\n  - pfs: { repo: x, glob: "/*/*" }';
    assert.deepEqual(places(['x/a/1', 'x/a/2', 'x/b'], union), [
      ['a', 'job/a', false],
      ['b', 'job/b', true],
      ['a/1', 'job/a/1', false],
      ['a/2', 'job/a/2', false],
    ]);
  });

  it('are those of the keys of joins and groups', () => {
    const group = 'group:\n  - pfs: { repo: x, glob: "/(?)-(?)", group_by: "$2/$1" }';
    assert.deepEqual(places(['x/a-1', 'x/b-1', 'x/b-2'], group), [
      ['1/a', 'job/1/a', true],
      ['1/b', 'job/1/b', true],
      ['2/b', 'job/2/b', true],
    ]);
  });
});

describe('a reference', () => {
  const input = `
cross:
  - pfs: { repo: data, glob: "/*" }
  - pfs: { repo: atlas, glob: "/*", reference: true }`;
  const files = ['data/file', 'atlas/reference_file'];
  const job = (contents: Readonly<Record<string, string>>): string => {
    const [datum, ...more] = planPipeline(files, specAround(input), contents).datums;
    assert.ok(datum !== undefined && more.length === 0);
    assert.deepEqual(inputsOf(datum), ['data=data/file', 'atlas=atlas/reference_file']);
    assert.ok(datum.job !== null);
    return datum.job;
  };

  it('does not change the job, and what is beside it does', () => {
    const before = job({ 'data/file': 'foo', 'atlas/reference_file': 'foo' });
    assert.equal(job({ 'data/file': 'foo', 'atlas/reference_file': 'bar' }), before);
    assert.notEqual(job({ 'data/file': 'bar', 'atlas/reference_file': 'foo' }), before);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { takenPlaces } from '../../src/plan/taken-places.ts';
import { planPipeline, specAround } from './plan-rig.ts';

describe('places that are taken', () => {
  const taken = takenPlaces('p', ['p/spec.yml', 'p/q/spec.yaml', 'r/spec.yml'], [{ path: 'p/code/x.py' }]);
  const cases: readonly [place: string, why: RegExp | undefined][] = [
    ['p', undefined],
    ['p/a', undefined],
    ['p/spec.yml', /^p\/spec\.yml is the spec/],
    ['p/spec.yml/a', /^p\/spec\.yml is the spec/],
    ['p/spec.yml.d', undefined],
    ['p/q', /^p\/q\/spec\.yaml is the spec/],
    ['p/q/spec.yaml', /^p\/q\/spec\.yaml is the spec/],
    ['p/q/results', undefined],
    ['p/code', undefined],
    ['p/code/x.py', /^p\/code\/x\.py is code/],
    ['p/code/x.py/a', /^p\/code\/x\.py is code/],
    ['p/.git', /no folder named \.git$/],
    ['p/a/.GIT/b', /no folder named \.GIT$/],
    ['p/git~1/b', /no folder named git~1$/],
    ['p/.gitignore', undefined],
    ['p/a.git', undefined],
    ['p/a\nb', undefined],
    ['p/ä b', undefined],
  ];
  for (const [place, why] of cases)
    it(`${JSON.stringify(place)}: ${why === undefined ? 'free' : 'taken'}`, () => {
      if (why === undefined) assert.equal(taken(place), undefined);
      else assert.match(taken(place) ?? '', why);
    });

  it('are told once for a pipeline, and block their datums alone', () => {
    const input = 'pfs: { repo: data, glob: "/*" }';
    const files = ['data/a', 'data/spec.yml', 'data/git~1/x'];
    const { datums, findings } = planPipeline(files, specAround(input));
    assert.deepEqual(
      datums.map(({ datum, state, reason }) => [datum, state, reason]),
      [
        [
          'git~1',
          'blocked',
          'Its result would go to job/git~1, and git keeps no folder named git~1: give it another `output`.',
        ],
        ['a', 'pending', undefined],
        [
          'spec.yml',
          'blocked',
          'Its result would go to job/spec.yml, and job/spec.yml is the spec of a pipeline: give it another `output`.',
        ],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    assert.deepEqual(
      findings.map(({ rule, severity, message }) => [rule, severity, message]),
      [
        [
          'output-taken',
          'error',
          'The result of the datum `git~1` would go to `job/git~1`, and git keeps no folder named git~1 (and so for 1 more); give it another `output`.',
        ],
      ],
    );
  });
});

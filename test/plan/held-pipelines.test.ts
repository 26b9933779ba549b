import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkProject } from '../../src/plan/check-project.ts';
import { History } from '../../src/plan/history.ts';
import { NO_IMAGE_FACTS } from '../../src/plan/image-facts.ts';
import { inputEntries } from '../../src/plan/input.ts';
import { compareCodePoints } from '../../src/plan/match-tree.ts';
import { upstreamsOf } from '../../src/plan/order.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/planned.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import { parseSpec } from '../../src/spec/parse.ts';

type Specs = Readonly<Record<string, string>>;

const reading = (repo: string, glob = '/*'): string =>
  `input:\n  pfs: { repo: ${repo}, glob: ${JSON.stringify(glob)}, name: x }\ntransform:\n  cmd: [cp, "{x}", "{out}"]\n`;

function indexOf(specs: Specs, files: readonly string[]): TreeIndex {
  const paths = [...files, ...Object.keys(specs).map((directory) => `${directory}/spec.yml`)];
  const entries = paths
    .sort(compareCodePoints)
    .map((path) => ({ path, type: 'file' as const, blob: `content of ${path}` }));
  return new TreeIndex({ commit: '0', entries });
}

/** The rules that are broken, by pipeline. */
function broken(specs: Specs, files: readonly string[]): string[] {
  const found = checkProject(
    Object.entries(specs).map(([directory, text]) => ({
      file: `${directory}/spec.yml`,
      directory,
      parsed: parseSpec(text, { directory }),
    })),
    indexOf(specs, files),
    NO_IMAGE_FACTS,
  );
  return found.map(({ file, rule }) => `${file} ${rule}`);
}

function plan(specs: Specs, files: readonly string[]): Plan {
  const pipelines = Object.entries(specs).map(([directory, text]) => {
    const { spec } = parseSpec(text, { directory });
    assert.ok(spec !== undefined);
    return { specPath: `${directory}/spec.yml`, directory, spec };
  });
  return makePlan({
    index: indexOf(specs, files),
    pipelines,
    broken: [],
    history: new History(),
    images: NO_IMAGE_FACTS,
    failures: new Map(),
    holders: new Map(),
  });
}

describe('a repo that holds pipelines', () => {
  const pipelines = [{ directory: '' }, { directory: 'p/q' }, { directory: 'p/q/in' }, { directory: 'p/r' }];
  const cases: readonly [repo: string, glob: string | undefined, readonly string[]][] = [
    ['p', '/*', ['p/q', 'p/q/in', 'p/r']],
    ['p', '/', ['p/q', 'p/q/in', 'p/r']],
    ['p', '/r', ['p/r']],
    ['p', '/r/x', ['p/r']],
    ['p', '/*.csv', []],
    ['p', '/raw/**', []],
    ['p', '/**', ['p/q', 'p/q/in', 'p/r']],
    ['p', undefined, ['p/q', 'p/q/in', 'p/r']],
    ['p', '/(', ['p/q', 'p/q/in', 'p/r']],
    ['p/q', '/in/*', ['p/q']],
    ['p/q/x', '/', ['p/q']],
    ['other', '/', []],
  ];
  for (const [repo, glob, expected] of cases)
    it(`reads those that ${glob ?? 'no glob'} concerns in ${repo}`, () => {
      const found = upstreamsOf({ repo, glob }, pipelines).map(({ directory }) => directory);
      assert.deepEqual(found, expected);
    });

  it('is part of a circle', () => {
    const specs = { inraw: reading('raw'), 'raw/pipe': reading('inraw') };
    assert.deepEqual(broken(specs, ['raw/a']), [
      'inraw/spec.yml pipeline-cycle',
      'raw/pipe/spec.yml pipeline-cycle',
    ]);
    for (const { datums, problem } of plan(specs, ['raw/a']).pipelines) {
      assert.deepEqual(datums, []);
      assert.match(problem ?? '', /its own results/);
    }
  });

  it('is not read by a pipeline in it that could read itself', () => {
    const specs = { 'der/all': reading('der') };
    assert.deepEqual(broken(specs, ['der/a']), ['der/all/spec.yml pipeline-cycle']);
    assert.match(plan(specs, ['der/a']).pipelines[0]?.problem ?? '', /its own results/);
    const elsewhere = { 'der/all': reading('der', '/raw/*') };
    assert.deepEqual(broken(elsewhere, ['der/raw/a']), []);
    assert.deepEqual(
      plan(elsewhere, ['der/raw/a']).pipelines[0]?.datums.map(({ datum, state }) => [datum, state]),
      [['raw/a', 'pending']],
    );
  });

  it('is read when they are done, for what it holds beside them and for their results', () => {
    const specs = { agg: reading('der'), 'der/prep': reading('raw') };
    const files = ['raw/a', 'der/own/x', 'der/prep/README.md', 'der/prep/code.py', 'der/prep/old/x'];
    assert.deepEqual(broken(specs, files), []);
    const [prep, agg] = plan(specs, files).pipelines;
    assert.equal(prep?.name, 'prep');
    assert.ok(agg !== undefined);
    assert.deepEqual(
      agg.datums.map(({ datum, state, reason }) => [datum, state, reason]),
      [
        ['own', 'pending', undefined],
        ['prep', 'blocked', 'Waits for prep/a.'],
      ],
    );
    const index = indexOf(specs, files);
    const read = agg.datums.flatMap(({ inputs }) => inputs.flatMap((input) => inputEntries(index, input)));
    assert.deepEqual(
      read.map(({ path }) => path),
      ['der/own/x'],
    );
  });

  it('is read as a whole when all of them are done', () => {
    const specs = { agg: reading('der', '/'), 'der/prep': reading('raw') };
    const [, agg] = plan(specs, ['raw/a', 'der/x']).pipelines;
    assert.deepEqual(
      agg?.datums.map(({ state, reason }) => [state, reason]),
      [['blocked', 'Waits for prep/a.']],
    );
  });
});

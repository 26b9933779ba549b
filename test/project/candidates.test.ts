import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findProgram } from '../../src/project/programs.ts';
import { readCandidates } from '../../src/project/read-candidates.ts';
import { askDatalad } from '../rigs/ask-datalad.ts';
import { makeCandidateCases } from '../rigs/candidate-cases.ts';
import { TestProject } from '../rigs/project.ts';

type Row = readonly [cost: number, name: string, url: string];

const SEED = 20_170;
const CASES = 320;

describe('candidates of subdatasets', function () {
  this.timeout(300_000);
  let project: TestProject;
  beforeEach(() => {
    project = TestProject.make();
  });
  afterEach(() => project.remove());

  it('are those of the installed DataLad, in its order', async function () {
    const program = findProgram('datalad');
    if (program === undefined) this.skip();
    const cases = makeCandidateCases(project, join(project.root, '..', 'cases'), CASES, SEED);
    const theirs = askDatalad<Record<string, Row[]>>(
      program,
      'datalad-candidates.py',
      cases.map(({ root }) => root),
    );
    let ordered = 0;
    let rows = 0;
    for (const [position, { root, isOrdered }] of cases.entries()) {
      const { subdatasets } = await readCandidates(root);
      const own = Object.fromEntries(
        subdatasets.map(({ path, candidates }) => [
          path,
          candidates.map(({ cost, name, url }): Row => [cost, name, url]),
        ]),
      );
      const expected = theirs[position] ?? {};
      rows += Object.values(own).flat().length;
      if (isOrdered) {
        ordered += 1;
        assert.deepEqual(own, expected, root);
        continue;
      }
      const asSets = (all: Record<string, Row[]>) =>
        Object.fromEntries(
          Object.entries(all).map(([path, list]) => [
            path,
            list.map(([cost, , url]) => `${cost} ${url}`).sort(),
          ]),
        );
      assert.deepEqual(asSets(own), asSets(expected), root);
    }
    assert.ok(ordered >= 200, `${ordered} cases have one order`);
    assert.ok(rows > 8 * CASES, `${rows} candidates were compared`);
  });

  it('leave out sources that nothing is known for, and say so', async () => {
    project.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},data/a`);
    project.write(
      '.gitmodules',
      '[submodule "data/a"]\n\tpath = data/a\n\turl = ./data/a\n\tdatalad-id = abc\n',
    );
    const key = (name: string): string => `datalad.get.subdataset-source-candidate-${name}`;
    project.git('config', key('100good'), '/store/{id}');
    project.git('config', key('200strange'), '/store/{strange}');
    project.git('config', key('300broken'), '/store/{id');
    project.git('config', key('400twice'), '/first');
    project.git('config', '--add', key('400twice'), '/second');
    const { subdatasets, warnings } = await readCandidates(project.root);
    const [only] = subdatasets;
    assert.deepEqual(
      only?.candidates.map(({ url }) => url),
      // The local place is the subdataset itself, which is not there.
      ['/store/abc', '/second'],
    );
    assert.equal(only?.warnings.length, 2);
    assert.match(
      only?.warnings[0] ?? '',
      /200strange.*data\/a.*\{strange\}.*can use \{url\}, \{id\}, \{name\}/,
    );
    assert.match(only?.warnings[1] ?? '', /300broken.*cannot be read/);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /400twice has 2 values/);
  });
});

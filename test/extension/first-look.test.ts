import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { describe, it } from 'mocha';
import { firstYieldsIn, yieldsIn } from '../../src/extension/spec-language.ts';
import type { Tree } from '../../src/plan/tree.ts';
import { readTree } from '../../src/project/tree.ts';
import { TestProject } from '../rigs/project.ts';

const spec = (repo: string, glob: string) => ({
  file: 'job/spec.yml',
  text: `input:\n  pfs: { repo: ${repo}, glob: "${glob}" }\ntransform:\n  cmd: [cp]\n`,
});

describe('a first look at a tree', () => {
  let project: TestProject;
  let listed: Tree;
  let whole: Tree;

  before(async () => {
    project = TestProject.make();
    project.write('data/one/a.txt', 'one\n');
    project.write('data/two/a.txt', 'two\n');
    project.write('upstream/spec.yml', spec('data', '/*').text);
    project.write('upstream/one/a.txt', 'a result\n');
    symlinkSync('data', project.path('linked'));
    const commit = project.commit('Add files');
    const early: Tree[] = [];
    whole = await readTree(project.root, commit, { onListed: (files) => early.push({ commit, ...files }) });
    const [first, ...others] = early;
    assert.ok(first && others.length === 0);
    listed = first;
  });
  after(() => project.remove());

  it('has each file, and links without what they say', () => {
    assert.deepEqual(
      Array.from(listed.entries, ({ path, type }) => [path, type]),
      Array.from(whole.entries, ({ path, type }) => [path, type]),
    );
    assert.equal(listed.entries.find(({ path }) => path === 'linked')?.target, undefined);
    assert.equal(whole.entries.find(({ path }) => path === 'linked')?.target, 'data');
  });

  for (const [repo, glob, first, then] of [
    ['data', '/*', [2], [2]],
    ['data', '/*/a.txt', [2], [2]],
    // None is not said before it is certain.
    ['data', '/three', [], [0]],
    ['nowhere', '/*', [], []],
    // These are results, which the other spec has a say in.
    ['upstream', '/*', [], []],
  ] as const)
    it(`counts ${glob} in ${repo} as a second one does, or not yet`, () => {
      const own = spec(repo, glob);
      const others = [{ file: 'upstream/spec.yml', text: spec('data', '/*').text }];
      const counts = (found: readonly { readonly count: number }[]) => found.map(({ count }) => count);
      assert.deepEqual(counts(firstYieldsIn(own, listed)), first);
      assert.deepEqual(counts(yieldsIn({ spec: own, others, tree: whole, images: undefined })), then);
    });
});

import assert from 'node:assert/strict';
import { projectView } from '../../src/extension/tree-directories.ts';
import type { Tree, TreeEntry } from '../../src/plan/tree.ts';

function tree(...paths: string[]): Tree {
  const entries = paths.map((path): TreeEntry => ({ path, type: 'file', blob: '0' }));
  return { commit: 'c0ffee', entries: [...entries, { path: 'raw/atlas', type: 'subdataset', blob: '1' }] };
}

describe('a tree as directories', () => {
  it('lists files, directories and subdatasets, each once and in order', () => {
    const view = projectView(
      tree('README.md', 'raw/sub-02/t1.nii', 'raw/sub-01/t1.nii', 'raw/sub-01/t2.nii'),
      [],
    );
    assert.deepEqual(view.list(''), [
      { name: 'README.md', kind: 'file' },
      { name: 'raw', kind: 'directory' },
    ]);
    assert.deepEqual(
      view.list('raw').map(({ name }) => name),
      ['atlas', 'sub-01', 'sub-02'],
    );
    assert.deepEqual(
      view.list('raw/sub-01').map(({ kind }) => kind),
      ['file', 'file'],
    );
  });

  it('has nothing to offer where nothing is known', () => {
    assert.deepEqual(projectView(tree('a'), []).list('b'), []);
    assert.deepEqual(projectView(undefined, []).list(''), []);
  });
});

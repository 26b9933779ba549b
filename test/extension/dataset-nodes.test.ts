import assert from 'node:assert/strict';
import {
  datasetAppearance,
  datasetNodes,
  repoAppearance,
  repoNodes,
} from '../../src/extension/dataset-nodes.ts';
import { FeedModel } from '../../src/extension/feed-model.ts';
import { ENGLISH, status } from './status-samples.ts';

describe('the lines of the Datasets view', () => {
  it('shows the root by the project and its repos with those who read them', () => {
    const model = new FeedModel();
    model.apply(status([], {}));
    const [root] = datasetNodes('f', model);
    assert.ok(root?.kind === 'dataset');
    const look = datasetAppearance(root.dataset, 'study', ENGLISH);
    assert.deepEqual([look.label, look.description], ['study', 'git-annex, c0ffee12']);
    const [repo] = repoNodes('f', root.dataset);
    assert.ok(repo?.kind === 'repo');
    assert.equal(repoAppearance(repo.repo, ENGLISH).description, '20 files → edges');
  });

  it('says how an absent subdataset is had', () => {
    const absent = { path: 'raw', id: null, installed: false, commit: 'c0ffee', annex: false, repos: [] };
    const look = datasetAppearance(absent, 'study', ENGLISH);
    assert.equal(look.description, 'not installed');
    assert.ok(look.tooltip?.includes('Install it with: datalad get -n raw'));
  });
});

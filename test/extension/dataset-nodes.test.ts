import assert from 'node:assert/strict';
import {
  candidateAppearances,
  datasetAppearance,
  datasetNodes,
  datasetParts,
  installCommand,
  repoAppearance,
  siblingAppearances,
} from '../../src/extension/dataset-nodes.ts';
import { FeedModel } from '../../src/extension/feed-model.ts';
import { ENGLISH, status } from './status-samples.ts';

describe('the lines of the Datasets view', () => {
  it('shows the root by the project and its repos with those who read them', () => {
    const model = new FeedModel();
    model.apply(status([], {}));
    const [root] = datasetNodes('f', model);
    assert.ok(root?.kind === 'dataset');
    const look = datasetAppearance(root.dataset, 'study', undefined, ENGLISH);
    assert.deepEqual([look.label, look.description], ['study', 'git-annex, c0ffee12']);
    const [repo, ...rest] = datasetParts('f', root.dataset);
    assert.ok(repo?.kind === 'repo');
    assert.equal(repoAppearance(repo.repo, ENGLISH).description, '20 files → edges');
    assert.deepEqual(
      rest.map(({ kind }) => kind),
      ['siblings'],
    );
  });

  const CLEAN = { path: '', changed: 0, content: { keys: 0, bytes: 0, keysHere: 0, bytesHere: 0 } };
  for (const [what, standing, description, context] of [
    ['nothing but the commit where all is clean and nothing annexed', CLEAN, '', ''],
    ['what is changed', { ...CLEAN, changed: 3 }, '3 changed, ', ''],
    ['another commit that is checked out', { ...CLEAN, checkedOut: 'f00d'.repeat(10) }, 'at f00df00d, ', ''],
    [
      'how much content is here',
      { ...CLEAN, content: { keys: 9, bytes: 4e9, keysHere: 2, bytesHere: 1.2e9 } },
      '1.2 GB of 4.0 GB here, ',
      ' lacking',
    ],
    [
      'that all content is here',
      { ...CLEAN, content: { keys: 9, bytes: 4e9, keysHere: 9, bytesHere: 4e9 } },
      '4.0 GB here, ',
      '',
    ],
    ['nothing of content that is not known', { ...CLEAN, content: null }, '', ''],
  ] as const)
    it(`says of a dataset ${what}`, () => {
      const dataset = { path: '', id: null, installed: true, commit: 'c0ffee1234', annex: true, repos: [] };
      const look = datasetAppearance(dataset, 'study', standing, ENGLISH);
      assert.equal(look.description, `${description}git-annex, c0ffee12`);
      assert.equal(look.accessible, `Dataset study: ${description}git-annex, c0ffee12`);
      assert.equal(look.context, `dataset installed${context}`);
    });

  it('has siblings of what is installed, and candidates of what can be cloned', () => {
    const kinds = (installed: boolean): string[] => {
      const dataset = { path: 'raw', id: null, installed, commit: 'c0ffee', annex: false, repos: [] };
      return datasetParts('f', dataset).map(({ kind }) => kind);
    };
    assert.deepEqual(kinds(true), ['siblings', 'candidates']);
    assert.deepEqual(kinds(false), ['candidates']);
  });

  it('lists siblings by where they are', () => {
    const siblings = [
      { name: 'origin', url: 'ssh://lab/study', uuid: 'u-1' },
      { name: 'store', url: undefined, uuid: 'u-2' },
    ];
    const looks = siblingAppearances(siblings, ENGLISH);
    assert.deepEqual(
      looks.map(({ label, description }) => [label, description]),
      [
        ['origin', 'ssh://lab/study'],
        ['store', 'special remote of git-annex'],
      ],
    );
    assert.ok(looks[1]?.tooltip?.includes('git-annex calls it u-2'));
    assert.equal(looks[0]?.accessible, 'Sibling origin: ssh://lab/study');
    assert.deepEqual(
      siblingAppearances([], ENGLISH).map(({ label }) => label),
      ['none'],
    );
  });

  it('lists candidates in their order with their costs', () => {
    const candidates = [
      { cost: 210, name: 'lab', url: 'ria+file:///store#id', configured: true },
      { cost: 600, name: 'dl-url', url: '../raw', configured: false },
    ];
    const looks = candidateAppearances(candidates, ENGLISH);
    assert.deepEqual(
      looks.map(({ label, description }) => [label, description]),
      [
        ['1. lab', 'cost 210, ria+file:///store#id'],
        ['2. dl-url', 'cost 600, ../raw'],
      ],
    );
    assert.equal(looks[0]?.accessible, 'Candidate 1, lab: cost 210, ria+file:///store#id');
    assert.match(candidateAppearances([], ENGLISH)[0]?.label ?? '', /candidates --add URL/);
    assert.match(candidateAppearances(undefined, ENGLISH)[0]?.label ?? '', /runner output/);
  });

  it('quotes the path in the command that installs it', () => {
    assert.equal(installCommand('raw/my data'), "datalad get -n 'raw/my data'");
  });

  it('says how an absent subdataset is had', () => {
    const absent = { path: 'raw', id: null, installed: false, commit: 'c0ffee', annex: false, repos: [] };
    const look = datasetAppearance(absent, 'study', undefined, ENGLISH);
    assert.equal(look.description, 'not installed');
    assert.ok(look.tooltip?.includes('Install it with: datalad get -n raw'));
  });
});

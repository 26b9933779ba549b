import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DatasetsReport, FeedLine } from '../../src/plan/feed-line.ts';
import { TestProject } from '../rigs/project.ts';

/** A clone of an annexed project with a subdataset; neither content nor the subdataset is in it. */
function makeClone(): {
  readonly source: TestProject;
  readonly inner: TestProject;
  readonly clone: TestProject;
} {
  const source = TestProject.make({ annex: true });
  const inner = TestProject.make({ annex: true });
  for (const [project, folder] of [
    [source, 'raw'],
    [inner, 'deep'],
  ] as const) {
    for (const size of [1000, 2000, 3000]) project.write(`${folder}/f${size}`, `${size}`.padEnd(size, '.'));
    // The same content once more is the same key.
    project.write(`${folder}/again`, '1000'.padEnd(1000, '.'));
    project.git('annex', 'add', '--quiet', '.');
    project.git('commit', '--quiet', '-m', 'Add data');
  }
  source.addSubmodule(inner, 'sub');
  source.write('copy/spec.yml', 'input:\n  pfs: { repo: raw, glob: "/*" }\ntransform:\n  cmd: ["true"]\n');
  source.commit('Add a pipeline');
  const clone = source.clone('clone');
  clone.git('annex', 'init', '--quiet', 'clone');
  return { source, inner, clone };
}

const NOTHING = { keys: 3, bytes: 6000, keysHere: 0, bytesHere: 0 };
const ALL = { keys: 3, bytes: 6000, keysHere: 3, bytesHere: 6000 };

describe('datasets', function () {
  this.timeout(120_000);
  let source: TestProject;
  let inner: TestProject;
  let clone: TestProject;
  beforeEach(() => {
    ({ source, inner, clone } = makeClone());
  });
  afterEach(() => {
    inner.remove();
    source.remove();
  });

  const standing = (): DatasetsReport['datasets'] =>
    (JSON.parse(clone.minipach('datasets', '--json').stdout) as DatasetsReport).datasets;

  it('are told with what is changed, and how much of their content is here, each key once', () => {
    assert.deepEqual(standing(), [
      { path: '', changed: 0, content: NOTHING },
      { path: 'sub', changed: null, content: null },
    ]);
    clone.git('annex', 'get', '--quiet', 'raw/f2000');
    clone.write('new.txt', 'new');
    const text = clone.minipach('datasets').stdout;
    assert.match(text, /^\. {2}1 changed file {2}2\.0 kB of 6\.0 kB here$/m);
    assert.match(text, /^sub {2}not installed$/m);
  });

  it('get what is asked for: files, a subdataset without or with its content', () => {
    const one = clone.minipach('get', 'raw/f1000');
    assert.deepEqual([one.code, one.stdout], [0, 'Fetched 1 file.\n'], one.stderr);
    assert.deepEqual(standing()[0]?.content, { ...NOTHING, keysHere: 1, bytesHere: 1000 });
    const installed = clone.minipach('get', '--no-data', 'sub');
    assert.equal(installed.code, 0, installed.stderr);
    assert.match(installed.stdout, /^cloned {3}sub/);
    assert.deepEqual(standing()[1], { path: 'sub', changed: 0, content: NOTHING });
    const all = clone.minipach('get', '--recursive', '--json');
    assert.equal(all.code, 0, all.stderr);
    const last = all.stdout.trim().split('\n').at(-1) ?? '';
    const { event, bytes, total } = JSON.parse(last) as Record<string, unknown>;
    // One of the six keys was here.
    assert.deepEqual([event, bytes, total], ['content-fetching', 11_000, 11_000]);
    assert.deepEqual(
      standing().map(({ content }) => content),
      [ALL, ALL],
    );
    assert.equal(clone.minipach('get').stdout, 'All content is here.\n');
  });

  it('say which paths there are not, and what could not be had', () => {
    const wrong = clone.minipach('get', 'raw/nowhere');
    assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /raw\/nowhere is not committed/);
    assert.equal(clone.minipach('get', '..').code, 2);
    clone.git('remote', 'remove', 'origin');
    const none = clone.minipach('get', 'raw/f1000');
    assert.equal(none.code, 1);
    assert.match(none.stderr, /The content of raw\/\w+ could not be fetched/);
  });

  it('are told by the feed to those who ask, and again when content comes or files change', async () => {
    const feed = clone.startFeed();
    const lines = createInterface({ input: feed.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<FeedLine> => JSON.parse((await lines.next()).value as string) as FeedLine;
    const datasets = async (): Promise<DatasetsReport['datasets']> => {
      for (;;) {
        const line = await next();
        if (line.kind === 'datasets') return line.datasets;
      }
    };
    assert.equal((await next()).kind, 'status');
    feed.stdin.write('datasets\n');
    assert.deepEqual((await datasets())[0], { path: '', changed: 0, content: NOTHING });
    clone.git('annex', 'get', '--quiet', '.');
    let told = await datasets();
    while (told[0]?.content?.keysHere !== 3) told = await datasets();
    // Of a new file git knows nothing: an editor says that it has saved something.
    clone.write('raw/new', 'new');
    feed.stdin.write('\n');
    while (told[0]?.changed !== 1) told = await datasets();
    rmSync(clone.path('raw/new'));
    feed.stdin.write('\n');
    while (told[0]?.changed !== 0) told = await datasets();
    feed.kill('SIGTERM');
  });
});

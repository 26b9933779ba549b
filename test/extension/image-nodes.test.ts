import assert from 'node:assert/strict';
import { FeedModel } from '../../src/extension/feed-model.ts';
import {
  imageAppearance,
  imageNodes,
  type PrefetchOutcome,
  prefetchSummary,
  type UsedImage,
  usedImages,
} from '../../src/extension/image-nodes.ts';
import type { ImageFetching } from '../../src/extension/run-progress.ts';
import type { ImageReport, PipelineReport } from '../../src/plan/report.ts';
import { ENGLISH, status } from './status-samples.ts';

const ABSENT = { name: 'tool', key: 'MD5E-s5000--0', state: 'absent', bytesToFetch: 5000 } as const;
const HERE = { name: 'atlas', key: 'c0ffee', state: 'present', bytesToFetch: 0 } as const;
const PULLED = { name: 'python:3.12', key: 'sha256:1', state: 'unknown', bytesToFetch: 0 } as const;

/** What the feed says of pipelines that run in these images. */
function modelOf(images: Readonly<Record<string, ImageReport | null>>): FeedModel {
  const report = status([], {});
  const [sample] = report.pipelines;
  assert.ok(sample);
  const pipelines = Object.entries(images).map(
    ([name, image]): PipelineReport => ({ ...sample, name, image }),
  );
  const model = new FeedModel();
  model.apply({ ...report, pipelines });
  return model;
}

const used = (report: ImageReport): UsedImage => ({
  ...report,
  isVerified: false,
  usedBy: ['edges', 'masks'],
});
const look = (report: ImageReport, fetching?: ImageFetching) =>
  imageAppearance(used(report), fetching, ENGLISH);

describe('the lines of the Images view', () => {
  it('name each image once, with all who use it, in order', () => {
    const model = modelOf({ masks: ABSENT, plain: null, edges: ABSENT, average: HERE });
    assert.deepEqual(usedImages(model), [
      { ...HERE, isVerified: false, usedBy: ['average'] },
      { ...ABSENT, isVerified: false, usedBy: ['edges', 'masks'] },
    ]);
    assert.deepEqual(
      imageNodes('f', model).map((node) => node.kind === 'image' && [node.folder, node.image.name]),
      [
        ['f', 'atlas'],
        ['f', 'tool'],
      ],
    );
    assert.deepEqual(imageNodes('f', modelOf({ plain: null })), []);
  });

  it('say what the feed has told since, which a whole status comes too late for', () => {
    const model = modelOf({ masks: ABSENT, average: HERE });
    const by = { host: 'node01', pid: 7, run: 'r' };
    const standing = { name: 'tool', bytesToFetch: 0, fetching: null } as const;
    model.apply({
      ...{ version: 1, kind: 'images' },
      images: [
        { ...standing, name: 'atlas', state: 'present', verified: true },
        { ...standing, state: 'absent', bytesToFetch: 5000, fetching: { bytes: 2500, total: 5000, by } },
      ],
    });
    const texts = (): unknown =>
      usedImages(model).map((image) => {
        const fetching = model.images.get(image.name)?.fetching ?? undefined;
        return imageAppearance(image, fetching, ENGLISH).description;
      });
    assert.deepEqual(texts(), ['present, verified', 'fetching, 50 % of 5.0 kB, by process 7 on node01']);
    model.apply({ version: 1, kind: 'images', images: [{ ...standing, state: 'present' }] });
    assert.deepEqual(texts(), ['present', 'present']);
  });

  const states: readonly (readonly [ImageReport, string, string])[] = [
    [HERE, 'present', 'image present'],
    [ABSENT, 'absent, 5.0 kB to fetch', 'image absent'],
    [{ ...ABSENT, bytesToFetch: 0 }, 'absent, of unknown size', 'image absent'],
    [PULLED, 'from a registry', 'image unknown'],
    [{ ...PULLED, key: null }, 'unknown', 'image unknown'],
  ];
  for (const [report, description, context] of states) {
    it(`say of ${report.name}: ${description}`, () => {
      const found = look(report);
      assert.deepEqual([found.description, found.context], [description, context]);
    });
  }

  it('tell in full what it is, to the eye and to a screen reader', () => {
    const { tooltip, accessible } = look(ABSENT);
    assert.deepEqual(tooltip, [
      'tool',
      'absent, 5.0 kB to fetch',
      'Content: MD5E-s5000--0',
      'Used by: edges, masks',
    ]);
    assert.equal(accessible, 'Image tool: absent, 5.0 kB to fetch, used by edges, masks');
    assert.ok(look({ ...PULLED, key: null }).tooltip?.includes('Content: not known yet'));
  });

  it('say how far a fetch is, and who else does it', () => {
    const mine = look(ABSENT, { bytes: 1700, total: 5000, by: null });
    assert.deepEqual([mine.description, mine.context], ['fetching, 34 % of 5.0 kB', 'image fetching']);
    const theirs = look(ABSENT, { bytes: 6000, total: 5000, by: { host: 'lab', pid: 7, run: 'r' } });
    assert.equal(theirs.description, 'fetching, 100 % of 5.0 kB, by process 7 on lab');
    assert.equal(look(HERE, { bytes: 0, total: 0, by: null }).description, 'checking');
  });
});

describe('the end of a prefetch', () => {
  const ended: PrefetchOutcome = { asked: 2, code: 0, stopped: false, said: [] };
  const cases: readonly (readonly [Partial<PrefetchOutcome>, string])[] = [
    [{}, '2 images are ready.'],
    [{ asked: 1 }, '1 image is ready.'],
    [{ said: ['Pinned a: commit it.'] }, 'Pinned a: commit it.'],
    [{ code: 3, said: ['No remote has it.', 'Nor that.'] }, 'No remote has it. Nor that.'],
    [{ code: null }, 'Fetching images ended early (exit null); Show Runner Output tells more.'],
    [
      { code: 130, stopped: true, said: ['One was late.'] },
      'Fetching images was stopped: what has come is kept, and the next prefetch goes on from there.',
    ],
    [{ stopped: true }, '2 images are ready.'],
  ];
  for (const [outcome, sentence] of cases) {
    it(`is told as: ${sentence}`, () => {
      assert.equal(prefetchSummary({ ...ended, ...outcome }, ENGLISH), sentence);
    });
  }
});

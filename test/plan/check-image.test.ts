import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkImage } from '../../src/plan/check-image.ts';
import type { TreeEntry } from '../../src/plan/tree.ts';
import type { TreeIndex } from '../../src/plan/tree-index.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from '../spec/positions.ts';
import { DIGEST, FACTS, INSTALLED, PARTLY } from './images-rig.ts';

/** Severity, rule, marked text and what a fix would write. */
function check(image: string, index: TreeIndex = INSTALLED): string[] {
  const text = `input:\n  pfs: { repo: raw, glob: "/*" }\ntransform:\n  image: ${image}\n  cmd: [a]\n`;
  const spec = { file: 'job/spec.yml', directory: 'job', parsed: parseSpec(text, { directory: 'job' }) };
  return checkImage(spec, index, FACTS).map(({ severity, rule, range, fixes, message }) => {
    const marked = text.slice(offsetOf(text, range.start), offsetOf(text, range.end));
    assert.match(message, /^[A-Z`].*[.?]$/);
    return `${severity} ${rule} ${marked}${fixes === undefined ? '' : ` → ${fixes[0]?.newText}`}`;
  });
}

describe('checking the image of a spec', () => {
  const table: readonly [string, readonly string[], TreeIndex?][] = [
    ['opencv', []],
    ['images/plain.sif', []],
    ['openvc', ['error unknown-image openvc → opencv']],
    ['"openvc"', ['error unknown-image "openvc" → opencv']],
    ['&a openvc', ['error unknown-image openvc → opencv']],
    ['images/plan.sif', ['error image-not-found images/plan.sif → images/plain.sif']],
    ['lost', ['error image-not-found lost']],
    ['python:3.12', ['information docker-image python:3.12']],
    ['python:3.11', ['information docker-image python:3.11']],
    [`python@${DIGEST}`, [`information docker-image python@${DIGEST}`]],
    ['twice', ['error unknown-image twice']],
    ['absent/x', [], PARTLY],
    ['openvc', ['warning unknown-image openvc → opencv'], PARTLY],
    ['busybox', ['information docker-image busybox'], PARTLY],
  ];
  for (const [image, expected, index] of table) {
    it(`says ${expected[0] ?? 'nothing'} of ${image}${index === undefined ? '' : ' where one is absent'}`, () =>
      assert.deepEqual(check(image, index), expected));
  }

  it('tells of content that is absent, where somebody can look', () => {
    const message = (image: string, isHere?: (file: TreeEntry) => boolean): string[] => {
      const text = `input:\n  pfs: { repo: raw, glob: "/*" }\ntransform:\n  image: ${image}\n  cmd: [a]\n`;
      const spec = { file: 'job/spec.yml', directory: 'job', parsed: parseSpec(text, { directory: 'job' }) };
      const facts = isHere === undefined ? FACTS : { ...FACTS, isHere };
      return checkImage(spec, INSTALLED, facts).map(
        ({ severity, rule, message }) => `${severity} ${rule}: ${message}`,
      );
    };
    const never = (): boolean => false;
    assert.deepEqual(message('opencv', never), [
      'information image-absent: The content of the image `opencv` (1.5 MB) is not here yet; a run fetches it once for all jobs, or `minipach prefetch opencv` does now.',
    ]);
    assert.deepEqual(
      message('opencv', () => true),
      [],
    );
    assert.deepEqual(message('opencv'), []);
    // Committed to git itself, kept by a container engine, or in no place that is known.
    for (const image of ['images/plain.sif', `python@${DIGEST}`, 'lost'])
      assert.doesNotMatch(message(image, never).join(), /image-absent/, image);
    const further = ({ path }: TreeEntry): boolean => path.endsWith('opencv/image');
    assert.deepEqual(message('opencv', further), []);
  });

  it('says whether a docker image is pinned', () => {
    const message = (image: string): string => {
      const text = `input:\n  pfs: { repo: raw, glob: "/*" }\ntransform:\n  image: ${image}\n  cmd: [a]\n`;
      const spec = { file: 'job/spec.yml', directory: 'job', parsed: parseSpec(text, { directory: 'job' }) };
      return checkImage(spec, INSTALLED, FACTS)[0]?.message ?? '';
    };
    assert.equal(
      message('python:3.12'),
      '`python:3.12` is taken as a docker reference, as no container of this name is registered.',
    );
    assert.match(message('python:3.11'), /registered\. No digest is known for its image `python:3\.11`;/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describeImage, imageChoices } from '../../src/plan/image-choices.ts';
import { imageFactFiles, imageFacts } from '../../src/plan/image-facts.ts';
import { type Image, resolveImage } from '../../src/plan/images.ts';
import type { TreeIndex } from '../../src/plan/tree-index.ts';
import { CONFIG, DIGEST, FACTS, INSTALLED, KEY, PARTLY, TOOLS_CONFIG } from './images-rig.ts';

function found(name: string, index: TreeIndex = INSTALLED): Image {
  const resolution = resolveImage(name, index, FACTS);
  assert.ok('image' in resolution, JSON.stringify(resolution));
  return resolution.image;
}

/** What is said of a name that stands for nothing that is known. */
function told(name: string, index: TreeIndex = INSTALLED, facts = FACTS): string {
  const resolution = resolveImage(name, index, facts);
  assert.ok(!('image' in resolution), JSON.stringify(resolution));
  const { kind, nearest } = resolution;
  const what =
    kind === 'wrong' ? `${resolution.rule}: ${resolution.message}` : `unknown: ${resolution.reason}`;
  return nearest === undefined ? what : `${what} → ${nearest}`;
}

describe('the image of a spec', () => {
  const identities: readonly [string, string][] = [
    ['opencv', `annex ${KEY}`],
    ['linked', 'blob blob-of-images/plain.sif'],
    ['unpacked', `tree ${INSTALLED.digest('.datalad/environments/unpacked/image')}`],
    ['tools/fsl', 'blob blob-of-tools/fsl.sif'],
    ['fsl', 'blob blob-of-tools/fsl.sif'],
    ['tools/opencv', 'blob blob-of-tools/fsl.sif'],
    ['more/tools/twice', 'blob blob-of-more/tools/fsl.sif'],
    ['images/plain.sif', 'blob blob-of-images/plain.sif'],
    ['./images/plain.sif', 'blob blob-of-images/plain.sif'],
    ['aliased/plain.sif', 'blob blob-of-images/plain.sif'],
    ['images/rootfs', `tree ${INSTALLED.digest('images/rootfs')}`],
    ['links/directory', `tree ${INSTALLED.digest('images/rootfs')}`],
    ['.datalad/environments/opencv/image', `annex ${KEY}`],
    ['raw/a.txt', 'blob blob-of-raw/a.txt'],
    ['python:3.12', `docker ${DIGEST}`],
    [`other@${DIGEST}`, `docker ${DIGEST}`],
    ['pinned', `docker ${DIGEST}`],
  ];
  for (const [name, identity] of identities) {
    it(`${name} is ${identity.slice(0, 40)}`, () => assert.equal(found(name).identity, identity));
  }

  it('has how its container runs commands, and not when only its path is named', () => {
    assert.equal(found('opencv').cmdexec, 'singularity exec {img} {cmd}');
    assert.equal(found('.datalad/environments/opencv/image').cmdexec, undefined);
    assert.equal(found('linked').cmdexec, undefined);
  });

  it('has the content of what it takes beside the image', () => {
    const { extra, files } = found('overlaid');
    assert.deepEqual(extra, ['blob blob-of-images/plain.sif', found('unpacked').identity]);
    assert.equal(files.length, 5);
  });

  const complaints: readonly [string, RegExp, TreeIndex?][] = [
    [
      'opencvv',
      /^unknown-image: No container `opencvv` is registered; did you mean `opencv`\?.*`opencvv:latest`/,
    ],
    ['Open-CV', /^unknown-image: `Open-CV` is no registered container.*→ opencv$/],
    ['tools/fls', /^unknown-image: .*→ tools\/fsl$/],
    ['images/plain.sid', /^unknown-image: .*→ images\/plain\.sif$/],
    [
      'twice',
      /^unknown-image: Several .*`tools\/twice` and `more\/tools\/twice`|`more\/tools\/twice` and `tools\/twice`/,
    ],
    ['images/plan.sif', /^image-not-found: .*did you mean `images\/plain\.sif`\? → images\/plain\.sif$/],
    ['links/round.sif', /^image-not-found: /],
    ['links/out.sif', /^image-not-found: /],
    ['/opt/fsl.sif', /^image-not-found: /],
    ['../fsl.sif', /^image-not-found: /],
    ['./nowhere', /^image-not-found: /],
    [
      'lost',
      /^image-not-found: The container `lost` is registered, but its image `nowhere\/image` is not committed/,
    ],
    ['imageless', /^image-not-found: .* without an image/],
    ['outside', /^image-not-found: /],
    ['half', /^image-not-found: .* its extra input `nowhere` is not committed/],
    ['docker://python', /^unknown-image: /],
    ['hidden', /^image-not-found: /],
    [
      'hidden',
      /^unknown: Waits for the subdataset absent, which is not installed: run `datalad get -n absent`\.$/,
      PARTLY,
    ],
    ['absent/x.sif', /^unknown: .*`datalad get -n absent`/, PARTLY],
    ['absent/fsl', /^unknown: .*`datalad get -n absent`/, PARTLY],
    ['images/rootfs', /^unknown: .*`datalad get -n images\/rootfs\/home`/, PARTLY],
    [
      'opencvv',
      /^unknown: No digest .*unless a subdataset that is not installed registers it.* → opencv$/,
      PARTLY,
    ],
    ['XYZ', /^unknown: No container `XYZ` is registered, unless in a subdataset/, PARTLY],
    [
      'absent/fsl:1',
      /^unknown: No digest is known for its image `absent\/fsl:1`; write `absent\/fsl:1@sha256:…`/,
      PARTLY,
    ],
    ['python:3.11', /^unknown: No digest is known for its image `python:3.11`; write `python:3.11@sha256:…`/],
    [
      'busybox',
      /^unknown: No digest is known for its image `busybox`; write `busybox:latest@sha256:…`, or pin it in \.minipach\/images\.lock\.$/,
    ],
    // A pipeline may be called as the docker image that it runs in.
    ['fmriprep', /^unknown: No digest is known for its image `fmriprep`/],
    ['opencv:4', /^unknown: No digest is known/],
  ];
  for (const [name, message, index] of complaints) {
    it(`${name} is ${message.source.slice(1, 60)}`, () => assert.match(told(name, index), message));
  }

  it('cannot be looked up where a file that says so cannot be read', () => {
    const broken = imageFacts([
      ['.datalad/config', '[datalad "containers.x"]\n\timage = "\n'],
      ['.minipach/images.lock', '{}'],
    ]);
    assert.match(
      told('x', INSTALLED, broken),
      /^unknown: .*line 2 of `\.datalad\/config` and `\.minipach\/images\.lock`/,
    );
    assert.match(told('python:3.12', INSTALLED, broken), /^unknown: No digest .*git cannot read/);
    assert.ok('image' in resolveImage('images/plain.sif', INSTALLED, broken));
  });

  it('is what the commit says, not what its container is called', () => {
    const renamed = imageFacts([['.datalad/config', CONFIG.replace('containers.opencv', 'containers.cv')]]);
    const resolution = resolveImage('cv', INSTALLED, renamed);
    assert.ok('image' in resolution);
    assert.deepEqual(resolution.image, found('opencv'));
  });
});

describe('what a commit says about images', () => {
  it('is in these files', () => {
    const entries = [
      { path: '.datalad/config', type: 'file' as const, blob: '1' },
      { path: '.minipach/images.lock', type: 'file' as const, blob: '2' },
      { path: 'a/.minipach/images.lock', type: 'file' as const, blob: '3' },
      { path: 'a/b/.datalad/config', type: 'file' as const, blob: '4' },
      { path: 'c/.datalad/config', type: 'symlink' as const, blob: '5', target: '../x' },
      { path: 'd.datalad/config', type: 'file' as const, blob: '6' },
    ];
    const files = (names: readonly string[]): readonly string[] =>
      imageFactFiles({ commit: '0', entries }, names).map(({ path }) => path);
    const own = ['.datalad/config', '.minipach/images.lock'];
    assert.deepEqual(files(['x']), [...own, 'a/b/.datalad/config']);
    assert.deepEqual(files(['a/b/x']), [...own, 'a/b/.datalad/config']);
    assert.deepEqual(files(['a/x', 'x:1']), own);
  });

  it('is all that DataLad writes', () => {
    const { containers } = imageFacts([['tools/.datalad/config', TOOLS_CONFIG]]);
    assert.deepEqual([...containers.keys()].sort(), [
      'fsl',
      'opencv',
      'tools/fsl',
      'tools/opencv',
      'tools/twice',
      'twice',
    ]);
    assert.deepEqual(FACTS.containers.get('opencv')?.[0], {
      name: 'opencv',
      dataset: '',
      image: '.datalad/environments/opencv/image',
      cmdexec: 'singularity exec {img} {cmd}',
      extraInputs: [],
      updateUrl: 'https://example.org/opencv.sif',
    });
  });

  it('is read only when its version is known', () => {
    for (const text of [
      '',
      '[]',
      '{"version":2,"images":{}}',
      '{"version":1}',
      '{"version":1,"images":[]}',
      '{"version":1,"images":{"x":{}}}',
      '{"version":1,"images":{"x":{"digest":"sha256:1"}}}',
    ])
      assert.equal(imageFacts([['.minipach/images.lock', text]]).unreadable.length, 1, text);
    assert.equal(imageFacts([['.minipach/images.lock', '{"version":1,"images":{}}']]).unreadable.length, 0);
  });

  it('is offered to who writes a spec', () => {
    const choices = imageChoices(INSTALLED, FACTS);
    assert.deepEqual(
      choices.map(({ name, detail }) => `${name}: ${detail}`),
      [
        'fsl: registered container',
        'linked: registered container',
        'more/tools/twice: registered container',
        'opencv: registered container',
        'overlaid: registered container',
        'tools/fsl: registered container',
        'tools/opencv: registered container',
        'tools/twice: registered container',
        'unpacked: registered container',
        'images/plain.sif: image file',
        'links/further.sif: image file',
        'links/now.sif: image file',
        'more/tools/fsl.sif: image file',
        'tools/fsl.sif: image file',
        'python:3.12: docker image, pinned',
        'pinned: docker image, pinned',
      ],
    );
    const opencv = choices.find(({ name }) => name === 'opencv');
    assert.equal(
      opencv?.documentation,
      `Image: \`.datalad/environments/opencv/image\`\n\nContent: \`${KEY}\`\n\nSize: 1.5 MB\n\nRuns as: \`singularity exec {img} {cmd}\``,
    );
  });

  it('is told to be here or not, where it is annexed', () => {
    const told = (name: string, isHere: boolean): string =>
      describeImage(name, INSTALLED, { ...FACTS, isHere: () => isHere })?.documentation ?? '';
    assert.match(told('opencv', true), /\n\nIt is here\.\n\n/);
    assert.match(told('opencv', false), /It is not here yet: a run, or `minipach prefetch`, fetches it/);
    assert.doesNotMatch(told('images/plain.sif', false), /here/);
    assert.doesNotMatch(told('python:3.12', false), /here/);
  });
});

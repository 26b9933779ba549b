import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_IMAGE_FACTS } from '../../src/plan/image-facts.ts';
import { referencesOf } from '../../src/plan/references.ts';
import { remediesOf } from '../../src/plan/remedies.ts';
import { FACTS, INSTALLED } from './images-rig.ts';
import { indexOf, marked, projectSpec } from './spec-rig.ts';

const INDEX = indexOf(['raw/a', 'code/run.py', 'code/lib/x.py', 'edges/spec.yml', 'edges/a/out'], ['atlas']);

/** Marked text, an arrow, and where it leads; directories end in a slash. */
function leads(text: string, index = INDEX, facts = NO_IMAGE_FACTS): readonly string[] {
  const own = projectSpec('job', text);
  const edges = projectSpec('edges', 'input: { pfs: { repo: raw, glob: /* } }\ntransform: { cmd: [a] }\n');
  return referencesOf(own, [own, edges], index, facts).map(
    ({ range, path, isDirectory, text: within }) =>
      `${marked(text, range)} → ${path}${isDirectory ? '/' : ''}${within === undefined ? '' : ` ${within}`}`,
  );
}

const spec = (transform: string, repo = 'raw'): string =>
  `input:\n  pfs: { repo: ${repo}, glob: "/*" }\ntransform: ${transform}\n`;

describe('what a spec names', () => {
  const table: readonly [string, readonly string[]][] = [
    [spec('{ cmd: [a] }'), ['raw → raw/']],
    [spec('{ cmd: [a] }', '"raw"'), ['raw → raw/']],
    [spec('{ cmd: [a] }', 'edges'), ['edges → edges/spec.yml']],
    [spec('{ cmd: [a] }', 'edges/a'), ['edges/a → edges/spec.yml']],
    [spec('{ cmd: [a] }', 'atlas'), ['atlas → atlas/']],
    [spec('{ cmd: [a] }', 'nowhere'), []],
    [spec('{ cmd: [python3, code/run.py, "{raw}"] }'), ['raw → raw/', 'code/run.py → code/run.py']],
    [spec('{ cmd: "python3 code/run.py {raw} > {out}/x" }'), ['raw → raw/', 'code/run.py → code/run.py']],
    [
      spec('{ cmd: [python3, run.py], working_dir: code }'),
      ['raw → raw/', 'run.py → code/run.py', 'code → code/'],
    ],
    [
      spec('{ cmd: [a], err_cmd: [sh, code/run.py], code: [code/lib, "code/*.py"], context: [raw/a] }'),
      ['raw → raw/', 'code/run.py → code/run.py', 'code/lib → code/lib/', 'raw/a → raw/a'],
    ],
    ['input: {', []],
  ];
  for (const [text, expected] of table)
    it(JSON.stringify(text), () => assert.deepEqual(leads(text), expected));

  const images: readonly [string, readonly string[]][] = [
    ['opencv', ['opencv → .datalad/config containers.opencv"]']],
    ['tools/fsl', ['tools/fsl → tools/.datalad/config containers.fsl"]']],
    ['images/plain.sif', ['images/plain.sif → images/plain.sif']],
    ['python:3.12', ['python:3.12 → .minipach/images.lock "python:3.12"']],
    ['python:3.11', []],
    ['openvc', []],
  ];
  for (const [image, expected] of images)
    it(`leads from the image ${image}`, () =>
      assert.deepEqual(
        leads(spec(`{ image: "${image}", cmd: [a] }`, 'nowhere'), INSTALLED, FACTS),
        expected,
      ));
});

describe('what can be done about what is not here', () => {
  const remedies = (text: string, index = INDEX, facts = NO_IMAGE_FACTS): readonly string[] =>
    remediesOf(projectSpec('job', text), index, facts).map(
      ({ path, title, command }) => `${path.join('.')}: ${title}: ${command}`,
    );

  it('installs a subdataset that an input reads', () =>
    assert.deepEqual(remedies(spec('{ cmd: [a] }', 'atlas')), [
      'input.pfs: Install the subdataset `atlas`: datalad get -n atlas',
    ]));
  it('leaves alone what is here', () => assert.deepEqual(remedies(spec('{ cmd: [a] }')), []));
  it('fetches an image that is absent, where somebody can look', () => {
    const text = spec('{ image: opencv, cmd: [a] }');
    assert.deepEqual(remedies(text, INSTALLED, { ...FACTS, isHere: () => false }), [
      'transform.image: Fetch the image `opencv` in a terminal: minipach prefetch opencv',
    ]);
    assert.deepEqual(remedies(text, INSTALLED, { ...FACTS, isHere: () => true }), []);
  });
  it('registers an image of a registry, in a DataLad dataset', () => {
    const text = spec('{ image: ghcr.io/org/fsl_tools:6.0, cmd: [a] }');
    assert.deepEqual(remedies(text, INSTALLED, FACTS), [
      'transform.image: Register `ghcr.io/org/fsl_tools:6.0` as a container of the dataset: datalad containers-add fsl-tools --url docker://ghcr.io/org/fsl_tools:6.0',
    ]);
    assert.deepEqual(remedies(text), []);
    assert.deepEqual(remedies(spec('{ image: opencv, cmd: [a] }'), INSTALLED, FACTS), []);
    assert.deepEqual(remedies(spec('{ image: "python:3.12", cmd: [a] }'), INSTALLED, FACTS), []);
  });
});

/** A small project with images of every kind, in memory. */
import { type ImageFacts, imageFacts } from '../../src/plan/image-facts.ts';
import { compareCodePoints } from '../../src/plan/match-tree.ts';
import type { Subdataset, TreeEntry } from '../../src/plan/tree.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';

/** A digest as registries give them. */
export const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** The key of `opencv`'s image. */
export const KEY = `MD5E-s1500000--${'0'.repeat(32)}.sif`;

const OPENCV = '.datalad/environments/opencv/image';

/** The root's containers. */
export const CONFIG = `[datalad "dataset"]
	id = 1234
[datalad "containers.opencv"]
	image = ${OPENCV}
	cmdexec = singularity exec {img} {cmd}
	updateurl = https://example.org/opencv.sif
[datalad "containers.linked"]
	image = links/now.sif
[datalad "containers.unpacked"]
	image = .datalad/environments/unpacked/image
[datalad "containers.overlaid"]
	image = ${OPENCV}
	extra-input = {img_dspath}/images/plain.sif
	extra-input = {img_dirpath}/../unpacked/image
[datalad "containers.lost"]
	image = nowhere/image
[datalad "containers.hidden"]
	image = absent/images/x.sif
[datalad "containers.imageless"]
	updateurl = https://example.org
[datalad "containers.outside"]
	image = ../image.sif
[datalad "containers.half"]
	image = ${OPENCV}
	extra-input = nowhere
`;

/** The containers of the subdataset `tools`, whose files are in the tree. */
export const TOOLS_CONFIG = `[datalad "containers.fsl"]
	image = fsl.sif
	cmdexec = {img_dspath}/run {img} {cmd}
[datalad "containers.twice"]
	image = fsl.sif
[datalad "containers.opencv"]
	image = fsl.sif
`;

const LOCK = `{"version":1,"images":{"python:3.12":{"digest":"${DIGEST}"},"pinned":{"digest":"${DIGEST}"}}}`;

const annexed = (path: string, annexKey: string): TreeEntry => ({
  path,
  type: 'symlink',
  blob: `link ${path}`,
  annexKey,
});
const linked = (path: string, target: string): TreeEntry => ({
  path,
  type: 'symlink',
  blob: `to ${target}`,
  target,
});
const plain = (path: string): TreeEntry => ({ path, type: 'file', blob: `blob-of-${path}` });
const mounted = (path: string): TreeEntry => ({ path, type: 'subdataset', blob: 'c0' });
const subdataset = (path: string, state: Subdataset['state']): Subdataset => ({
  path,
  name: path,
  commit: 'c0',
  id: null,
  state,
  gitDirectory: undefined,
  remedy: `datalad get -n ${path}`,
});

const ENTRIES: readonly TreeEntry[] = [
  plain('.datalad/config'),
  plain('.minipach/images.lock'),
  annexed(OPENCV, KEY),
  annexed('.datalad/environments/unpacked/image/layer.tar', 'MD5E-s10--1.tar'),
  annexed('.datalad/environments/unpacked/image/second.tar', 'MD5E-s20--2.tar'),
  plain('.datalad/environments/unpacked/image/manifest.json'),
  linked('links/now.sif', 'further.sif'),
  linked('links/further.sif', '../aliased/plain.sif'),
  linked('aliased', 'images'),
  linked('links/round.sif', 'round.sif'),
  linked('links/out.sif', '../../out.sif'),
  linked('links/directory', '../images/rootfs'),
  plain('images/plain.sif'),
  plain('images/rootfs/bin/sh'),
  plain('images/rootfs/etc/passwd'),
  plain('fmriprep/spec.yml'),
  plain('raw/a.txt'),
  plain('tools/.datalad/config'),
  plain('tools/fsl.sif'),
  plain('more/tools/.datalad/config'),
  plain('more/tools/fsl.sif'),
];

function indexOf(entries: readonly TreeEntry[], absent: readonly string[]): TreeIndex {
  return new TreeIndex({
    commit: '0',
    entries: [...entries, ...absent.map(mounted)].sort((a, b) => compareCodePoints(a.path, b.path)),
    subdatasets: [
      ...['more/tools', 'tools'].map((path) => subdataset(path, 'read')),
      ...absent.map((path) => subdataset(path, 'absent')),
    ],
  });
}

/** Everything installed. */
export const INSTALLED = indexOf(ENTRIES, []);

/** The same with a subdataset that is not. */
export const PARTLY = indexOf(ENTRIES, ['absent', 'images/rootfs/home']);

/** What the files of that project say. */
export const FACTS: ImageFacts = imageFacts([
  ['.datalad/config', CONFIG],
  ['.minipach/images.lock', LOCK],
  ['tools/.datalad/config', TOOLS_CONFIG],
  ['more/tools/.datalad/config', '[datalad "containers.twice"]\n\timage = fsl.sif\n'],
]);

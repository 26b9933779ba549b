/** One image of 500 MB for eight at once: Minipach's runners in one project, beside as many clones with a get each. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { atOnce, type Place, seconds } from './measure.ts';

const MEGABYTES = 500;
const AT_ONCE = 8;

const SPEC =
  'input: { pfs: { repo: samples, glob: "/*" } }\ntransform: { image: tool, cmd: [cp, "{samples}", "{out}"] }\n';

/** Where the image is had from: one source for all, beside the folders of the contenders. */
function sourceOf({ cwd }: Place): string {
  return join(cwd, '..', 'images-source');
}

function ok(place: Place, file: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { ...place, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** A project with a pipeline whose image is annexed. */
async function makeSource(place: Place): Promise<void> {
  const root = sourceOf(place);
  if (existsSync(root)) return;
  await mkdir(join(root, 'images'), { recursive: true });
  const here = { ...place, cwd: root };
  ok(here, 'datalad', '-l', 'error', 'create', '--force', '.');
  ok(here, 'sh', '-c', `head -c ${MEGABYTES}000000 /dev/urandom > images/tool.img`);
  for (const [key, value] of [
    ['image', 'images/tool.img'],
    ['cmdexec', 'sh -c \'shift; exec "$@"\' run {img} {cmd}'],
  ] as const)
    ok(here, 'git', 'config', '-f', '.datalad/config', `datalad.containers.tool.${key}`, value);
  await mkdir(join(root, 'samples'));
  await mkdir(join(root, 'copies'));
  await writeFile(join(root, 'samples', 'one'), 'one\n');
  await writeFile(join(root, 'copies', 'spec.yml'), SPEC);
  await writeFile(
    join(root, '.gitattributes'),
    '* annex.largefiles=nothing\n*.img annex.largefiles=anything\n',
  );
  ok(here, 'datalad', '-l', 'error', 'save', '-m', 'Begin');
}

/** A clone that has not got the image yet. */
async function makeClone(place: Place): Promise<void> {
  await makeSource(place);
  ok(place, 'git', 'clone', '--quiet', sourceOf(place), 'project');
  ok({ ...place, cwd: join(place.cwd, 'project') }, 'git', 'annex', 'init', '--quiet');
}

/** Bytes of annexed content below a folder. */
function annexedBytes(place: Place, folder: string): number {
  const found = ok(
    place,
    'find',
    folder,
    '-type',
    'f',
    '-path',
    '*/annex/*',
    '-size',
    '+1M',
    '-printf',
    '%s\n',
  );
  return found.split('\n').reduce((sum, size) => sum + Number(size), 0);
}

const ours: Contender = {
  name: `${AT_ONCE} × minipach prefetch, at once`,
  prepare: makeClone,
  run: async (place) => {
    const project = join(place.cwd, 'project');
    const taken = await seconds(atOnce(AT_ONCE, minipach('prefetch').join(' ')), { ...place, cwd: project });
    const bytes = annexedBytes(place, 'project');
    if (bytes !== MEGABYTES * 1e6) throw new Error(`There are ${bytes} bytes of the image.`);
    return taken;
  },
};

const once: Contender = {
  name: 'git annex get, once',
  prepare: makeClone,
  run: (place) =>
    seconds(['git', 'annex', 'get', '--quiet', 'images'], { ...place, cwd: join(place.cwd, 'project') }),
};

const clones: Contender = {
  name: `${AT_ONCE} × (datalad clone + datalad get), at once`,
  prepare: makeSource,
  run: async (place) => {
    const line = `datalad -l error clone ${sourceOf(place)} clone-NUMBER && datalad -l error -C clone-NUMBER get images/tool.img`;
    const taken = await seconds(atOnce(AT_ONCE, line), place);
    // Four gigabytes a round.
    ok(place, 'chmod', '-R', 'u+w', '.');
    await rm(place.cwd, { recursive: true });
    return taken;
  },
};

/** Against a clone a job, as array jobs do it, and against the least that there is to do. */
export const fetchImages: Comparison = {
  id: 'images',
  title: `An image of ${MEGABYTES} MB for ${AT_ONCE} at once`,
  note: 'From a dataset on the same disk. Minipach leaves one copy of the image, which all use, and each clone has its own. git-annex 10.20230126 lets clones get at the same time; with 10.20240430 up to 10.20260115 most of them fail.',
  contenders: [ours, once, clones],
};

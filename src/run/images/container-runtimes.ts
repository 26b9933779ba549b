/** The words by which each runtime starts a container; see the manuals of apptainer, docker, podman and ch-run. */
import { type ExpandedCommand, SCRATCH } from '../../plan/expand.ts';
import { joinPaths } from '../../plan/paths.ts';
import { shellQuote } from '../../plan/shell.ts';
import type { Mount, Mounts } from './container-mounts.ts';
import type { ContainerSetting } from './container-setting.ts';

/** A command in its setting. */
interface Commanded extends ContainerSetting {
  readonly command: ExpandedCommand;
  /** The command as words, also where a shell reads it. */
  readonly words: readonly string[];
}

/** The same, with what the container sees. */
type LineSource = Commanded & Mounts;

/** Where programs are looked for in an image that does not say so itself. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The job's private folder: home and temporary files of a container lie there, and go with it. */
const PRIVATE = `"$PWD"/${SCRATCH}`;

/**
 * The command in a `.sif` file. Either program will do: they take the same words, and the variables of the older one.
 * Without a folder for temporary files they would be kept in memory, where there is room for little.
 */
export function singularityLine(source: LineSource): string {
  const { image, command, words, mounts, binds, needsGpu } = source;
  const variables = Object.entries(command.env).map(
    ([name, value]) => `SINGULARITYENV_${name}=${shellQuote(value)}`,
  );
  const bind = (mount: Mount): string => {
    const target = mount.target === undefined ? `:${sourceOf(mount)}` : shellQuote(`:${mount.target}`);
    return `-B ${sourceOf(mount)}${target}${mount.writable ? '' : ':ro'}`;
  };
  return withAnnexes(source, [
    ...variables,
    either('singularity', 'apptainer'),
    'exec --containall --cleanenv',
    ...(needsGpu ? ['--nv'] : []),
    `--home ${PRIVATE} --workdir ${PRIVATE}`,
    '-B "$PWD"',
    ...mounts.map(bind),
    ...binds.map((one) => `-B ${shellQuote(one)}`),
    `--pwd ${inProject(command.workingDir)}`,
    inProject(image.place ?? ''),
    ...words.map(shellQuote),
  ]);
}

/**
 * The command in an image of docker's. It is run in place of the image's own, as Pachyderm does. The user is the one who
 * runs it, so that results are theirs; podman without root needs to be told that both are the same.
 */
export function engineLine(source: LineSource): string {
  const { image, command, words, mounts, binds, needsGpu } = source;
  const [program = '', ...rest] = words;
  const mount = (one: Mount): string => {
    const target = one.target === undefined ? sourceOf(one) : shellQuote(one.target);
    return `--mount type=bind,src=${sourceOf(one)},dst=${target}${one.writable ? '' : ',readonly'}`;
  };
  return withAnnexes(source, [
    'PODMAN_USERNS="$(test "$(id -u)" = 0 || echo keep-id)"',
    either('docker', 'podman'),
    'run --rm',
    ...(command.stdin === undefined ? [] : ['-i']),
    '--user "$(id -u):$(id -g)"',
    ...(needsGpu ? ['--gpus all'] : []),
    '--mount type=bind,src="$PWD",dst="$PWD"',
    ...mounts.map(mount),
    ...binds.map(engineBind),
    `--env HOME=${PRIVATE}`,
    ...Object.entries(command.env).map(([name, value]) => `--env ${shellQuote(`${name}=${value}`)}`),
    `--workdir ${inProject(command.workingDir)}`,
    `--entrypoint ${shellQuote(program)}`,
    image.reference ?? '',
    ...rest.map(shellQuote),
  ]);
}

/**
 * The command in a squashfs file or a directory, by Charliecloud. It shows a folder only where the image has one, so that
 * the project is at `/mnt` and there is no `/pfs`. It has no read-only binds either: root's command runs as another user,
 * or it could write into annexed content whatever its mode.
 */
export function charliecloudLine({ image, command, words, binds }: Commanded): string {
  const set = (name: string, value: string): string => `--set-env=${shellQuote(`${name}=${value}`)}`;
  const hasOwn = image.files.some(({ path }) => path === joinPaths(image.place ?? '', 'ch/environment'));
  return [
    'USER="$(id -un)" ch-run',
    '$(test "$(id -u)" != 0 || echo --uid=1000 --gid=1000)',
    "--unset-env='*' --env-no-expand",
    set('PATH', PATH),
    ...(hasOwn ? ['--set-env'] : []),
    set('HOME', `/mnt/${SCRATCH}`),
    ...Object.entries(command.env).map(([name, value]) => set(name, value)),
    '--bind "$PWD:/mnt"',
    ...binds.map((one) => `--bind ${shellQuote(one.replace(/:r[ow]$/, ''))}`),
    `--cd ${shellQuote(joinPaths('/mnt', command.workingDir))}`,
    shellQuote(image.place ?? ''),
    '--',
    ...words.map(shellQuote),
  ].join(' ');
}

/** Whichever of two programs is installed where the line is run. */
function either(first: string, second: string): string {
  return `"$(command -v ${first} || command -v ${second})"`;
}

/** Where annexed objects really are is asked once: the annex of a workspace or of a submodule is a link. */
function withAnnexes({ annexes }: Mounts, words: readonly string[]): string {
  const line = words.join(' ');
  if (annexes.length === 0) return line;
  const found = annexes.map((dataset, annex) => {
    const objects = shellQuote(joinPaths(dataset, '.git/annex/objects'));
    return `${variableOf(annex)}=$(realpath -- ${objects})`;
  });
  return `(${found.join('; ')}; ${line})`;
}

function variableOf(annex: number): string {
  return annex === 0 ? 'annex' : `annex${annex}`;
}

function sourceOf({ source, annex }: Mount): string {
  return annex === undefined ? inProject(source) : `"$${variableOf(annex)}"`;
}

function inProject(path: string): string {
  return path === '' ? '"$PWD"' : `"$PWD"/${shellQuote(path)}`;
}

function engineBind(bind: string): string {
  const [source = '', target = source, mode] = bind.split(':');
  return `--mount ${shellQuote(`type=bind,src=${source},dst=${target}${mode === 'ro' ? ',readonly' : ''}`)}`;
}

/**
 * The line of shell that runs a command in an image. It holds at the project's root, where a record replays it, as well as
 * in a workspace, and names no program, path or user of one machine.
 */
import type { ExpandedCommand } from '../../plan/expand.ts';
import type { Image, ImageResolution } from '../../plan/images.ts';
import { isWithin, parentPath, relativePath } from '../../plan/paths.ts';
import { shellQuote } from '../../plan/shell.ts';
import type { RunnableCommand } from '../shell-line.ts';
import { findMounts } from './container-mounts.ts';
import { charliecloudLine, engineLine, singularityLine } from './container-runtimes.ts';
import type { ContainerKind, ContainerSetting, NoLine } from './container-setting.ts';

/** What runs an image: what its container was registered with, else what its file is. */
export function containerKind({ kind, image }: Extract<ImageResolution, { image: Image }>): ContainerKind {
  if (image.cmdexec !== undefined) return 'registered';
  if (kind === 'docker') return 'engine';
  return isDirectoryImage(image) || /\.(?:sqfs|squashfs)$/i.test(image.place ?? '')
    ? 'charliecloud'
    : 'singularity';
}

/** Whether an image is a directory of files. */
export function isDirectoryImage({ files, place }: Pick<Image, 'files' | 'place'>): boolean {
  return place !== undefined && files.every(({ path }) => path !== place);
}

/** The files of the image itself, without what running it takes besides. */
export function ownFiles({ files, place }: Pick<Image, 'files' | 'place'>): Image['files'] {
  return place === undefined ? [] : files.filter(({ path }) => isWithin(path, place));
}

/** The command in its image, ready to be run or recorded. */
export function inContainer(command: ExpandedCommand, setting: ContainerSetting): RunnableCommand | NoLine {
  if (setting.kind === 'registered') return registeredLine(command, setting);
  const words = typeof command.command === 'string' ? ['sh', '-c', command.command] : command.command;
  const asLine = (line: string): RunnableCommand => {
    return { command: line, isLine: true, stdin: command.stdin, env: {}, workingDir: '' };
  };
  if (setting.kind === 'charliecloud') return asLine(charliecloudLine({ ...setting, command, words }));
  const mounts = findMounts(setting);
  if ('problem' in mounts) return mounts;
  const write = setting.kind === 'engine' ? engineLine : singularityLine;
  return asLine(write({ ...setting, ...mounts, command, words }));
}

/** What starts another command, or hides what follows: the line is then one of its own. */
const COMPOUND = /[#;&|<>()\n]/;

/** Why the line that a container was registered with cannot be used, in a sentence. */
export function registrationProblem({ cmdexec }: Image): string | undefined {
  const filled = fillIn(cmdexec ?? '', { img: '', cmd: '', img_dspath: '', img_dirpath: '', python: '' });
  return typeof filled === 'string' ? undefined : filled.problem;
}

/** As `datalad containers-run` does it: the line as it was registered, with its placeholders filled in. */
function registeredLine(command: ExpandedCommand, { image }: ContainerSetting): RunnableCommand | NoLine {
  const { cmdexec = '', place = '', dataset = '' } = image;
  const { workingDir } = command;
  const here = (path: string): string => shellQuote(relativePath(workingDir, path));
  const words = typeof command.command === 'string' ? ['sh', '-c', command.command] : command.command;
  const filled = fillIn(cmdexec, {
    img: here(place),
    cmd: words.map(shellQuote).join(' '),
    img_dspath: here(dataset),
    img_dirpath: here(parentPath(place)),
    // The Python that has datalad-container's own adapters is the one that DataLad runs on.
    python: `$(sed -n '1s/^#! *//p' "$(command -v datalad)")`,
  });
  if (typeof filled !== 'string') return filled;
  const variables = Object.entries(command.env).map(([name, value]) => `${name}=${shellQuote(value)}`);
  const line = COMPOUND.test(cmdexec)
    ? `(export ${variables.join(' ')}\n${filled}\n)`
    : [...variables, filled].join(' ');
  return { command: line, isLine: true, stdin: command.stdin, env: {}, workingDir };
}

/** Fills in what Python's `str.format` would. */
function fillIn(cmdexec: string, values: Readonly<Record<string, string>>): string | NoLine {
  if (cmdexec.trimStart().startsWith('['))
    return {
      problem: `It was registered with a list of words, \`${cmdexec}\`, which DataLad no longer takes: register it anew with \`datalad containers-add --update --call-fmt\`.`,
    };
  let unknown: string | undefined;
  const filled = cmdexec.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (found, name: string | undefined) => {
    if (found === '{{' || found === '}}') return found.slice(1);
    const value = name === undefined || !Object.hasOwn(values, name) ? undefined : values[name];
    if (value === undefined) unknown ??= found;
    return value ?? '';
  });
  if (unknown === undefined) return filled;
  return {
    problem: `It was registered with the line \`${cmdexec}\`, in which \`${unknown}\` means nothing: there are {img}, {cmd}, {img_dspath}, {img_dirpath} and {python}, and {{ and }} for braces.`,
  };
}

/** What the file system of a project can do: claims are made by hard links or without, results come by rename. */
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project/open.ts';
import { errorCode } from './state.ts';

/** What was found. */
export interface FileSystemReport {
  /** Sentences about what does not work; nothing can be run then. */
  readonly problems: readonly string[];
  /** A sentence about what is done in another way because the usual one does not work. */
  readonly note?: string;
  /** Bytes that this user can still write; `undefined` where the system does not tell. */
  readonly free: number | undefined;
}

/** Tries it in a folder of its own inside the git directory, and removes that. */
export function probeFileSystem({ commonDirectory }: Pick<Project, 'commonDirectory'>): FileSystemReport {
  const free = freeBytes(commonDirectory);
  let folder: string;
  try {
    folder = mkdtempSync(join(commonDirectory, 'minipach-probe-'));
  } catch (error) {
    return { free, problems: [`Nothing can be written to ${commonDirectory} (${errorCode(error)}).`] };
  }
  try {
    const problems = PROBES.flatMap(([what, probe], position) => {
      const place = join(folder, String(position));
      mkdirSync(place);
      return worked(() => probe(place)) ? [] : [`The file system of ${commonDirectory} ${what}.`];
    });
    const place = join(folder, 'links');
    mkdirSync(place);
    return {
      free,
      problems,
      ...(worked(() => linksHard(place)) ? {} : { note: withoutLinksText(commonDirectory) }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says that claims are made without hard links, on the file system of a folder. */
export function withoutLinksText(folder: string): string {
  return `The file system of ${folder} has no hard links: claims are made by exclusive creation of files, and content is copied.`;
}

const PROBES: readonly (readonly [what: string, probe: (place: string) => boolean])[] = [
  ['makes a file anew that is there, so that two runners could claim one job', refusesCreation],
  ['makes a hard link over a file that is there, so that two runners could claim one job', refusesLinks],
  ['has no symbolic links, which annexed files are', linksSoftly],
  ['does not rename over a file, by which git and Minipach change files at once', renames],
];

function linksHard(place: string): boolean {
  const [one, two] = files(place);
  linkSync(one, two);
  return statSync(one).ino === statSync(two).ino;
}

function refusesLinks(place: string): boolean {
  const [one, two] = files(place);
  writeFileSync(two, 'two');
  try {
    linkSync(one, two);
    return false;
  } catch {
    return readFileSync(two, 'utf8') === 'two';
  }
}

function refusesCreation(place: string): boolean {
  const [one] = files(place);
  try {
    writeFileSync(one, 'two', { flag: 'wx' });
    return false;
  } catch {
    return readFileSync(one, 'utf8') === 'one';
  }
}

function linksSoftly(place: string): boolean {
  const link = join(place, 'link');
  symlinkSync('nowhere', link);
  return readlinkSync(link) === 'nowhere';
}

function renames(place: string): boolean {
  const [one, two] = files(place);
  writeFileSync(two, 'two');
  renameSync(one, two);
  return readFileSync(two, 'utf8') === 'one';
}

function files(place: string): readonly [string, string] {
  const one = join(place, 'one');
  writeFileSync(one, 'one');
  return [one, join(place, 'two')];
}

function worked(probe: () => boolean): boolean {
  try {
    return probe();
  } catch {
    return false;
  }
}

/** Bytes that this user can still write at a path; `undefined` where the system does not tell. */
export function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

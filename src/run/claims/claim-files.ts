/**
 * The few file operations that claims rest on. Each is atomic on local file systems and on NFS; which of two programs
 * comes first at one is all that decides between them. Tests put a file system of their own in their place, and go
 * through every order of them.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { listed } from '../listed.ts';
import { errorCode, lookAt } from '../state.ts';

/** Failures are thrown with the `code` of the system call. */
export interface ClaimFiles {
  /** Gives a file, whole as it is, a further name; `EEXIST` where that is taken. */
  readonly link: (file: string, name: string) => void;
  /** Makes a file, and fails with `EEXIST` where there is one. */
  readonly create: (path: string, text: string) => void;
  /** Writes a file that is there; `ENOENT` where it is not. */
  readonly fill: (path: string, text: string) => void;
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
  /** The names in a folder; none where it is not there. */
  readonly list: (folder: string) => string[];
  readonly has: (path: string) => boolean;
  /** Whether two names are those of one file. */
  readonly isSame: (one: string, other: string) => boolean;
  readonly rename: (from: string, to: string) => void;
  /** Nothing happens where there is no such file. */
  readonly remove: (path: string) => void;
  readonly makeFolder: (path: string) => void;
}

/** The operations of this machine. */
export const DISK: ClaimFiles = {
  link: linkSync,
  create: (path, text) => writeFileSync(path, text, { flag: 'wx' }),
  fill: (path, text) => writeFileSync(path, text, { flag: 'r+' }),
  write: (path, text) => writeFileSync(path, text),
  read: (path) => readFileSync(path, 'utf8'),
  list: listed,
  has: (path) => lookAt(path) !== undefined,
  isSame: (one, other) => {
    const [left, right] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
    return left !== undefined && left.ino === right?.ino && left.dev === right.dev;
  },
  rename: renameSync,
  remove: (path) => {
    try {
      unlinkSync(path);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  },
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
};

/**
 * The same where the file system has no hard links: a name is taken by exclusive creation, and what the file says is
 * written into it after that. In between, and for good where its maker is killed there, a claim says nothing yet.
 */
export function withoutLinks(files: ClaimFiles): ClaimFiles {
  return {
    ...files,
    link: (file, name) => {
      const text = files.read(file);
      files.create(name, '');
      files.fill(name, text);
    },
    isSame: (one, other) => {
      const text = textOf(files, one);
      return text !== undefined && text !== '' && text === textOf(files, other);
    },
  };
}

/**
 * Finds out whether a file system can link, by a link of a file that is there to a name that nobody looks at. Programs
 * that link and programs that create exclude each other all the same: both fail where the name is taken.
 */
export function canLink(files: ClaimFiles, file: string): boolean {
  const name = `${file}.link`;
  try {
    files.link(file, name);
    return files.isSame(file, name);
  } catch {
    return false;
  } finally {
    try {
      files.remove(name);
    } catch {
      // It was never there.
    }
  }
}

function textOf(files: ClaimFiles, path: string): string | undefined {
  try {
    return files.read(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

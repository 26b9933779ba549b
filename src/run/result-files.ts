/** From the files that a job left to what git is to be told about them. */
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  type Dirent,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from '../plan/tree.ts';
import { keyOfPointer } from '../project/annex.ts';
import { isGitName } from './recording/git-names.ts';

/** A file that a job left, named relative to its output directory. */
export interface LeftFile {
  readonly name: string;
  readonly path: string;
  readonly type: 'file' | 'executable' | 'symlink';
  /** Bytes; none for a link. */
  readonly size: number;
}

/** What a job left, or the first thing that cannot be recorded. */
export type LeftFiles =
  | { readonly ok: true; readonly files: readonly LeftFile[] }
  | { readonly ok: false; readonly message: string };

/**
 * Lists the files under a directory, and makes its folders writable for us, so that they can be moved and removed.
 * Empty directories are not listed: git does not keep them.
 */
export function leftFiles(output: string): LeftFiles {
  const top = lstatSync(output, { throwIfNoEntry: false });
  if (top === undefined) {
    return {
      ok: false,
      message: 'Its output directory is gone: the command must leave it in place, though it may be empty.',
    };
  }
  if (!top.isDirectory()) {
    return {
      ok: false,
      message: 'Its output directory is a file now: the command must write into the directory.',
    };
  }
  const files: LeftFile[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const place = join(output, folder);
    if ((lstatSync(place).mode & 0o700) !== 0o700) chmodSync(place, 0o755);
    for (const item of readdirSync(place, { withFileTypes: true })) {
      const name = folder === '' ? item.name : `${folder}/${item.name}`;
      const problem = problemWith(join(output, name), item);
      if (problem !== undefined) return refused(name, problem);
      if (item.isDirectory()) folders.push(name);
      else files.push({ name, path: join(output, name), ...factsOf(join(output, name), item) });
    }
  }
  return { ok: true, files };
}

function factsOf(path: string, item: Dirent): Pick<LeftFile, 'type' | 'size'> {
  if (item.isSymbolicLink()) return { type: 'symlink', size: 0 };
  const { mode, size } = lstatSync(path);
  return { type: (mode & 0o100) === 0 ? 'file' : 'executable', size };
}

function problemWith(path: string, item: Dirent): string | undefined {
  if (isGitName(item.name))
    return `git keeps no file or folder named ${item.name}; remove it at the end of the command`;
  if (item.name.includes('\uFFFD')) return 'its name is not UTF-8; give it another name';
  if (item.isDirectory() || item.isSymbolicLink()) return undefined;
  if (!item.isFile()) {
    return 'only files, directories and links can be recorded; remove it at the end of the command';
  }
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch {
    return 'it cannot be read; give it another mode at the end of the command';
  }
}

function refused(name: string, why: string): LeftFiles {
  return { ok: false, message: `It left ${name}: ${why}.` };
}

/** What git will store of a file, and under which id. */
export interface GitContent {
  readonly mode: string;
  /** Absent where git has it already. */
  readonly content?: Buffer;
  readonly entry: Pick<TreeEntry, 'type' | 'blob' | 'annexKey'>;
}

/** The content of a file as it stands: its bytes, or the text of the link. */
export function plainContent(file: LeftFile, hashName: 'sha1' | 'sha256'): GitContent {
  if (file.type !== 'symlink') return gitContent(file.type, readFileSync(file.path), hashName);
  const text = readlinkSync(file.path, 'buffer');
  // `cp -r` of an input copies links into the annex as they are: in git they are annexed content like any other.
  return gitContent('symlink', text, hashName, keyOfPointer(text.toString('utf8')));
}

const MODES = { file: '100644', executable: '100755', symlink: '120000' } as const;

/** Content that git's object store holds under an id. */
export function storedContent(type: LeftFile['type'], blob: string): GitContent {
  return { mode: MODES[type], entry: { type, blob } };
}

/** Content with its mode and the id that git will give it. */
export function gitContent(
  type: LeftFile['type'],
  content: Buffer,
  hashName: 'sha1' | 'sha256',
  annexKey?: string,
): GitContent {
  const mode = MODES[type];
  const blob = createHash(hashName).update(`blob ${content.length}\0`).update(content).digest('hex');
  return { mode, content, entry: annexKey === undefined ? { type, blob } : { type, blob, annexKey } };
}

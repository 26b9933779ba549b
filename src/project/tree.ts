/** The committed files of a project, from one `git ls-tree` and the text of links and pointers. No data is read. */
import type { Tree, TreeEntry } from '../plan/tree.ts';
import { keyOfPointer, POINTER_SIZES } from './annex.ts';
import type { CatFile } from './cat-file.ts';
import { GitError, git } from './git.ts';
import type { CommandOptions, CommandResult } from './process.ts';

/** Up to this many objects are asked of a process that runs already; more are faster in one of their own. */
const FEW = 1000;

interface RawEntry {
  readonly mode: string;
  readonly blob: string;
  readonly size: number;
  readonly path: string;
}

/** Reads all tracked files of a commit, with the annex key of those whose content git-annex keeps. */
export async function readTree(root: string, commit: string, objects?: CatFile): Promise<Tree> {
  const entries = await readEntries((args, options) => git(root, args, options), commit, objects);
  if (!Array.isArray(entries)) throw new GitError(`Listing the files of ${commit}`, entries.failed);
  return { commit, entries };
}

/** Runs git for one repository, whichever way it is named. */
export type GitRunner = (
  args: readonly string[],
  options?: Omit<CommandOptions, 'cwd'>,
) => Promise<CommandResult>;

/** The files of a commit of any repository, with paths in it; or how listing them failed. */
export async function readEntries(
  run: GitRunner,
  commit: string,
  objects?: CatFile,
): Promise<TreeEntry[] | { readonly failed: CommandResult }> {
  const raw = await listTree(run, commit);
  if (!Array.isArray(raw)) return raw;
  const texts = await readTexts(run, raw, objects);
  return raw.map((entry): TreeEntry => describe(entry, texts.get(entry.blob)));
}

async function listTree(run: GitRunner, commit: string): Promise<RawEntry[] | { failed: CommandResult }> {
  const result = await run(['ls-tree', '-r', '-l', '-z', '--full-tree', commit]);
  if (!result.ok) return { failed: result };
  const entries: RawEntry[] = [];
  const text = result.stdout.toString('utf8');
  // `<mode> <type> <id> <size padded to 7, or ->\t<path>\0`
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\0', start);
    const tab = text.indexOf('\t', start);
    const fields = text.slice(start, tab);
    const type = fields.indexOf(' ', 7);
    const id = fields.indexOf(' ', type + 1);
    entries.push({
      mode: fields.slice(0, 6),
      blob: fields.slice(type + 1, id),
      size: Number.parseInt(fields.slice(id + 1), 10) || 0,
      path: text.slice(tab + 1, end),
    });
    start = end + 1;
  }
  return entries;
}

/** The content of every blob that is a symlink, or small enough to be an unlocked pointer. */
async function readTexts(
  run: GitRunner,
  entries: readonly RawEntry[],
  objects: CatFile | undefined,
): Promise<Map<string, string>> {
  const wanted = new Set<string>();
  for (const { mode, size, blob } of entries) {
    if (mode === '120000') wanted.add(blob);
    else if (mode !== '160000' && size >= POINTER_SIZES.least && size <= POINTER_SIZES.most) wanted.add(blob);
  }
  const texts = new Map<string, string>();
  if (wanted.size === 0) return texts;
  if (objects !== undefined && wanted.size <= FEW) {
    const read = [...wanted].map(async (blob) => {
      texts.set(blob, (await objects.read(blob))?.content.toString('utf8') ?? '');
    });
    await Promise.all(read);
    return texts;
  }
  for (const [blob, content] of await readBlobs(run, [...wanted])) texts.set(blob, content.toString('utf8'));
  return texts;
}

/** The content of many blobs, from one process; those that are not there are left out. */
export async function readBlobs(run: GitRunner, blobs: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const result = await run(['cat-file', '--batch', '--buffer'], { input: `${blobs.join('\n')}\n` });
  if (!result.ok) throw new GitError('Reading links and pointers', result);
  const data = result.stdout;
  for (let start = 0; start < data.length; ) {
    const end = data.indexOf(10, start);
    const header = data.toString('latin1', start, end).split(' ');
    const size = Number(header[2]);
    if (header[0] === undefined || !Number.isFinite(size)) {
      start = end + 1;
      continue;
    }
    const content = data.subarray(end + 1, end + 1 + size);
    found.set(header[0], content);
    start = end + 1 + size + 1;
  }
  return found;
}

function describe(entry: RawEntry, text: string | undefined): TreeEntry {
  const { path, blob, mode } = entry;
  if (mode === '160000') return { path, type: 'subdataset', blob };
  if (mode === '120000') {
    const annexKey = text === undefined ? undefined : keyOfPointer(text);
    if (annexKey !== undefined) return { path, type: 'symlink', blob, annexKey };
    return { path, type: 'symlink', blob, target: text ?? '' };
  }
  const type = mode === '100755' ? 'executable' : 'file';
  const annexKey = text?.startsWith('/annex/objects/') ? keyOfPointer(text) : undefined;
  return annexKey === undefined ? { path, type, blob } : { path, type, blob, annexKey };
}

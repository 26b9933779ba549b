/** Reading many blobs through one process of their own. */
import { GitError } from './git.ts';
import type { CommandResult, ShortCommandOptions } from './process.ts';

/** Runs git for one repository, whichever way it is named. */
export type GitRunner = (
  args: readonly string[],
  options?: Omit<ShortCommandOptions, 'cwd'>,
) => Promise<CommandResult>;

/** The content of many blobs; those that are not there are left out. */
export async function readBlobs(run: GitRunner, blobs: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const data = await catBlobs(run, blobs);
  for (const { id, start, end } of blobsIn(data)) found.set(id, data.subarray(start, end));
  return found;
}

/** Where the content of a blob lies among that of many. */
export interface BlobSpan {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** What `git cat-file --batch` says of many blobs. */
export async function catBlobs(run: GitRunner, blobs: readonly string[]): Promise<Buffer> {
  const input = `${blobs.join('\n')}\n`;
  const result = await run(['cat-file', '--batch', '--buffer'], { input, large: true });
  if (!result.ok) throw new GitError('Reading links and pointers', result);
  return result.stdout;
}

/** The blobs among it, in the order in which they were asked for. */
export function* blobsIn(data: Buffer): Iterable<BlobSpan> {
  for (let at = 0; at < data.length; ) {
    const end = data.indexOf(10, at);
    if (end < 0) return;
    // `<id> blob <size>`, or `<id> missing`
    const header = data.toString('latin1', at, end);
    const size = Number(header.slice(header.lastIndexOf(' ') + 1));
    at = end + 1;
    if (!Number.isSafeInteger(size)) continue;
    yield { id: header.slice(0, header.indexOf(' ')), start: at, end: at + size };
    at += size + 1;
  }
}

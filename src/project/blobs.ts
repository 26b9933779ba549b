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
  const data = await outputOf(run(['cat-file', '--batch', '--buffer'], { input: idsOf(blobs), large: true }));
  for (const { id, start, end } of blobsIn(data)) found.set(id, data.subarray(start, end));
  return found;
}

/** Where the content of a blob lies among that of many. */
export interface BlobSpan {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** The contents of many blobs whose sizes are known: `\n<content>\n` of each, or `<id> missing\n`. */
export function catContents(run: GitRunner, blobs: readonly string[]): Promise<Buffer> {
  return outputOf(run(CAT_CONTENTS, { input: idsOf(blobs), large: true }));
}

/** A process that is there for `catContents` before it is known which blobs are to be read: once, and it must be told, if it is of none. */
export interface BlobReader {
  readonly read: (blobs: readonly string[]) => Promise<Buffer>;
}

/** Starts one: the more memory this process has, the longer it takes to start another. */
export function startBlobReader(run: GitRunner): BlobReader {
  let ask = (_ids: Buffer): void => undefined;
  const input = new Promise<Buffer>((resolve) => {
    ask = resolve;
  });
  const result = run(CAT_CONTENTS, { input, large: true });
  return {
    read: (blobs) => {
      ask(idsOf(blobs));
      return outputOf(result);
    },
  };
}

/** With nothing said of each but its content: what git says of small ones is as long as they are. */
const CAT_CONTENTS = ['cat-file', '--batch=', '--buffer'] as const;

/** A hundred thousand ids go into the bytes one by one: joined, they would be made twice. */
function idsOf(blobs: readonly string[]): Buffer {
  const width = (blobs[0]?.length ?? 0) + 1;
  const ids = Buffer.alloc(width * blobs.length, '\n');
  blobs.forEach((blob, position) => {
    ids.write(blob, position * width, 'latin1');
  });
  return ids;
}

async function outputOf(running: Promise<CommandResult>): Promise<Buffer> {
  const result = await running;
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

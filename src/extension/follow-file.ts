/** Following a file that someone else appends to, as `tail -f` does. */
import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A followed file. */
export interface FollowedFile {
  /** Reads what is there now; resolves when it has been handed on. */
  readonly flush: () => Promise<void>;
  readonly stop: () => void;
}

/** File systems such as NFS tell nothing about writes elsewhere, so we look again anyway. */
const LOOK_AGAIN = 1000;

/** What a piece of a file is to the one before: more of it, or the file was written anew, or something between is left out. */
export type Continuation = 'more' | 'anew' | 'skipped';

/**
 * Hands on what is in a file, and then whatever is appended. A file that is not there yet is waited for; one that got
 * shorter was written anew and is read from its beginning.
 * @param longest - Of more than so many bytes that are there at once only the last ones are read: who shows the end of a log
 * that is written faster than anybody reads need not go through all of it.
 */
export function followFile(
  file: string,
  onData: (chunk: Buffer, continuation: Continuation) => void,
  longest = Number.POSITIVE_INFINITY,
): FollowedFile {
  let position = 0;
  let stopped = false;
  let isWaiting = false;
  let watcher: FSWatcher | undefined;
  let last: Promise<void> = Promise.resolve();

  const read = async (): Promise<void> => {
    let handle: FileHandle;
    try {
      handle = await open(file, 'r');
    } catch {
      return; // Not there yet, or gone: the next look tells.
    }
    try {
      const { size } = await handle.stat();
      let continuation: Continuation = size < position ? 'anew' : 'more';
      if (continuation === 'anew') position = 0;
      if (size - position > longest) {
        position = size - longest;
        continuation = 'skipped';
      }
      while (!stopped && position < size) {
        const wanted = Math.min(size - position, 1 << 18);
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(wanted), 0, wanted, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        onData(buffer.subarray(0, bytesRead), continuation);
        continuation = 'more';
      }
    } finally {
      await handle.close();
    }
    watcher ??= watchQuietly(file, look);
  };
  // One read at a time, or two would hand on the same bytes; and one that waits its turn serves all who ask meanwhile, for a
  // fast writer makes thousands of events a second.
  const look = (): Promise<void> => {
    if (isWaiting) return last;
    isWaiting = true;
    last = last
      .then(() => {
        isWaiting = false;
        return stopped ? undefined : read();
      })
      .catch(() => undefined);
    return last;
  };
  const timer = setInterval(() => void look(), LOOK_AGAIN);
  void look();
  return {
    flush: look,
    stop: () => {
      stopped = true;
      clearInterval(timer);
      watcher?.close();
    },
  };
}

function watchQuietly(file: string, changed: () => Promise<void>): FSWatcher | undefined {
  try {
    const watcher = watch(file, () => void changed());
    // Out of watches, or the file has gone: the timer goes on looking.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

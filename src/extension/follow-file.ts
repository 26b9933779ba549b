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

/**
 * Hands on what is in a file from `start` on, and then whatever is appended. A file that is not there yet is
 * waited for; one that got shorter was written anew and is read from its beginning (`restarted` is true).
 */
export function followFile(
  file: string,
  onData: (chunk: Buffer, restarted: boolean) => void,
  start = 0,
): FollowedFile {
  let position = start;
  let stopped = false;
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
      const restarted = size < position;
      if (restarted) position = 0;
      while (!stopped && position < size) {
        const wanted = Math.min(size - position, 1 << 18);
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(wanted), 0, wanted, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        onData(buffer.subarray(0, bytesRead), restarted && position === bytesRead);
      }
    } finally {
      await handle.close();
    }
    watcher ??= watchQuietly(file, look);
  };
  // One read at a time, or two would hand on the same bytes.
  const look = (): Promise<void> => {
    last = last.then(() => (stopped ? undefined : read())).catch(() => undefined);
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

/** Folders of a test's own, removed when it ends. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Makes an empty folder. The path has no symlink in it, so that it equals what git and VS Code say. */
export async function makeTemporaryDirectory(name: string): Promise<string> {
  return mkdtemp(path.join(await realpath(tmpdir()), `minipach-${name}-`));
}

/** Removes a folder with everything in it, also where git-annex has taken away the right to write. */
export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

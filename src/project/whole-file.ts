/** Small programs put in their places whole, so that nobody ever starts half of one. */
import { link, rename, rm, writeFile } from 'node:fs/promises';

/** How file systems say that they have no hard links. */
export const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Writes a program beside its place and puts it there in one step. Killed before that, it leaves what is there as it is.
 * @param replaces - Whether something is there that is to go; else it comes by a link, which fails where something has
 * appeared meanwhile.
 * @returns Whether it is there now.
 */
export async function placeProgram(file: string, text: string, replaces: boolean): Promise<boolean> {
  const made = `${file}.${process.pid}.new`;
  try {
    await writeFile(made, text, { mode: 0o755 });
    if (replaces) await rename(made, file);
    else await link(made, file);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EEXIST') return false;
    if (replaces || !NO_LINKS.has(code)) throw error;
    await rename(made, file);
    return true;
  } finally {
    await rm(made, { force: true });
  }
}

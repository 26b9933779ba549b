/** Reading where a branch is, without a process in the usual case. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitLine } from './git.ts';
import type { Project } from './open.ts';

/** The commit that a branch names now; `undefined` when the branch is gone. */
export async function readTip(
  project: Pick<Project, 'root' | 'commonDirectory'>,
  branch: string,
): Promise<string | undefined> {
  try {
    const text = readFileSync(join(project.commonDirectory, branch), 'utf8').trim();
    if (/^[0-9a-f]{40,64}$/.test(text)) return text;
  } catch {
    // Packed, or kept some other way: git knows.
  }
  return gitLine(project.root, ['rev-parse', '-q', '--verify', `${branch}^{commit}`]);
}

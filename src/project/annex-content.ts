/** Whether annexed content is here, and fetching what is not. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { objectPath } from './annex.ts';
import { git } from './git.ts';
import type { Project } from './open.ts';

/** Whether the content of a key is in the project's own annex: one look, nothing read. */
export function isPresent(project: Pick<Project, 'commonDirectory'>, key: string): boolean {
  return existsSync(join(project.commonDirectory, 'annex', 'objects', objectPath(key)));
}

/** Fetches content through git-annex, from wherever it knows a copy. Returns what went wrong, in a sentence. */
export async function fetchContent(project: Project, keys: readonly string[]): Promise<string | undefined> {
  const result = await git(
    project.root,
    ['annex', 'get', '--batch-keys', '--json', '--json-error-messages'],
    {
      input: `${keys.join('\n')}\n`,
    },
  );
  const missing = keys.filter((key) => !isPresent(project, key));
  if (missing.length === 0) return undefined;
  const reasons = result.stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) =>
      line === '' ? [] : ((JSON.parse(line) as { 'error-messages'?: string[] })['error-messages'] ?? []),
    );
  const why = [...new Set(reasons)].join(' ').trim() || result.stderr.trim() || 'git-annex gave no reason';
  return `The content of ${missing.length} input ${missing.length === 1 ? 'file' : 'files'} could not be fetched: ${why}`;
}

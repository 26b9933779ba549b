/** Whether annexed content is here, and fetching what is not. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from '../plan/tree.ts';
import type { TreeIndex } from '../plan/tree-index.ts';
import { objectPath } from './annex.ts';
import { git } from './git.ts';
import { type DatasetPlace, placeOf } from './repository.ts';

/** Whether the content of a key is in the annex of a dataset: one look, nothing read. */
export function isPresent(dataset: Pick<DatasetPlace, 'commonDirectory'>, key: string): boolean {
  return existsSync(join(dataset.commonDirectory, 'annex', 'objects', objectPath(key)));
}

/** Keys whose content one dataset must have and does not have. */
export interface AbsentContent {
  readonly dataset: DatasetPlace;
  readonly keys: readonly string[];
}

/** The content of files that is not here, each key once a dataset: a file's content is in the annex of its own. */
export function absentContent(
  project: DatasetPlace,
  index: Pick<TreeIndex, 'subdataset'>,
  files: readonly Pick<TreeEntry, 'annexKey' | 'dataset'>[],
): AbsentContent[] {
  const wanted = new Map<string | undefined, Set<string>>();
  for (const { annexKey, dataset } of files) {
    if (annexKey === undefined) continue;
    const keys = wanted.get(dataset);
    if (keys === undefined) wanted.set(dataset, new Set([annexKey]));
    else keys.add(annexKey);
  }
  return [...wanted].flatMap(([path, keys]) => {
    const dataset = placeOf(project, index, path);
    const absent = [...keys].filter((key) => !isPresent(dataset, key));
    return absent.length === 0 ? [] : [{ dataset, keys: absent }];
  });
}

/** Fetches content through git-annex into a dataset, from wherever it knows a copy. Returns what went wrong, in a sentence. */
export async function fetchContent({ dataset, keys }: AbsentContent): Promise<string | undefined> {
  // Without a repository of its own the folder would be taken for a part of the superdataset.
  if (!existsSync(join(dataset.root, '.git'))) {
    return `The content of ${keys.length} input ${keys.length === 1 ? 'file' : 'files'} could not be fetched, because the subdataset ${dataset.root} is not checked out: install it again with \`datalad get -n\` or \`git submodule update --init\`.`;
  }
  const result = await git(
    dataset.root,
    ['annex', 'get', '--batch-keys', '--json', '--json-error-messages'],
    {
      input: `${keys.join('\n')}\n`,
    },
  );
  const missing = keys.filter((key) => !isPresent(dataset, key));
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

/**
 * Images that lie in a subdataset, and that none of its remotes has: from the other places that the subdataset can be cloned
 * from. One clone after the other is made for that alone, and tells nobody of itself.
 */
import { join } from 'node:path';
import { readSources, urlRulesIn } from '../../plan/clone-source.ts';
import { joinPaths, parentPath } from '../../plan/paths.ts';
import type { TreeIndex } from '../../plan/tree-index.ts';
import { type AbsentContent, isPresent } from '../../project/annex-content.ts';
import { gitLine, gitLines } from '../../project/git.ts';
import { readCandidates } from '../../project/read-candidates.ts';
import { gitConfiguration } from '../../project/repository-config.ts';
import { notePresent } from '../clones/clone-content.ts';
import { cloneDataset } from '../clones/clone-dataset.ts';

import { giveObject, keepObject } from '../clones/stored-object.ts';
import { removeTree } from '../housekeeping/trash.ts';
import { fetchImage, type ImageFetchOptions } from './image-fetch.ts';

/** What is wanted, and where there is room for it on the way. */
export interface CandidateFetch {
  /** The project's top directory. */
  readonly root: string;
  readonly index: Pick<TreeIndex, 'datasetOf'>;
  /** The path of the subdataset. */
  readonly subdataset: string;
  readonly absent: AbsentContent;
  /** A folder of this runner's, on the file system of the project. */
  readonly folder: string;
}

/** Asks one place after the other. Returns what was said against each of them; nothing where everything is here now. */
export async function fetchFromCandidates(
  wanted: CandidateFetch,
  options: ImageFetchOptions,
): Promise<readonly string[]> {
  const { root, index, subdataset, absent, folder } = wanted;
  const { dataset, keys } = absent;
  const parent = index.datasetOf(parentPath(subdataset));
  const around = join(root, parent);
  const [{ subdatasets }, config, remotes] = await Promise.all([
    readCandidates(around),
    gitConfiguration(around),
    gitLines(dataset.root, ['config', '--get-regexp', '^remote\\..*\\.url$']),
  ]);
  const own = subdatasets.find(({ path }) => joinPaths(parent, path) === subdataset);
  if (own === undefined) return [];
  const asked = new Set([dataset.root, ...remotes.map((line) => line.slice(line.indexOf(' ') + 1))]);
  const said: string[] = [];
  for (const read of own.candidates.flatMap(({ url }) => readSources(url, urlRulesIn(config)))) {
    if (options.signal.aborted || keys.every((key) => isPresent(dataset, key))) return [];
    if (!read.ok || asked.has(read.source.url)) continue;
    asked.add(read.source.url);
    const place = join(folder, 'candidate');
    const { cloned, failures } = await cloneDataset({
      ...{ sources: [read.source], destination: place, beside: folder, commit: own.commit },
      ...{ cwd: around, isPrivate: true, isLean: true, signal: options.signal },
    });
    const problem =
      cloned === undefined
        ? failures.map(({ message }) => message).join(' ')
        : await bringThrough(place, absent, options);
    if (problem !== undefined) said.push(`${read.source.text}: ${problem.replace(/\.?$/, '.')}`);
    // Annexed content lies in directories that cannot be written.
    removeTree(place);
  }
  return keys.every((key) => isPresent(dataset, key)) ? [] : said;
}

/** Lets git-annex fetch and verify in the clone, and takes what has come. */
async function bringThrough(
  place: string,
  { dataset, keys, paths }: AbsentContent,
  options: ImageFetchOptions,
): Promise<string | undefined> {
  const clone = { root: place, commonDirectory: join(place, '.git') };
  const missing = keys.filter((key) => !isPresent(dataset, key));
  const problem = await fetchImage([{ dataset: clone, keys: missing, paths }], { ...options, rounds: 1 });
  const here = missing.filter((key) => isPresent(clone, key));
  if (here.length === 0) return problem;
  // Out of the clone's annex by a file of its own: what is removed with the clone must not be the only one.
  const store = join(place, '.git', 'minipach-kept');
  for (const key of here) {
    keepObject(store, key, clone);
    giveObject(store, key, dataset);
  }
  const uuid = await gitLine(dataset.root, ['config', 'annex.uuid']);
  // Killed before this, the content is here all the same, and is used; `git annex fsck` tells git-annex.
  if (uuid !== undefined) await notePresent(dataset.root, uuid, here);
  return problem;
}

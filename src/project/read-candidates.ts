/** Where the subdatasets of a dataset can be cloned from: reads what decides it, with a handful of processes in all. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CandidateList,
  listCandidates,
  type SourceTemplate,
  type SuperdatasetRemote,
  TEMPLATE_PREFIX,
} from '../plan/candidates.ts';
import { type Submodule, submodulesIn } from '../plan/submodules.ts';
import { originalBranch } from './annex-trouble.ts';
import { git, gitLine, gitLines } from './git.ts';
import { inParallel } from './in-parallel.ts';
import { type ConfigValues, datasetConfiguration } from './repository-config.ts';
import { textOf } from './small-file.ts';

/** A subdataset, and where it can be cloned from. */
export interface SubdatasetSources extends CandidateList {
  /** In its superdataset. */
  readonly path: string;
  /** The recorded commit. */
  readonly commit: string;
  readonly submodule: Submodule;
  readonly installed: boolean;
}

/** What a superdataset has configured, and its subdatasets in the order of their paths. */
export interface SourcesReport {
  readonly templates: readonly SourceTemplate[];
  /** What concerns all subdatasets, in sentences. */
  readonly warnings: readonly string[];
  readonly subdatasets: readonly SubdatasetSources[];
  /** What DataLad goes by in the superdataset. */
  readonly config: ConfigValues;
}

/**
 * Reads them as DataLad does: `.gitmodules` and `.datalad/config` as they are in the work tree, commits from the index.
 * @param root - The superdataset's top directory.
 */
export async function readCandidates(root: string): Promise<SourcesReport> {
  const submodules = submodulesIn(textOf(join(root, '.gitmodules')));
  const config = await datasetConfiguration(root);
  const { templates, warnings } = templatesIn(config);
  if (submodules.size === 0) return { templates, warnings, subdatasets: [], config };
  const [links, remotesOf] = await Promise.all([gitlinks(root), remoteFinder(root, config)]);
  const described = links.flatMap(({ path, commit }) => {
    const submodule = submodules.get(path);
    return submodule === undefined ? [] : [{ path, commit, submodule }];
  });
  const subdatasets = await inParallel(described, async (one) => ({
    ...one,
    installed: existsSync(join(root, one.path, '.git')),
    ...listCandidates({ ...one, root, remotes: await remotesOf(one.path), templates }),
  }));
  return { templates, warnings, subdatasets, config };
}

/** The configured sources in the order of their keys. */
function templatesIn(config: ConfigValues): {
  readonly templates: readonly SourceTemplate[];
  readonly warnings: readonly string[];
} {
  const templates: SourceTemplate[] = [];
  const warnings: string[] = [];
  for (const [key, values] of config) {
    if (!key.startsWith(TEMPLATE_PREFIX)) continue;
    templates.push({ name: key.slice(TEMPLATE_PREFIX.length), text: values.at(-1) });
    if (values.length > 1)
      warnings.push(
        `${key} has ${values.length} values, of which the last one counts here, and DataLad refuses them all: remove the others.`,
      );
  }
  return { templates, warnings };
}

async function gitlinks(
  root: string,
): Promise<readonly { readonly path: string; readonly commit: string }[]> {
  const listed = await git(root, ['ls-files', '--stage', '-z'], { large: true });
  const found: { path: string; commit: string }[] = [];
  for (const line of listed.stdout.toString('utf8').split('\0')) {
    // In a conflict stage 2 is ours.
    const [, commit, path] = /^160000 ([0-9a-f]+) [02]\t(.*)$/s.exec(line) ?? [];
    if (commit !== undefined && path !== undefined) found.push({ path, commit });
  }
  return found;
}

/**
 * Tells which remotes a subdataset can be expected at: the tracked one, and those with a branch that has the commit which
 * recorded it last. A remote that has HEAD has them all, so that usually one process answers for every subdataset.
 */
async function remoteFinder(
  root: string,
  config: ConfigValues,
): Promise<(path: string) => Promise<readonly SuperdatasetRemote[]>> {
  const remotes: SuperdatasetRemote[] = [];
  for (const [key, values] of config) {
    const name = /^remote\.(.+)\.url$/s.exec(key)?.[1];
    const url = values.at(-1);
    if (name !== undefined && url) remotes.push({ name, url });
  }
  const branch = await gitLine(root, ['symbolic-ref', '-q', 'HEAD']);
  const own = branch && originalBranch(branch).replace('refs/heads/', '');
  const tracked = own && config.get(`branch.${own}.remote`)?.at(-1);
  const having = async (commit: string): Promise<readonly string[]> => {
    const args = ['for-each-ref', '--format=%(refname:strip=2)', `--contains=${commit}`, 'refs/remotes'];
    return gitLines(root, args);
  };
  const [all, withHead] = await Promise.all([
    gitLines(root, ['for-each-ref', '--format=%(refname:strip=2)', 'refs/remotes']),
    having('HEAD'),
  ]);
  const isAt = (refs: readonly string[], { name }: SuperdatasetRemote): boolean =>
    refs.some((ref) => ref.startsWith(`${name}/`));
  const isUnsure = remotes.some((remote) => isAt(all, remote) && !isAt(withHead, remote));
  // What differs from HEAD need not be in it.
  const changed = new Set(
    (await git(root, ['diff-index', '--cached', '--name-only', '-z', 'HEAD'])).stdout
      .toString('utf8')
      .split('\0'),
  );
  const byCommit = new Map<string, Promise<readonly string[]>>();
  const refsWith = async (path: string): Promise<readonly string[]> => {
    if (!isUnsure && (withHead.length === 0 || !changed.has(path))) return withHead;
    const last = await gitLine(root, ['rev-list', '-n1', 'HEAD', '--', path]);
    if (last === undefined) return [];
    const asked = byCommit.get(last) ?? having(last);
    byCommit.set(last, asked);
    return asked;
  };
  return async (path) => {
    const refs = await refsWith(path);
    const isTracked = ({ name }: SuperdatasetRemote): boolean => name === tracked;
    return [
      ...remotes.filter(isTracked),
      ...remotes.filter((remote) => !isTracked(remote) && isAt(refs, remote)),
    ];
  };
}

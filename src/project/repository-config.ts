/** The configuration of a repository: what git says of it, and what a DataLad dataset brings along. */
import { join } from 'node:path';
import { parseGitConfig } from '../plan/git-config.ts';
import { git } from './git.ts';
import { textOf } from './small-file.ts';

/** All values of each key, in order; a key without `=` has an `undefined` one. Sections and keys are in lower case. */
export type ConfigValues = ReadonlyMap<string, readonly (string | undefined)[]>;

/** Everything that git would use in a directory, from all its files. */
export async function gitConfiguration(cwd: string): Promise<ConfigValues> {
  const listed = await git(cwd, ['config', '-z', '--list']);
  const lines = listed.ok ? listed.stdout.toString('utf8').split('\0').filter(Boolean) : [];
  return gathered(
    lines.map((line) => {
      const end = line.indexOf('\n');
      return end < 0 ? [line, undefined] : [line.slice(0, end), line.slice(end + 1)];
    }),
  );
}

/** What a file in git's format says. */
export function configIn(path: string): ConfigValues {
  return gathered(
    parseGitConfig(textOf(path)).entries.map(({ section, subsection, key, value }) => [
      [section, subsection, key].filter((part) => part !== '').join('.'),
      value,
    ]),
  );
}

/**
 * What DataLad goes by in a dataset: `.datalad/config` as it is in the work tree, what git says in its stead, and
 * variables such as `DATALAD_GET_…`. A key keeps the place at which it comes first.
 */
export async function datasetConfiguration(root: string): Promise<ConfigValues> {
  const merged = new Map(configIn(join(root, '.datalad', 'config')));
  for (const [key, values] of await gitConfiguration(root)) merged.set(key, values);
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith('DATALAD_') || value === undefined) continue;
    merged.set(name.replaceAll('__', '-').replaceAll('_', '.').toLowerCase(), [value]);
  }
  return merged;
}

function gathered(entries: readonly (readonly [string, string | undefined])[]): ConfigValues {
  const values = new Map<string, (string | undefined)[]>();
  for (const [key, value] of entries) values.set(key, [...(values.get(key) ?? []), value]);
  return values;
}

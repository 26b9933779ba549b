/** What `.gitmodules` says of each submodule. */
import { parseGitConfig } from './git-config.ts';

/** One submodule, with everything that is said of it. */
export interface Submodule {
  readonly name: string;
  /** All its keys, in lower case, `path` included; of several values of one the last counts. */
  readonly values: ReadonlyMap<string, string>;
}

/** The submodules that a text describes, by their paths without needless slashes. */
export function submodulesIn(text: string): ReadonlyMap<string, Submodule> {
  const named = new Map<string, Map<string, string>>();
  for (const { section, subsection, key, value } of parseGitConfig(text).entries) {
    if (section !== 'submodule' || value === undefined) continue;
    const values = named.get(subsection) ?? new Map<string, string>();
    named.set(subsection, values.set(key, value));
  }
  const found = new Map<string, Submodule>();
  for (const [name, values] of named) {
    const path = values.get('path');
    if (path !== undefined) found.set(withoutNeedless(path), { name, values });
  }
  return found;
}

function withoutNeedless(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

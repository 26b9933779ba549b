/** A project in memory, for what the editor tells of its specs. */

import { compareCodePoints } from '../../src/plan/match-tree.ts';
import type { ProjectSpec } from '../../src/plan/project-spec.ts';
import type { Subdataset, TreeEntry } from '../../src/plan/tree.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import type { Range } from '../../src/spec/diagnostic.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from '../spec/positions.ts';

/** A spec in a directory. */
export function projectSpec(directory: string, text: string): ProjectSpec {
  return { file: `${directory}/spec.yml`, directory, parsed: parseSpec(text, { directory }) };
}

/** Files, with the subdatasets that are not here. */
export function indexOf(
  files: readonly (string | Partial<TreeEntry>)[],
  absent: readonly string[] = [],
): TreeIndex {
  const plain = { path: '', type: 'file', blob: '0' } as const;
  const entries: TreeEntry[] = [
    ...files.map((file) => (typeof file === 'string' ? { ...plain, path: file } : { ...plain, ...file })),
    ...absent.map((path) => ({ path, type: 'subdataset' as const, blob: 'c0ffee' })),
  ].sort((a, b) => compareCodePoints(a.path, b.path));
  const subdatasets = absent.map(
    (path): Subdataset => ({
      ...{ path, name: path, commit: 'c0ffee1234', id: null, state: 'absent' },
      ...{ gitDirectory: undefined, remedy: `datalad get -n ${path}` },
    }),
  );
  return new TreeIndex({ commit: 'feedc0ffee', entries, subdatasets });
}

/** The part of a text that a range marks. */
export function marked(text: string, range: Range): string {
  return text.slice(offsetOf(text, range.start), offsetOf(text, range.end));
}

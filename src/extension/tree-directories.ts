/** A committed tree as directories, which is how completion walks it. Free of the editor. */
import type { Tree } from '../plan/tree.ts';
import type { ProjectView, ViewEntry } from '../spec/project-view.ts';
import { byCodePoint } from './feed-model.ts';

/** Made once a tree: with 100,000 files that takes a moment, and a tree never changes. */
const known = new WeakMap<Tree, ReadonlyMap<string, readonly ViewEntry[]>>();

/** What completion asks about a project; without a tree there is nothing to offer. */
export function projectView(
  tree: Tree | undefined,
  pipelines: ProjectView['pipelines'],
  images: () => ProjectView['images'] = () => [],
  scripts: () => ProjectView['scripts'] = () => [],
): ProjectView {
  const directories = tree ? directoriesOf(tree) : new Map<string, readonly ViewEntry[]>();
  return {
    pipelines,
    // Looked up only where one can be written.
    get images() {
      return images();
    },
    get scripts() {
      return scripts();
    },
    list: (directory) => directories.get(directory) ?? [],
  };
}

function directoriesOf(tree: Tree): ReadonlyMap<string, readonly ViewEntry[]> {
  const before = known.get(tree);
  if (before) return before;
  const found = new Map<string, Map<string, ViewEntry>>();
  const add = (path: string, kind: ViewEntry['kind']): void => {
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? '' : path.slice(0, slash);
    const entries = found.get(parent);
    const name = path.slice(slash + 1);
    if (entries) {
      if (!entries.has(name)) entries.set(name, { name, kind });
      return;
    }
    found.set(parent, new Map([[name, { name, kind }]]));
    // The first entry of a directory is also what makes the directory known to the one above it.
    if (parent) add(parent, 'directory');
  };
  for (const entry of tree.entries) add(entry.path, entry.type === 'subdataset' ? 'directory' : 'file');
  const sorted = new Map<string, readonly ViewEntry[]>();
  for (const [directory, entries] of found) {
    sorted.set(
      directory,
      [...entries.values()].sort((a, b) => byCodePoint(a.name, b.name)),
    );
  }
  known.set(tree, sorted);
  return sorted;
}

/** Paths of the project: relative to its root, with forward slashes, the root itself being the empty path. */

/** Whether a path is a directory or lies in it; everything lies in the root. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}

/** Two paths as one; either may be empty. */
export function joinPaths(directory: string, name: string): string {
  if (directory === '' || name === '') return directory + name;
  return `${directory}/${name}`;
}

/** A written path from a directory, with `.` and `..` resolved; `undefined` when it is absolute or leaves the project. */
export function resolvePath(directory: string, written: string): string | undefined {
  if (written.startsWith('/')) return undefined;
  const parts = directory === '' ? [] : directory.split('/');
  for (const part of written.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** How a path is written from a directory; `.` for the directory itself. */
export function relativePath(directory: string, path: string): string {
  if (directory === '') return path || '.';
  const from = directory.split('/');
  const to = path === '' ? [] : path.split('/');
  let common = 0;
  while (common < from.length && common < to.length && from[common] === to[common]) common += 1;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/') || '.';
}

/** The directory that a path lies in. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Paths of this machine as git names them within a project. Free of the editor. */
import path from 'node:path';

/**
 * A path relative to the project's root, with forward slashes; `undefined` outside of the project.
 * @param paths - How this machine writes paths; for tests, as another one does.
 */
export function projectPath(
  root: string | undefined,
  file: string,
  paths: Pick<typeof path, 'relative' | 'sep' | 'isAbsolute'> = path,
): string | undefined {
  if (root === undefined) return undefined;
  const relative = paths.relative(root, file).split(paths.sep).join('/');
  // From one drive of Windows to another no relative path leads.
  const isOutside = relative === '..' || relative.startsWith('../') || paths.isAbsolute(relative);
  return isOutside ? undefined : relative;
}

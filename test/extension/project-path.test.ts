import assert from 'node:assert/strict';
import path from 'node:path';
import { projectPath } from '../../src/extension/project-path.ts';

describe('a path within a project', () => {
  const table: readonly [typeof path.posix, string | undefined, string, string | undefined][] = [
    [path.posix, '/p', '/p/a/spec.yml', 'a/spec.yml'],
    [path.posix, '/p', '/p', ''],
    [path.posix, '/p', '/q/spec.yml', undefined],
    [path.posix, '/p', '/', undefined],
    [path.posix, '/p', '/p/..a/spec.yml', '..a/spec.yml'],
    [path.posix, undefined, '/p/spec.yml', undefined],
    // git writes slashes and a large drive letter, VS Code backslashes and a small one.
    [path.win32, 'C:/Users/Ada/study', 'c:\\Users\\Ada\\study\\edges\\spec.yml', 'edges/spec.yml'],
    [path.win32, 'C:/Users/Ada/study', 'c:\\users\\ada\\Study\\spec.yml', 'spec.yml'],
    [path.win32, 'C:/Users/Ada/study', 'c:\\Users\\Ada\\other\\spec.yml', undefined],
    [path.win32, 'C:/Users/Ada/study', 'd:\\study\\spec.yml', undefined],
    [path.win32, '//server/share/study', '\\\\server\\share\\study\\a b\\spec.yml', 'a b/spec.yml'],
    [path.win32, '//server/share/study', '\\\\server\\elsewhere\\spec.yml', undefined],
  ];
  for (const [paths, root, file, expected] of table)
    it(`${file} in ${root}`, () => assert.equal(projectPath(root, file, paths), expected));
});

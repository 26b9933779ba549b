/** Whether the files that a command needs are in the project: scripts, code and context. */
import { distance } from 'fastest-levenshtein';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { SpecPath } from '../spec/places.ts';
import { textAt, valueAt } from '../spec/spec-values.ts';
import { type CommandWord, commandWords, isScript } from './command-words.ts';
import { compileGlob } from './glob.ts';
import { matchesAny } from './match-tree.ts';
import { nearestGlob } from './nearest-glob.ts';
import { nearestText } from './nearest-text.ts';
import { relativePath, resolvePath } from './paths.ts';
import type { ProjectSpec } from './project-spec.ts';
import { reaches } from './subdataset-needs.ts';
import type { TreeIndex } from './tree-index.ts';

/** Diagnostics about the command of one spec. */
export function checkCommand(spec: ProjectSpec, index: TreeIndex): readonly Diagnostic[] {
  const { value } = spec.parsed;
  const written = textAt(value, ['transform', 'working_dir']) ?? '';
  const workingDir = written === '.' ? '' : written;
  return [
    ...checkWorkingDir(workingDir, spec, index),
    ...commandWords(value, 'cmd').flatMap((word) => checkWord(word, workingDir, spec, index)),
    ...['code', 'context'].flatMap((field) => checkGlobs(['transform', field], spec, index)),
    // What a result will hold is not known, so that these can only be read.
    ...checkGlobs(['discard'], spec, undefined),
  ];
}

/** Jobs would make the directory, and then find nothing in it. */
function checkWorkingDir(workingDir: string, spec: ProjectSpec, index: TreeIndex): readonly Diagnostic[] {
  const { places } = spec.parsed;
  const segments = workingDir.split('/');
  // A path that is not in its shortest form has been reported already.
  if (segments.some((segment) => /^(?:|\.{1,2}|~.*)$/.test(segment))) return [];
  // A symlink may lead to a directory, and what a subdataset holds may not be known.
  const isLinked = segments.some((_, at) => index.has(segments.slice(0, at + 1).join('/')));
  if (index.isDirectory(workingDir) || isLinked || index.inSubdataset(workingDir)) return [];
  const nearest = nearestText(workingDir, index.directories, distance);
  const hint = nearest === undefined ? 'correct it, or commit a file in it' : `did you mean \`${nearest}\``;
  const message = `\`${workingDir}\` is no committed directory of the project; ${hint}${nearest === undefined ? '.' : '?'}`;
  const path = ['transform', 'working_dir'];
  const range = places.value(path) ?? places.nearest(path);
  return [{ rule: 'no-such-directory', severity: 'warning', message, range }];
}

function checkWord(
  word: CommandWord,
  workingDir: string,
  spec: ProjectSpec,
  index: TreeIndex,
): readonly Diagnostic[] {
  const { text } = word;
  // Options, placeholders, assignments, globs and absolute paths are not paths of the project.
  if (!/^(?:\.\/)?[\p{L}\p{N}_][\p{L}\p{N}_.+@ -]*(?:\/[\p{L}\p{N}_.][\p{L}\p{N}_.+@ -]*)*$/u.test(text))
    return [];
  const hasSlash = text.includes('/');
  // A bare first word is a program on the PATH.
  if (word.first ? !hasSlash : !isScript(text)) return [];
  const plain = resolvePath(workingDir, text);
  if (plain === undefined || text.split('/').includes('..')) return [];
  if (index.has(plain) || index.isDirectory(plain) || index.inSubdataset(plain)) return [];
  const { places: spots } = spec.parsed;
  const range = spots.within(word.path, word.offset, word.offset + text.length) ?? spots.nearest(word.path);
  const script = nearestScript(plain, index);
  // Like the word itself, what takes its place is read from where the command runs.
  const nearest = script === undefined ? undefined : relativePath(workingDir, script);
  const base = { rule: 'untracked-script', severity: 'warning' as const, range };
  if (nearest === undefined) {
    const message = `\`${plain}\` is not a committed file of the project, so a job would not have it; commit it if it is a script of yours.`;
    return [{ ...base, message }];
  }
  const message = `\`${plain}\` is not a committed file of the project; did you mean \`${nearest}\`?`;
  const aliased = spots.at(word.path)?.aliased !== false || !/^[\w./-]+$/.test(nearest);
  const whole = range.end.character - range.start.character === text.length;
  if (aliased || !whole) return [{ ...base, message }];
  return [{ ...base, message, fixes: [{ title: `Change to \`${nearest}\``, range, newText: nearest }] }];
}

function nearestScript(plain: string, index: TreeIndex): string | undefined {
  const scripts = index.paths.filter(isScript);
  const last = plain.split('/').at(-1);
  const moved = scripts.filter((path) => path.split('/').at(-1) === last);
  return moved.length === 1 ? moved[0] : nearestText(plain, scripts, distance);
}

function checkGlobs(list: SpecPath, spec: ProjectSpec, index: TreeIndex | undefined): readonly Diagnostic[] {
  const { value, places } = spec.parsed;
  const items = valueAt(value, list);
  if (!Array.isArray(items)) return [];
  return items.flatMap((pattern: unknown, at): Diagnostic[] => {
    const path = [...list, at];
    if (typeof pattern !== 'string' || pattern === '') return [];
    const compiled = compileGlob(pattern);
    if (!compiled.ok) {
      const range = places.within(path, compiled.offset, compiled.offset + 1) ?? places.nearest(path);
      return [{ rule: 'invalid-glob', severity: 'error', message: compiled.message, range }];
    }
    if (index === undefined) return [];
    const { glob } = compiled;
    // A subdataset that is not installed could hold a match.
    if (index.closed.some(({ path }) => reaches(glob, path)) || matchesAny(glob, index.paths)) return [];
    const nearest = nearestGlob(pattern, '', index.paths)?.slice(1);
    const hint =
      nearest === undefined ? 'commit what it is meant to find' : `the nearest that does is \`${nearest}\``;
    const message = `The glob \`${pattern}\` matches no committed file of the project; ${hint}.`;
    const range = places.value(path) ?? places.nearest(path);
    return [{ rule: 'code-without-match', severity: 'warning', message, range }];
  });
}

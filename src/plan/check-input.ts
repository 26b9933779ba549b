/** Whether the repo of an input is there, and whether its glob finds anything in it. */
import { distance } from 'fastest-levenshtein';
import type { Diagnostic } from '../spec/diagnostic.ts';
import { type WrittenInput, writtenInputs } from '../spec/input-values.ts';
import { compileGlob } from './glob.ts';
import { nearestGlob } from './nearest-glob.ts';
import { nearestText } from './nearest-text.ts';
import { upstreamsOf } from './order.ts';
import type { ProjectSpec } from './project-spec.ts';
import type { TreeIndex } from './tree-index.ts';

/** Diagnostics about the inputs of one spec. */
export function checkInput(
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
): readonly Diagnostic[] {
  return writtenInputs(spec.parsed.value).flatMap((input) => checkOne(input, spec, specs, index));
}

function checkOne(
  input: WrittenInput,
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
): readonly Diagnostic[] {
  const { places } = spec.parsed;
  const { repo, glob: pattern } = input;
  const repoPath = [...input.path, 'repo'];
  const globPath = [...input.path, 'glob'];
  const found: Diagnostic[] = [];
  const compiled = pattern === undefined || pattern === '' ? undefined : compileGlob(pattern);
  if (compiled?.ok === false) {
    const range = places.within(globPath, compiled.offset, compiled.offset + 1) ?? places.nearest(globPath);
    found.push({ rule: 'invalid-glob', severity: 'error', message: compiled.message, range });
  }
  // A path that is not in its shortest form has been reported already.
  if (repo === undefined || repo === '' || repo.split('/').some((segment) => /^(?:|\.{1,2})$/.test(segment)))
    return found;
  // What a pipeline will leave is not there before it has run, and a subdataset may not be installed.
  if (upstreamsOf({ repo, glob: pattern }, specs).length > 0 || index.inSubdataset(repo)) return found;
  const range = places.value(repoPath) ?? places.nearest(repoPath);
  if (index.has(repo)) {
    const message = `\`${repo}\` is a file; name its directory as the repo and pick the file with the glob.`;
    return [...found, { rule: 'no-such-repo', severity: 'error', message, range }];
  }
  if (!index.isDirectory(repo)) return [...found, noSuchRepo(repo, range, index)];
  if (compiled?.ok !== true || pattern === undefined || index.holdsSubdataset(repo, compiled.glob))
    return found;
  if (index.matches(repo, compiled.glob).length > 0) return found;
  const paths = index.below(repo);
  const globRange = places.value(globPath) ?? places.nearest(globPath);
  const nearest = nearestGlob(pattern, repo, paths);
  const hint =
    nearest === undefined ? `at its top there is ${topOf(paths)}` : `the nearest that does is \`${nearest}\``;
  const place = places.at(globPath);
  const fixes =
    nearest === undefined || place?.aliased !== false
      ? {}
      : {
          fixes: [{ title: `Change to \`${nearest}\``, range: globRange, newText: JSON.stringify(nearest) }],
        };
  const message = `The glob matches nothing in \`${repo}\`; ${hint}.`;
  return [...found, { rule: 'glob-without-match', severity: 'warning', message, range: globRange, ...fixes }];
}

function noSuchRepo(repo: string, range: Diagnostic['range'], index: TreeIndex): Diagnostic {
  const directories = [...index.directories, ...index.closed.map(({ path }) => path)];
  const last = repo.split('/').at(-1);
  // The same name elsewhere is the likeliest mistake: a path that was written from the wrong place.
  const moved = directories.filter((directory) => directory.split('/').at(-1) === last);
  const nearest = moved.length === 1 ? moved[0] : nearestText(repo, directories, distance);
  const base = { rule: 'no-such-repo', severity: 'error' as const, range };
  if (nearest === undefined) {
    const message = `There is no committed directory \`${repo}\` in the project; commit what belongs there, or name another one.`;
    return { ...base, message };
  }
  const message = `There is no committed directory \`${repo}\` in the project; did you mean \`${nearest}\`?`;
  const newText = /^\w[\w./-]*$/.test(nearest) ? nearest : JSON.stringify(nearest);
  return { ...base, message, fixes: [{ title: `Change to \`${nearest}\``, range, newText }] };
}

/** Some names at the top of a repo, for a sentence. */
function topOf(paths: readonly string[]): string {
  const names = [...new Set(paths.map((path) => path.split('/', 1)[0] ?? ''))];
  const shown = names.slice(0, 3).map((name) => `\`${name}\``);
  return names.length > 3 ? `${shown.join(', ')} and ${names.length - 3} more` : shown.join(', ');
}

/** For a glob that matches nothing: the one that was probably meant. */
import { distance } from 'fastest-levenshtein';
import { compileGlob } from './glob.ts';
import { matchesAny, matchTree } from './match-tree.ts';
import { nearestText } from './nearest-text.ts';

/** Names looked at for one segment; more would cost more than a hint is worth. */
const MAXIMUM_NAMES = 2_000;

/**
 * A glob near `pattern` that matches some of `paths`, or `undefined`.
 * @param repo - Its path; people write it into the glob once more.
 */
export function nearestGlob(pattern: string, repo: string, paths: readonly string[]): string | undefined {
  const plain = `/${pattern.replace(/^\/+|\/+$/g, '')}`;
  const last = repo.split('/').at(-1) ?? repo;
  const simple = [
    ...[repo, last]
      .filter((name) => plain.startsWith(`/${name}/`))
      .map((name) => plain.slice(name.length + 1)),
    // Unlike in a shell, `**/x` needs a directory in front; `**x` does not.
    plain.replace(/\*\*\/\**/g, '**'),
    `${plain}*`,
  ];
  for (const candidate of simple) {
    if (candidate !== plain && matchesSome(candidate, paths)) return candidate;
  }
  return bySegment(plain, paths);
}

/** Mends the first segment from which on nothing matches. */
function bySegment(plain: string, paths: readonly string[]): string | undefined {
  if (plain.includes('**') || /[({[][^)}\]]*\//.test(plain)) return undefined;
  const segments = plain.slice(1).split('/');
  for (const [at, segment] of segments.entries()) {
    const above = segments.slice(0, at);
    const upTo = `/${[...above, segment].join('/')}`;
    if (matchesSome(upTo, paths)) continue;
    const names = namesAt(above, paths);
    const nearest = nearestText(segment, names, distance);
    const replacements = [
      `${segment}*`,
      `*${segment}`,
      ...(nearest === undefined ? [] : [nearest.replace(/[*?[\]{}()|!@+\\^]/g, '\\$&')]),
      ...otherEndings(segment, names),
    ];
    for (const replacement of replacements) {
      const candidate = `/${[...above, replacement, ...segments.slice(at + 1)].join('/')}`;
      if (matchesSome(candidate, paths)) return candidate;
    }
    return undefined;
  }
  return undefined;
}

/** `*.png` for `*.jpg`, when there are PNG files. */
function otherEndings(segment: string, names: ReadonlySet<string>): string[] {
  const star = segment.lastIndexOf('*');
  if (star === -1 || !/^\.[\w.]+$/.test(segment.slice(star + 1))) return [];
  const endings = new Set([...names].flatMap((name) => /^[^.]+(\.[\w.]+)$/.exec(name)?.[1] ?? []));
  return [...endings].slice(0, 5).map((ending) => segment.slice(0, star + 1) + ending);
}

function matchesSome(pattern: string, paths: readonly string[]): boolean {
  const compiled = compileGlob(pattern);
  return compiled.ok && matchesAny(compiled.glob, paths);
}

/** The names right below the directories that the segments above match. */
function namesAt(above: readonly string[], paths: readonly string[]): ReadonlySet<string> {
  const compiled = compileGlob(above.length === 0 ? '/' : `/${above.join('/')}`);
  const names = new Set<string>();
  if (!compiled.ok) return names;
  for (const match of matchTree(compiled.glob, paths)) {
    const prefix = match.path === '' ? 0 : match.path.length + 1;
    for (let at = match.start; at < match.end && names.size < MAXIMUM_NAMES; at += 1) {
      const name = paths[at]?.slice(prefix).split('/', 1)[0];
      if (name !== undefined && name !== '') names.add(name);
    }
  }
  return names;
}

/** Where a repository can be: the kinds of location that git and DataLad tell apart, and how a place below one is written. */

/**
 * What a location is: a path, a URL, git's short form of ssh (`host:path`), DataLad's own (`///name`), or another of
 * git's transports (`ext::…`).
 */
export type LocationKind = 'path' | 'url' | 'ssh' | 'datalad' | 'transport';

/** The parts of a URL; the path is decoded. */
export interface UrlParts {
  readonly scheme: string;
  /** User, host and port, as they are written. */
  readonly host: string;
  readonly path: string;
  /** From the question mark on; empty where there is none. */
  readonly query: string;
  /** Behind the number sign; `undefined` where there is none. */
  readonly fragment: string | undefined;
}

const URL_PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(?:#(.*))?$/s;
const SSH_PARTS = /^((?:\S*@)?[^#/\\:]+)(?::(.*))?$/s;

/** Tells what a location is, as DataLad does. */
export function locationKind(text: string): LocationKind {
  // A drive of Windows, and so no host of one letter.
  if (/^.:./s.test(text)) return 'path';
  const url = URL_PARTS.exec(text);
  if (url !== null) {
    const [, scheme = '', host = '', path = ''] = url;
    const hasHost = host.replace(/^.*@/, '').replace(/:\d*$/, '') !== '';
    if (hasHost || scheme.toLowerCase() === 'file') return 'url';
    if (path.startsWith(':')) return 'transport';
    return scheme.includes('+') ? 'url' : 'ssh';
  }
  if (/^\/\//.test(text)) return 'datalad';
  const [first = '', ...others] = text.split(/(?<!\\):/);
  if (/[/\\#]/.test(first)) return 'path';
  const path = decode(text.replace(/[?#;].*$/s, ''));
  return others.length > 0 || path.includes('@') ? 'ssh' : 'path';
}

/** Takes a URL apart; `undefined` for anything else. */
export function urlParts(text: string): UrlParts | undefined {
  const [, scheme, host = '', path = '', query = '', fragment] = URL_PARTS.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  return { scheme: scheme.toLowerCase(), host, path: decode(path), query, fragment };
}

/** Puts a URL together again. */
export function urlOf({ scheme, host, path, query, fragment }: UrlParts): string {
  const at = host.lastIndexOf('@') + 1;
  const written = `${host.slice(0, at)}${host.slice(at).toLowerCase()}`;
  const slash = path === '' || path.startsWith('/') ? '' : '/';
  const end = fragment ? `#${fragment}` : '';
  return `${scheme}://${written}${slash}${encodePath(path)}${query === '?' ? '' : query}${end}`;
}

/** A path as it stands in a URL. */
export function encodePath(path: string): string {
  const others = /[!'()*]/g;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return encoded.replace(others, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Where something lies that is named relative to a repository, as `.gitmodules` does; what is not relative is returned
 * as it is.
 * @param base - The location of the repository; a final `/.git` of it goes behind the whole.
 * @returns `undefined` where nothing can lie below the base.
 */
export function locationBelow(base: string, relative: string): string | undefined {
  if (locationKind(relative) !== 'path' || relative.startsWith('/')) return relative;
  const below = (path: string): string => {
    const isDotGit = path.endsWith('/.git');
    const start = isDotGit ? path.slice(0, -'/.git'.length) : path;
    const slash = start === '' || start.endsWith('/') ? '' : '/';
    return normalized(`${start}${slash}${relative}${isDotGit ? '/.git' : ''}`);
  };
  switch (locationKind(base)) {
    case 'path':
      return below(base);
    case 'url': {
      const parts = urlParts(base);
      // What follows a semicolon belongs to no path that git would know.
      return parts && urlOf({ ...parts, path: below(parts.path.replace(/;[^/]*$/, '')) });
    }
    case 'ssh': {
      const [, host, path = ''] = SSH_PARTS.exec(base) ?? [];
      return host && `${host}:${below(unescaped(path.replace(/^\/{2,}/, '/')))}`;
    }
    case 'datalad': {
      const [, remote = '', path = ''] = /^\/\/([^\s/]*)\/(.*)$/s.exec(base) ?? [];
      return `//${remote}/${below(path)}`;
    }
    case 'transport':
      return undefined;
  }
}

/** A path without empty parts, `.`, and `..` behind a name; `.` when nothing is left. */
export function normalized(path: string): string {
  const root = /^\/\/(?!\/)/.test(path) ? '//' : path.startsWith('/') ? '/' : '';
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (root === '' && (parts.at(-1) ?? '..') === '..')) parts.push(part);
    else parts.pop();
  }
  return `${root}${parts.join('/')}` || '.';
}

/** Percent signs that stand for bytes, decoded. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** What a shell on the other side would take for special is written with a backslash. */
function unescaped(path: string): string {
  return path.replace(/\\([\\#&;`|*?~<>^()[\]{}$'" ])/g, '$1');
}

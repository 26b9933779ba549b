/** What can be cloned from: reads a path, a URL, ssh, a RIA store or DataLad's `///`, as `datalad clone` does. */
import { encodePath, locationKind, type UrlParts, urlOf, urlParts } from './location.ts';
import { substituted, substitutesIn, type UrlSubstitutes } from './url-substitutes.ts';

/** A source, read. */
export interface CloneSource {
  /** As it was given. */
  readonly text: string;
  /** What git clones from. */
  readonly url: string;
  /** The URL of the RIA store that it is in, without what names the dataset; `undefined` elsewhere. */
  readonly store: string | undefined;
  /** A branch or tag to check out; `undefined` for what the source has checked out. */
  readonly version: string | undefined;
  /** The directory that a clone gets where none is named. */
  readonly name: string;
}

/** A source, or why it is none. */
export type SourceResult =
  | { readonly ok: true; readonly source: CloneSource }
  | {
      readonly ok: false;
      readonly reason: 'bad-source';
      /** As it was given. */
      readonly text: string;
      readonly message: string;
    };

/** Where DataLad's own datasets are, which `///` stands for. */
const DATASETS = 'https://datasets.datalad.org/';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PROTOCOLS: ReadonlySet<string> = new Set(['file', 'ssh', 'http', 'https']);

/**
 * Reads a source.
 * @param rewrites - Beginnings of URLs and what git's `url.*.insteadOf` puts in their place. git does so itself, but it never
 * sees the URL of a RIA store.
 */
export function readSource(text: string, rewrites: ReadonlyMap<string, string> = new Map()): SourceResult {
  const written = rewrite(text, rewrites);
  const parts = locationKind(written) === 'url' ? urlParts(written) : undefined;
  if (parts?.scheme.startsWith('ria+')) return readRia(text, written, parts);
  const url = locationKind(written) === 'datalad' ? dataladUrl(written) : gitUrl(text, parts);
  const plain = { store: undefined, version: undefined };
  const name = nameOf(url);
  return name === ''
    ? bad(text, `${text} names no repository: give a path, a URL, host:path, or ria+file:///store#ID.`)
    : { ok: true, source: { text, url, ...plain, name } };
}

/** How a configuration changes URLs before they are used. */
export interface UrlRules {
  /** Beginnings of URLs, and what git's `url.*.insteadOf` puts in their place. */
  readonly rewrites: ReadonlyMap<string, string>;
  readonly substitutes: UrlSubstitutes;
}

/** Reads them. */
export function urlRulesIn(config: ReadonlyMap<string, readonly (string | undefined)[]>): UrlRules {
  return { rewrites: rewritesIn(config), substitutes: substitutesIn(config) };
}

/** Reads a source, or each of those that DataLad's rules put in its place. */
export function readSources(text: string, { rewrites, substitutes }: UrlRules): readonly SourceResult[] {
  return substituted(text, substitutes).map((one) => readSource(one, rewrites));
}

function rewritesIn(
  config: ReadonlyMap<string, readonly (string | undefined)[]>,
): ReadonlyMap<string, string> {
  const rewrites = new Map<string, string>();
  for (const [key, values] of config) {
    const base = /^url\.(.*)\.insteadof$/s.exec(key)?.[1];
    for (const value of values) if (base !== undefined && value) rewrites.set(value, base);
  }
  return rewrites;
}

function rewrite(text: string, rewrites: ReadonlyMap<string, string>): string {
  const [longest] = [...rewrites]
    .filter(([start]) => text.startsWith(start))
    .sort((a, b) => b[0].length - a[0].length);
  return longest === undefined ? text : `${longest[1]}${text.slice(longest[0].length)}`;
}

function readRia(text: string, written: string, parts: UrlParts): SourceResult {
  const { scheme, host, path, fragment = '' } = parts;
  const protocol = scheme.slice('ria+'.length);
  if (!PROTOCOLS.has(protocol))
    return bad(text, `RIA stores are reached by file, ssh, http or https, and ${text} says ${protocol}.`);
  const at = fragment.indexOf('@');
  const dataset = at < 0 ? fragment : fragment.slice(0, at);
  const version = at < 0 ? undefined : fragment.slice(at + 1) || undefined;
  const alias = /^~([^/]+)$/.exec(dataset)?.[1];
  if (alias === undefined && !UUID.test(dataset))
    return bad(
      text,
      `${text} does not say which dataset of the store is meant: end it with # and the dataset's id, or with #~ and its alias.`,
    );
  const trace = alias === undefined ? `${dataset.slice(0, 3)}/${dataset.slice(3)}` : `alias/${alias}`;
  const inStore = `${path.replace(/\/$/, '')}/${trace}`;
  // `host:` without a number, as in `ria+ssh://host:/path`, is a host.
  const plain = { ...parts, scheme: protocol, host: host.replace(/:$/, ''), fragment: undefined };
  const url = protocol === 'file' ? inStore : urlOf({ ...plain, path: inStore });
  const store = written.slice(0, written.indexOf('#'));
  return { ok: true, source: { text, url, store, version, name: alias ?? dataset } };
}

function dataladUrl(text: string): string {
  return `${DATASETS}${encodePath(text.replace(/^\/+/, ''))}`;
}

/** git copies less from a path than from the URL of one. */
function gitUrl(text: string, parts: UrlParts | undefined): string {
  return parts?.scheme === 'file' && /^(?:localhost)?$/.test(parts.host) ? parts.path : text;
}

/** The last part of a URL that says anything, without `.git`. */
function nameOf(url: string): string {
  const path = urlParts(url)?.path || url.replace(/^[^/]*:/, '');
  const names = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  if (names.at(-1) === '.git') names.pop();
  return (names.at(-1) ?? '').replace(/\.git$/, '');
}

function bad(text: string, message: string): SourceResult {
  return { ok: false, reason: 'bad-source', text, message };
}

/** Completes paths and globs, one segment at a time. */
import { type CompletionItem, type CompletionRequest, escapeSnippet } from './completion-item.ts';
import type { ViewEntry } from './project-view.ts';

/** A list longer than this helps nobody; typing on shortens it. */
const MAXIMUM_ITEMS = 500;

/** Further ones are found by typing on. */
const MAXIMUM_SCRIPTS = 50;

/** How many directories a wildcard is followed into, so that a large dataset stays fast. */
const MAXIMUM_DIRECTORIES = 50;

/** Scripts as whole paths, so that one is found by its own name; a path that is begun goes on segment by segment. */
export function completeScripts({
  offset,
  cursor,
  view,
  lines,
}: CompletionRequest): readonly CompletionItem[] {
  const typed = lastWord(cursor.typed);
  if (/[{$/]/.test(typed) || typed.startsWith('-')) return [];
  return view.scripts
    .filter((path) => path.includes('/') && path.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, MAXIMUM_SCRIPTS)
    .map((path) => {
      const needsQuotes = cursor.quote === undefined && !/^[\w.][\w./-]*$/.test(path);
      return {
        label: path,
        kind: 'file' as const,
        insertText: escapeSnippet(needsQuotes ? JSON.stringify(path) : path),
        detail: 'script',
        documentation: '',
        range: lines.range({ start: offset - typed.length, end: offset }),
      };
    });
}

/** In a shell command the path is the last word. */
function lastWord(typed: string): string {
  return /[^\s'"`|;&<>()=]*$/.exec(typed)?.[0] ?? '';
}

/** The next segment of a path below `base`. */
export function completePath(
  request: CompletionRequest,
  base: string,
  wanted: 'directory' | 'any',
): readonly CompletionItem[] {
  const { text, offset, cursor, view } = request;
  const typed = lastWord(cursor.typed);
  if (/[{$]/.test(typed) || typed.startsWith('-') || typed.startsWith('/')) return [];
  const slash = typed.lastIndexOf('/');
  const directory = [base, slash === -1 ? '' : typed.slice(0, slash)].filter((part) => part !== '').join('/');
  const entries = view.list(directory).filter((entry) => wanted === 'any' || entry.kind === 'directory');
  const start = offset - (typed.length - slash - 1);
  return items(request, entries, start, segmentEnd(text, offset, cursor.end), typed.slice(slash + 1), '');
}

/** The next segment of a glob within `repo`; wildcards in front of it are followed. */
export function completeSegment(
  request: CompletionRequest,
  repo: string | undefined,
): readonly CompletionItem[] {
  const { text, offset, cursor } = request;
  if (repo === undefined) return [];
  const { typed } = cursor;
  const slash = typed.lastIndexOf('/');
  const above = typed
    .slice(0, Math.max(slash, 0))
    .split('/')
    .filter((segment) => segment !== '');
  if (above.includes('**')) return [];
  let directories = [repo];
  for (const segment of above) {
    const pattern = roughPattern(segment);
    directories = directories
      .flatMap((directory) =>
        request.view
          .list(directory)
          .filter((entry) => entry.kind === 'directory' && pattern.test(entry.name))
          .map((entry) => `${directory}/${entry.name}`),
      )
      .slice(0, MAXIMUM_DIRECTORIES);
  }
  const byName = new Map<string, ViewEntry>();
  for (const directory of directories) {
    for (const entry of request.view.list(directory)) byName.set(entry.name, entry);
  }
  const start = offset - (typed.length - slash - 1);
  // A glob that begins with a wildcard must be quoted, so an empty value gets quotes and its leading slash.
  const lead = typed === '' && cursor.quote === undefined ? '/' : '';
  const end = segmentEnd(text, offset, cursor.end);
  const wildcard: ViewEntry = { name: '*', kind: 'directory' };
  return items(request, [wildcard, ...byName.values()], start, end, typed.slice(slash + 1), lead);
}

function items(
  request: CompletionRequest,
  entries: readonly ViewEntry[],
  start: number,
  end: number,
  typed: string,
  lead: string,
): readonly CompletionItem[] {
  const { cursor, lines } = request;
  const lower = typed.toLowerCase();
  return entries
    .filter((entry) => entry.name.toLowerCase().startsWith(lower) || entry.name === '*')
    .slice(0, MAXIMUM_ITEMS)
    .map((entry) => {
      const bare = cursor.quote === undefined && start === cursor.start;
      const plain = `${lead}${entry.name}`;
      const needsQuotes = bare && (lead !== '' || !/^[\w.][\w./-]*$/.test(plain));
      return {
        label: entry.name,
        kind: entry.kind,
        insertText: escapeSnippet(needsQuotes ? JSON.stringify(plain) : plain),
        detail: entry.name === '*' ? 'every entry' : '',
        documentation: '',
        range: lines.range({ start, end }),
      };
    });
}

/** The rest of the segment behind the cursor is replaced along. */
function segmentEnd(text: string, offset: number, limit: number): number {
  let end = offset;
  while (end < limit && !/[\s/'"|;&<>(){}]/.test(text[end] ?? '')) end += 1;
  return end;
}

/** A pattern that matches at least what a glob's segment does; exact enough to list what comes below. */
function roughPattern(segment: string): RegExp {
  const source = segment
    .split(/(?:[*?]|\\.|[[({][^\])}]*[\])}]|[@+!])+/)
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]*');
  return new RegExp(`^${source}$`);
}

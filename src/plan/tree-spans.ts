/** Where the files of each directory are in a sorted list. */
import type { Span, TreeEntry } from './tree.ts';

/** Which files lie in each directory. Sorted by full path, they lie together. */
export function spansOf(entries: Iterable<TreeEntry>): Map<string, Span> {
  const found = new Map<string, { from: number; to: number }>();
  /** The directory of the entry before, with its slash, and the spans of it and of those around it. */
  let around = '';
  let spans: { from: number; to: number }[] = [];
  let position = 0;
  for (const { path } of entries) {
    const slash = path.lastIndexOf('/');
    if (slash + 1 !== around.length || !path.startsWith(around)) {
      for (const span of spans) span.to = position;
      around = path.slice(0, slash + 1);
      spans = [];
      for (let end = slash; end > 0; end = path.lastIndexOf('/', end - 1)) {
        const directory = path.slice(0, end);
        const span = found.get(directory) ?? { from: position, to: position };
        found.set(directory, span);
        spans.push(span);
      }
    }
    position += 1;
  }
  for (const span of spans) span.to = position;
  return found;
}

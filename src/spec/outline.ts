/** The outline of a spec: its fields, and its inputs by their names. */
import type { Range } from './diagnostic.ts';
import { writtenCombinations, writtenInputs } from './input-values.ts';
import type { Place, SpecPath } from './places.ts';
import { valueAt } from './spec-values.ts';
import { readYaml, type YamlDocument } from './yaml-document.ts';

/** One line of the outline. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'field' | 'input';
  /** All of it. */
  readonly range: Range;
  /** What is selected when the line is chosen; within the range. */
  readonly selection: Range;
  readonly children: readonly OutlineItem[];
}

/** A detail longer than this is cut. */
const LONGEST = 80;

/** The outline of a text, as far as it can be read. */
export function outline(text: string): readonly OutlineItem[] {
  const document = readYaml(text);
  return fieldsOf([], document);
}

function fieldsOf(path: SpecPath, document: YamlDocument): readonly OutlineItem[] {
  const value = valueAt(document.value, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value).flatMap((name) => itemOf([...path, name], document));
}

function itemOf(path: SpecPath, document: YamlDocument): readonly OutlineItem[] {
  const place = document.places.at(path);
  if (place?.key === undefined) return [];
  const name = String(path.at(-1));
  const value = valueAt(document.value, path);
  const base = { name, kind: 'field' as const, ...rangesOf(place, document) };
  if (path.length > 1 || !['input', 'transform', 'pipeline'].includes(name))
    return [{ ...base, detail: detailOf(value), children: [] }];
  if (name !== 'input') return [{ ...base, detail: '', children: fieldsOf(path, document) }];
  const ways = writtenCombinations(document.value).map(({ kind }) => kind);
  return [{ ...base, detail: [...new Set(ways)].join(', '), children: inputsOf(document) }];
}

/** However deep inputs nest, their names are what the command speaks of. */
function inputsOf(document: YamlDocument): readonly OutlineItem[] {
  return writtenInputs(document.value).flatMap(({ path, name, repo = '', glob = '' }): OutlineItem[] => {
    const place = document.places.at(path);
    if (place === undefined) return [];
    const detail = `${repo} ${glob}`.trim();
    return [{ name: name ?? 'pfs', detail, kind: 'input', ...rangesOf(place, document), children: [] }];
  });
}

function rangesOf({ key, value }: Place, { lines }: YamlDocument): Pick<OutlineItem, 'range' | 'selection'> {
  const start = key?.start ?? value.start;
  const end = Math.max(value.end, key?.end ?? value.end);
  return { range: lines.range({ start, end }), selection: lines.range(key ?? value) };
}

function detailOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  const [line = ''] = text.split('\n');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

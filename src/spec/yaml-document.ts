/**
 * Reads YAML into plain values and places. All that YAML itself can get wrong is told here, in one sentence each,
 * so that everything after it deals with fields only.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import { LineTable, type Place, Places, type Span } from './places.ts';
import { yamlProblem } from './yaml-problems.ts';

/** A document that was read, as far as it could be. */
export interface YamlDocument {
  /** Its value; `undefined` when there is none to speak of. Mappings have no prototype. */
  readonly value: unknown;
  readonly places: Places;
  readonly lines: LineTable;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the value is what the author wrote, so that checking its fields makes sense. */
  readonly sound: boolean;
}

/** A spec of more than this is a mistake, and would make an editor slow. */
const MAXIMUM_LENGTH = 2_000_000;

/** More values than this come from aliases of aliases. */
const MAXIMUM_VALUES = 200_000;

/** Values that aliases may add; a few lines can otherwise stand for billions. */
const MAXIMUM_ALIASED_VALUES = 10_000;

/** Deeper than any spec, and shallow enough for recursive readers. */
const MAXIMUM_DEPTH = 100;

/** Reads `text`; never throws. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineTable(text);
  const failed = (rule: string, message: string, span: Span): YamlDocument => ({
    value: undefined,
    places: new Places(text, lines, new Map()),
    lines,
    diagnostics: [{ rule, severity: 'error', message, range: lines.range(span) }],
    sound: false,
  });
  if (text.length > MAXIMUM_LENGTH) {
    return failed(
      'too-large',
      'The spec is longer than two million characters; keep data in files of their own.',
      {
        start: 0,
        end: 1,
      },
    );
  }
  const deep = tooDeep(text);
  if (deep !== undefined) {
    return failed('too-deep', 'The brackets nest too deeply here; no field of a spec needs that.', deep);
  }
  let document: Document.Parsed;
  try {
    // The YAML reader would compare each key with all others of its mapping; `ValueReader` looks it up instead.
    document = parseDocument(text, {
      prettyErrors: false,
      keepSourceTokens: false,
      logLevel: 'error',
      uniqueKeys: false,
    });
  } catch (problem) {
    // The YAML reader is recursive, so deep nesting by indentation can still end its stack.
    if (!(problem instanceof RangeError)) throw problem;
    return failed('too-deep', 'The spec nests too deeply; no field of a spec needs that.', {
      start: 0,
      end: 1,
    });
  }
  const reader = new ValueReader(text, lines);
  const value = reader.read(document.contents);
  const places = new Places(text, lines, reader.places);
  const syntax: Diagnostic[] = [];
  let broken = false;
  for (const problem of document.errors) {
    const known = yamlProblem(problem, text, lines);
    // One mistake of syntax brings others behind it that mislead, so only the first is told.
    if (known.rule === 'yaml-syntax' || known.rule === 'tab-indentation') {
      if (broken) continue;
      broken = true;
    }
    syntax.push(known);
  }
  const diagnostics = [...syntax, ...(broken ? [] : [...reader.duplicates, ...reader.diagnostics])];
  const sound =
    !broken && reader.diagnostics.length === 0 && !syntax.some((one) => one.rule === 'several-documents');
  return { value, places, lines, diagnostics, sound };
}

/** Where brackets nest deeper than any spec; a cheap guess that takes every bracket for one, quoted or not. */
function tooDeep(text: string): Span | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) depth += 1;
    else if ((code === 93 || code === 125) && depth > 0) depth -= 1;
    if (depth > 1_000) return { start: at, end: at + 1 };
  }
  return undefined;
}

class ValueReader {
  readonly places = new Map<string, Place>();
  readonly diagnostics: Diagnostic[] = [];
  /** Keys that a mapping has already; the value can be read all the same. */
  readonly duplicates: Diagnostic[] = [];
  readonly #text: string;
  readonly #lines: LineTable;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #values = 0;
  #aliased = 0;
  #stopped = false;

  constructor(text: string, lines: LineTable) {
    this.#text = text;
    this.#lines = lines;
  }

  read(node: unknown): unknown {
    return this.#value(node, '', undefined, undefined, 0);
  }

  /** @param alias - Where the alias stands through which this value is reached. */
  #value(
    node: unknown,
    pointer: string,
    key: Span | undefined,
    alias: Span | undefined,
    depth: number,
  ): unknown {
    this.#values += 1;
    if (alias !== undefined) this.#aliased += 1;
    if (this.#stopped) return null;
    if (isAlias(node)) return this.#alias(node.source, this.#span(node), pointer, key, alias, depth);
    const span = alias ?? this.#span(node);
    if (this.#aliased > MAXIMUM_ALIASED_VALUES || this.#values > MAXIMUM_VALUES) {
      this.#stop(
        'alias-explosion',
        'This alias stands for too many values; write them out or leave them away.',
        span,
      );
      return null;
    }
    if (depth > MAXIMUM_DEPTH) {
      this.#stop('too-deep', 'The spec nests too deeply here; no field of a spec needs that.', span);
      return null;
    }
    const source = isScalar(node) && alias === undefined ? scalarSource(node, span, this.#text) : 'other';
    this.places.set(pointer, { key, value: span, source, aliased: alias !== undefined });
    if (isScalar(node)) {
      this.#anchor(node);
      return node.value;
    }
    if (isSeq(node)) {
      return this.#inside(node, () =>
        node.items.map((item, index) =>
          this.#value(item, `${pointer}/${index}`, undefined, alias, depth + 1),
        ),
      );
    }
    if (isMap(node)) return this.#inside(node, () => this.#mapping(node, pointer, alias, depth));
    return null;
  }

  #mapping(node: YAMLMap, pointer: string, alias: Span | undefined, depth: number): unknown {
    const value: Record<string, unknown> = Object.create(null);
    for (const pair of node.items) {
      const keyNode = pair.key;
      const span = alias ?? this.#span(keyNode);
      if (!isScalar(keyNode)) {
        this.#report(
          'yaml-syntax',
          'A key must be plain text; put it in quotes if it is meant as one.',
          span,
        );
        continue;
      }
      this.#anchor(keyNode);
      const name = keyNode.value === null ? (keyNode.source ?? '') : String(keyNode.value);
      // The first one counts; what an alias repeats was told where it is written.
      if (Object.hasOwn(value, name)) {
        if (alias === undefined) this.#duplicate(span);
        continue;
      }
      const inner = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (pair.value === null) {
        value[name] = null;
        this.places.set(inner, {
          key: span,
          value: { start: span.end, end: span.end },
          source: 'other',
          aliased: false,
        });
        continue;
      }
      value[name] = this.#value(pair.value, inner, span, alias, depth + 1);
    }
    return value;
  }

  #duplicate(span: Span): void {
    const message = `The key \`${this.#text.slice(span.start, span.end)}\` is written twice; keep one of them.`;
    const range = this.#lines.range(span);
    this.duplicates.push({ rule: 'duplicate-key', severity: 'error', message, range });
  }

  #alias(
    name: string,
    span: Span,
    pointer: string,
    key: Span | undefined,
    outer: Span | undefined,
    depth: number,
  ): unknown {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      this.#report(
        'unknown-alias',
        `There is no anchor \`&${name}\` above; put the text in quotes if \`*\` is meant as itself.`,
        outer ?? span,
      );
      this.places.set(pointer, { key, value: outer ?? span, source: 'other', aliased: true });
      return null;
    }
    if (this.#open.has(target)) {
      this.#stop(
        'alias-explosion',
        `The alias \`*${name}\` contains itself; write the value out.`,
        outer ?? span,
      );
      return null;
    }
    return this.#value(target, pointer, key, outer ?? span, depth);
  }

  #inside<T>(node: Node & { anchor?: string }, read: () => T): T {
    this.#anchor(node);
    this.#open.add(node);
    const value = read();
    this.#open.delete(node);
    return value;
  }

  #anchor(node: Node & { anchor?: string }): void {
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
  }

  #stop(rule: string, message: string, span: Span): void {
    this.#stopped = true;
    this.#report(rule, message, span);
  }

  #report(rule: string, message: string, span: Span): void {
    this.diagnostics.push({ rule, severity: 'error', message, range: this.#lines.range(span) });
  }

  /** The node without the white space and comments behind it. */
  #span(node: unknown): Span {
    const range = (node as Node | null)?.range;
    if (range === null || range === undefined) return { start: 0, end: 0 };
    const [start, valueEnd] = range;
    let end = valueEnd;
    while (end > start && /\s/.test(this.#text[end - 1] ?? '')) end -= 1;
    return { start, end };
  }
}

/** Whether the characters of a text value can be found one by one in the source. */
function scalarSource(node: Scalar, span: Span, text: string): Place['source'] {
  if (typeof node.value !== 'string') return 'other';
  if (node.type === 'BLOCK_LITERAL') return 'block';
  const written = text.slice(span.start, span.end);
  if (written === node.value) return 'plain';
  return written.slice(1, -1) === node.value && /^["']/.test(written) ? 'quoted' : 'other';
}

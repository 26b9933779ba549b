/**
 * Says where in the language a cursor stands, from the text before it. A real YAML reader gives up on half-typed
 * text, which is exactly what is there when somebody asks for completions, so this reads line by line and guesses.
 */
import { closingQuote, plainEnd, trimmedEnd } from './cursor-text.ts';
import type { SpecPath } from './places.ts';

/** Where the cursor is, and what has been typed there. */
export interface Cursor {
  /** The mapping (for a key), or the value itself. */
  readonly path: SpecPath;
  readonly kind: 'key' | 'value';
  /** What stands between the start of the key or value and the cursor, without an opening quote. */
  readonly typed: string;
  /** Offset where `typed` begins. */
  readonly start: number;
  /** Offset where the key or value ends behind the cursor. */
  readonly end: number;
  readonly quote: '"' | "'" | undefined;
  /** Whether it is within brackets, where nothing can be written by indentation. */
  readonly flow: boolean;
  /** Spaces in front of the line's content. */
  readonly indentation: number;
}

interface Level {
  readonly indentation: number;
  readonly step: string | number;
}

interface Frame {
  readonly kind: 'map' | 'list';
  key: string | undefined;
  index: number;
}

const KEY = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s#:,[\]{}"'&*!|>%@`][^:#]*?))\s*:(?=\s|$)/;

/** The cursor at `offset`; `undefined` within comments. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const levels: Level[] = [];
  let lineStart = 0;
  for (;;) {
    const newline = text.indexOf('\n', lineStart);
    const lineEnd = newline === -1 ? text.length : newline;
    const isLast = offset <= lineEnd;
    const line = text.slice(lineStart, lineEnd).replace(/\r$/, '');
    const indentation = /^ */.exec(line)?.[0].length ?? 0;
    const content = line.slice(indentation);
    if (content === '' || content.startsWith('#')) {
      if (isLast) return content === '' ? blankLine(levels, offset, lineStart) : undefined;
      lineStart = lineEnd + 1;
      continue;
    }
    const next = readLine(text, lineStart, indentation, content, levels, offset);
    if (typeof next !== 'number') return next;
    if (next < 0) return undefined;
    lineStart = next;
    if (lineStart > text.length || lineStart > offset) return undefined;
  }
}

/** On an empty line the column says which mapping the next key would belong to. */
function blankLine(levels: readonly Level[], offset: number, lineStart: number): Cursor {
  const column = offset - lineStart;
  const above = levels.filter((level) => level.indentation < column);
  return {
    path: above.map((level) => level.step),
    kind: 'key',
    typed: '',
    start: offset,
    end: offset,
    quote: undefined,
    flow: false,
    indentation: column,
  };
}

/** Reads one line, and what it opens. @returns The cursor, where the next line begins, or a negative number. */
function readLine(
  text: string,
  lineStart: number,
  indentation: number,
  content: string,
  levels: Level[],
  offset: number,
): Cursor | undefined | number {
  const lineEnd = lineStart + indentation + content.length;
  const isLast = offset <= lineEnd;
  let column = indentation;
  let rest = content;
  // A dash may stand in the column of the key that it belongs to, so only items of that column end.
  for (let dash = /^-(?:\s+|$)/.exec(rest); dash !== null; dash = /^-(?:\s+|$)/.exec(rest)) {
    let index = 0;
    for (let top = levels.at(-1); top !== undefined; top = levels.at(-1)) {
      const sameItem = top.indentation === column && typeof top.step === 'number';
      if (top.indentation <= column && !sameItem) break;
      if (sameItem) index = Number(top.step) + 1;
      levels.pop();
    }
    levels.push({ indentation: column, step: index });
    column += dash[0].length;
    rest = rest.slice(dash[0].length);
    if (isLast && offset < lineStart + column) return undefined;
  }
  if (column === indentation) {
    while ((levels.at(-1)?.indentation ?? -1) >= column) levels.pop();
  }
  const path = levels.map((level) => level.step);
  const begin = lineStart + column;
  const found = KEY.exec(rest);
  if (found === null || (isLast && offset <= begin + found[0].length - 1)) {
    const inItem = typeof path.at(-1) === 'number';
    const flows = /^[[{"']/.test(rest);
    if (!isLast && !flows) return lineEnd + 1 + (text[lineEnd] === '\r' ? 1 : 0);
    if (found === null && (inItem || flows)) return readValue(text, begin, indentation, path, offset);
    const end = found === null ? lineEnd : begin + found[0].length - 1;
    return at(
      'key',
      path,
      text,
      begin,
      trimmedEnd(text, begin, Math.max(end, offset)),
      offset,
      false,
      indentation,
    );
  }
  const key = found[1] ?? found[2] ?? found[3] ?? '';
  levels.push({ indentation: column, step: key });
  const after = begin + found[0].length;
  return readValue(text, after, column, [...path, key], offset);
}

/** Reads the value behind a key or dash. */
function readValue(
  text: string,
  from: number,
  indentation: number,
  path: SpecPath,
  offset: number,
): Cursor | undefined | number {
  const newline = text.indexOf('\n', from);
  const lineEnd = newline === -1 ? text.length : newline;
  let start = from;
  while (start < lineEnd && /[ \t]/.test(text[start] ?? '')) start += 1;
  const first = text[start];
  if (offset < start) return at('value', path, text, offset, offset, offset, false, indentation);
  if (first === '|' || first === '>') return skipBlock(text, lineEnd + 1, indentation, path, offset);
  if (first === '[' || first === '{') return readFlow(text, start, path, offset, indentation);
  if (first === '"' || first === "'") {
    const close = closingQuote(text, start, first);
    if (offset > start && offset <= close)
      return at('value', path, text, start + 1, close, offset, false, indentation, first);
    if (offset <= lineEnd) return undefined;
    const end = text.indexOf('\n', close);
    return end === -1 ? -1 : end + 1;
  }
  if (offset > lineEnd) return lineEnd + 1;
  const comment = text.slice(start, lineEnd).search(/(?:^|\s)#/);
  if (comment !== -1 && offset > start + comment) return undefined;
  const end = trimmedEnd(text, start, comment === -1 ? lineEnd : start + comment);
  return at('value', path, text, start, Math.max(end, offset), offset, false, indentation);
}

/** Lines of a block text are deeper than its key; the cursor in one of them is in the value. */
function skipBlock(
  text: string,
  from: number,
  indentation: number,
  path: SpecPath,
  offset: number,
): Cursor | undefined | number {
  let lineStart = from;
  while (lineStart <= text.length) {
    const newline = text.indexOf('\n', lineStart);
    const lineEnd = newline === -1 ? text.length : newline;
    const line = text.slice(lineStart, lineEnd);
    const deep = line.trim() === '' || (/^ */.exec(line)?.[0].length ?? 0) > indentation;
    if (!deep) return lineStart;
    if (offset >= lineStart && offset <= lineEnd) {
      if (offset - lineStart <= indentation) return line.trim() === '' ? lineStart : undefined;
      const start = lineStart + (/^ */.exec(line)?.[0].length ?? 0);
      return at('value', path, text, Math.min(start, offset), lineEnd, offset, false, indentation, '"');
    }
    if (newline === -1) return -1;
    lineStart = newline + 1;
  }
  return -1;
}

/** Reads brackets, over line breaks, up to their end or the cursor. */
function readFlow(
  text: string,
  from: number,
  path: SpecPath,
  offset: number,
  indentation: number,
): Cursor | undefined | number {
  const frames: Frame[] = [];
  const pathOf = (): SpecPath => {
    const steps: (string | number)[] = [...path];
    for (const frame of frames) {
      if (frame.kind === 'list') steps.push(frame.index);
      else if (frame.key !== undefined) steps.push(frame.key);
    }
    return steps;
  };
  const cursor = (start: number, end: number, quote?: '"' | "'"): Cursor => {
    const frame = frames.at(-1);
    const kind = frame?.kind === 'map' && frame.key === undefined ? 'key' : 'value';
    return at(kind, pathOf(), text, start, end, offset, true, indentation, quote);
  };
  let here = from;
  while (here < text.length) {
    const character = text[here] ?? '';
    const frame = frames.at(-1);
    if (character === '[' || character === '{') {
      frames.push({ kind: character === '[' ? 'list' : 'map', key: undefined, index: 0 });
      here += 1;
    } else if (character === ']' || character === '}') {
      if (here >= offset) return cursor(offset, offset);
      frames.pop();
      here += 1;
      if (frames.length === 0) {
        const end = text.indexOf('\n', here);
        return end === -1 ? -1 : end + 1;
      }
    } else if (character === ',') {
      if (here >= offset) return cursor(offset, offset);
      if (frame !== undefined) {
        frame.key = undefined;
        frame.index += 1;
      }
      here += 1;
    } else if (/\s/.test(character)) {
      if (here >= offset) return cursor(offset, offset);
      here += 1;
    } else {
      const quote = character === '"' || character === "'" ? character : undefined;
      const end = quote === undefined ? plainEnd(text, here) : closingQuote(text, here, quote);
      const start = quote === undefined ? here : here + 1;
      if (offset <= end && offset >= start) return cursor(start, end, quote);
      if (offset < start) return cursor(offset, offset);
      const after = quote === undefined ? end : end + 1;
      const colon = /^\s*:/.exec(text.slice(after, after + 80));
      if (frame?.kind === 'map' && frame.key === undefined && colon !== null) {
        frame.key = text.slice(start, end);
        here = after + colon[0].length;
      } else here = Math.max(after, here + 1);
    }
  }
  return cursor(offset, offset);
}

function at(
  kind: 'key' | 'value',
  path: SpecPath,
  text: string,
  start: number,
  end: number,
  offset: number,
  flow: boolean,
  indentation: number,
  quote?: '"' | "'",
): Cursor {
  return {
    path,
    kind,
    typed: text.slice(start, offset),
    start,
    end: Math.max(end, offset),
    quote,
    flow,
    indentation,
  };
}

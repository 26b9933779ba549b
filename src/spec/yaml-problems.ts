/** Says in plain words what the YAML reader found wrong. */
import type { YAMLError } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import type { LineTable } from './places.ts';

const SENTENCES: Partial<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'An alias cannot have an anchor or a tag of its own; write the value out.',
  BAD_ALIAS:
    'An alias needs a name that an anchor above it has; put the text in quotes if `*` or `&` is meant as itself.',
  BAD_COLLECTION_TYPE: 'This tag does not fit its value; leave the tag out.',
  BAD_DIRECTIVE: 'Lines that begin with `%` are YAML directives, and a spec needs none; leave the line out.',
  BAD_DQ_ESCAPE:
    'There is no such escape in double quotes; write `\\\\` for a backslash, or use single quotes.',
  BAD_INDENT:
    'The indentation does not fit the lines above; entries of one mapping or list begin in the same column.',
  BAD_PROP_ORDER: 'An anchor or tag stands in the wrong place; put it right in front of its value.',
  BAD_SCALAR_START: 'Text cannot begin with this character in YAML; put it in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'A value cannot go on like this; put text that contains `: ` in quotes, or start a new line.',
  BLOCK_IN_FLOW: 'Within brackets a value cannot be written by indentation; write it with brackets as well.',
  IMPOSSIBLE: 'This cannot be read as YAML.',
  KEY_OVER_1024_CHARS: 'A key cannot be this long.',
  MISSING_CHAR: 'A quote, bracket, comma or colon is missing here.',
  MULTILINE_IMPLICIT_KEY: 'A key must stand on one line and be followed by `:`; is a colon missing?',
  MULTIPLE_ANCHORS: 'A value can have one anchor only.',
  MULTIPLE_TAGS: 'A value can have one tag only.',
  NON_STRING_KEY: 'A key must be plain text; put it in quotes.',
  RESOURCE_EXHAUSTION: 'The spec nests too deeply; no field of a spec needs that.',
  TAG_RESOLVE_FAILED: 'This tag is not known; leave it out.',
  UNEXPECTED_TOKEN: 'This does not belong here; is a quote, bracket or line break missing before it?',
};

/** One diagnostic for one problem; its range is never longer than a line. */
export function yamlProblem(problem: YAMLError, text: string, lines: LineTable): Diagnostic {
  let start = Math.max(0, Math.min(problem.pos[0], text.length));
  // At the end of the text there is nothing to underline, so the last character before it is.
  if (start === text.length) start = Math.max(0, text.trimEnd().length - 1);
  const wanted = Math.max(problem.pos[1], start + 1);
  const range = lines.range({
    start,
    end: Math.max(start, Math.min(wanted, lines.lineEnd(start), text.length)),
  });
  const told = (rule: string, message: string): Diagnostic => ({ rule, severity: 'error', message, range });
  switch (problem.code) {
    case 'MULTIPLE_DOCS':
      return told(
        'several-documents',
        'A spec is one document; keep what is above this `---` and move the rest to directories of their own.',
      );
    case 'TAB_AS_INDENT':
      return told(
        'tab-indentation',
        'YAML is indented with spaces, and this is a tab; replace it by spaces.',
      );
    default:
      return told('yaml-syntax', sentence(problem, text, start));
  }
}

function sentence(problem: YAMLError, text: string, start: number): string {
  if (/Missing closing/.test(problem.message))
    return 'A closing quote is missing; add it where the text ends.';
  if (/end with a [}\]]/.test(problem.message))
    return 'A closing bracket is missing; add it where the brackets end.';
  const line = text.slice(text.lastIndexOf('\n', start) + 1).split('\n', 1)[0] ?? '';
  if (problem.code === 'UNEXPECTED_TOKEN') {
    if (/flow-(?:map|seq)-end/.test(problem.message))
      return 'This closing bracket has no opening one; leave it out.';
    if (text[start - 1] === '}' || text[start - 1] === ']') {
      return 'Text that begins with a bracket must be in quotes; put the whole of it in quotes.';
    }
  }
  const isKey = problem.code === 'MULTILINE_IMPLICIT_KEY' || problem.code === 'MISSING_CHAR';
  if (isKey && /^\s*(?:- +)?\w+:\S/.test(line)) {
    return 'A space is missing behind the colon; add it.';
  }
  return SENTENCES[problem.code] ?? 'This cannot be read as YAML.';
}

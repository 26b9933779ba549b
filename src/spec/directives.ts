/**
 * Comments that turn rules off: `# minipach: off <rule>[, <rule>…]`. On a line of its own one counts for the whole
 * file, behind something for what begins on its line. A comma may be left out. Further words behind the rules are free, to say why.
 */
import { commentsOf } from './comments.ts';
import type { Diagnostic } from './diagnostic.ts';
import { LineTable, type Span } from './places.ts';
import { canBeOff, nearestRule, ruleOf, whyNotOff } from './rules.ts';

/** One such comment. */
export interface Directive {
  /** Zero-based. */
  readonly line: number;
  /** Whether it has its line to itself. */
  readonly alone: boolean;
  readonly rules: readonly NamedRule[];
  /** Offset behind the last rule, where another one would be added. */
  readonly end: number;
}

/** A rule as a comment names it. */
export interface NamedRule {
  readonly id: string;
  readonly span: Span;
}

const DIRECTIVE = /(?<=^|\s)#\s*minipach:\s*off(?=\s|$)/i;
const NAME = /[\w-]+/y;

/** All such comments of a text. */
export function directivesOf(text: string): readonly Directive[] {
  // Nearly all specs have none, and need not be read for it.
  if (!/minipach:/i.test(text)) return [];
  const lines = new LineTable(text);
  return commentsOf(text).flatMap(({ start, end }) => {
    const found = DIRECTIVE.exec(text.slice(start, end));
    if (found === null) return [];
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const alone = /^\uFEFF?\s*$/.test(text.slice(lineStart, start));
    const behind = start + found.index + found[0].length;
    const rules = namesIn(text.slice(0, end), behind);
    const last = rules.at(-1)?.span.end ?? behind;
    return [{ line: lines.position(start).line, alone, rules, end: last }];
  });
}

function namesIn(text: string, from: number): readonly NamedRule[] {
  const names: NamedRule[] = [];
  let at = from;
  for (;;) {
    while (/[ \t]/.test(text[at] ?? '')) at += 1;
    NAME.lastIndex = at;
    const id = NAME.exec(text)?.[0];
    // A dash in its place begins the reason.
    if (id === undefined || !/\w/.test(id)) return names;
    names.push({ id, span: { start: at, end: at + id.length } });
    at += id.length;
    while (/[ \t]/.test(text[at] ?? '')) at += 1;
    if (text[at] === ',') at += 1;
    else if (!continues(text, at)) return names;
  }
}

/** Whether another rule follows without a comma. What is exactly the id of one is no word of a reason. */
function continues(text: string, at: number): boolean {
  NAME.lastIndex = at;
  return ruleOf(NAME.exec(text)?.[0] ?? '') !== undefined;
}

/** What is wrong with such comments themselves. */
export function checkDirectives(text: string, directives: readonly Directive[]): Diagnostic[] {
  const lines = new LineTable(text);
  return directives.flatMap(({ rules, end }): Diagnostic[] => {
    if (rules.length === 0) {
      const range = lines.range({ start: end - 'off'.length, end });
      const message = 'This comment names no rule to turn off; add its id, such as `off unknown-field`.';
      return [{ rule: 'unknown-rule', severity: 'warning', message, range }];
    }
    return rules.flatMap(({ id, span }): Diagnostic[] => {
      const message = whyNotOff(id);
      if (message === undefined || canBeOff(id)) return [];
      const range = lines.range(span);
      if (ruleOf(id) !== undefined) return [{ rule: 'rule-stays', severity: 'warning', message, range }];
      const nearest = nearestRule(id);
      const fixes =
        nearest === undefined
          ? {}
          : { fixes: [{ title: `Change to \`${nearest}\``, range, newText: nearest }] };
      return [{ rule: 'unknown-rule', severity: 'warning', message, range, ...fixes }];
    });
  });
}

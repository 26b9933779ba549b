/** The quick fixes that turn off what a diagnostic says, by a comment in the spec. */
import type { Diagnostic, Fix } from './diagnostic.ts';
import { type Directive, directivesOf } from './directives.ts';
import { LineTable } from './places.ts';
import { canBeOff } from './rules.ts';
import { readYaml } from './yaml-document.ts';

/**
 * For the line on which a diagnostic begins, where a comment can stand behind it, and for the whole file. None for a
 * rule that stays.
 */
export function turnOffFixes(text: string, diagnostic: Pick<Diagnostic, 'rule' | 'range'>): readonly Fix[] {
  const { rule, range } = diagnostic;
  if (!canBeOff(rule)) return [];
  const { line } = range.start;
  const directives = directivesOf(text);
  const lines = new LineTable(text);
  const there = directives.find((directive) => !directive.alone && directive.line === line);
  const alone = directives.find((directive) => directive.alone);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const top = text.startsWith('\uFEFF') ? 1 : 0;
  const candidates: readonly Candidate[] = [
    {
      title: `Turn off \`${rule}\` for this line`,
      ...(there === undefined
        ? { at: lines.lineEnd(offsetOfLine(text, line)), newText: ` # minipach: off ${rule}` }
        : added(there, rule)),
      isRight: (directive) => !directive.alone && directive.line === line,
    },
    {
      title: `Turn off \`${rule}\` in this file`,
      ...(alone === undefined
        ? { at: top, newText: `# minipach: off ${rule}${newline}` }
        : added(alone, rule)),
      isRight: (directive) => directive.alone,
    },
  ];
  const before = JSON.stringify(readYaml(text).value);
  return candidates.flatMap(({ title, at, newText, isRight }) => {
    const changed = text.slice(0, at) + newText + text.slice(at);
    const works = directivesOf(changed).some(
      (directive) => isRight(directive) && directive.rules.some(({ id }) => id === rule),
    );
    // Within quotes or a block it would be text, and behind the first line of a folded text it would cut it short.
    if (!works || JSON.stringify(readYaml(changed).value) !== before) return [];
    const position = lines.position(at);
    return [{ title, range: { start: position, end: position }, newText }];
  });
}

interface Candidate {
  readonly title: string;
  readonly at: number;
  readonly newText: string;
  readonly isRight: (directive: Directive) => boolean;
}

function added({ rules, end }: Directive, rule: string): Pick<Candidate, 'at' | 'newText'> {
  return { at: end, newText: `${rules.length === 0 ? '' : ','} ${rule}` };
}

function offsetOfLine(text: string, line: number): number {
  let start = 0;
  for (let passed = 0; passed < line; passed += 1) start = text.indexOf('\n', start) + 1;
  return start;
}

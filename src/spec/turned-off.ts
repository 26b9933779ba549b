/** Leaves out what is turned off: by comments in the spec, by an option, or by the editor's settings. */
import type { Diagnostic, Severity } from './diagnostic.ts';
import type { Directive } from './directives.ts';
import { canBeOff } from './rules.ts';

/** The rules that are turned off for one spec; none of those that cannot be. */
export interface TurnedOff {
  /** In the whole file. */
  readonly everywhere: ReadonlySet<string>;
  /** By zero-based line, for what begins on it. */
  readonly onLine: ReadonlyMap<number, ReadonlySet<string>>;
}

/** What the comments of a spec turn off, and what is turned off besides, by id. */
export function turnedOff(directives: readonly Directive[], besides: readonly string[] = []): TurnedOff {
  const everywhere = new Set(besides.filter(canBeOff));
  const onLine = new Map<number, Set<string>>();
  for (const { alone, line, rules } of directives) {
    const ids = rules.map(({ id }) => id).filter(canBeOff);
    const there = alone ? everywhere : (onLine.get(line) ?? new Set());
    for (const id of ids) there.add(id);
    if (!alone) onLine.set(line, there);
  }
  return { everywhere, onLine };
}

/** Rules about the project's files, which values that were read wrongly would break as well. */
const OF_FILES = ['glob-without-match', 'no-such-repo', 'untracked-script', 'code-without-match'];

/** With the rules besides that only follow from something that is told: a glob with an open quote matches nothing. */
export function withConsequences(off: TurnedOff, told: readonly Diagnostic[]): TurnedOff {
  const everywhere = told.some(({ rule }) => rule === 'yaml-syntax')
    ? new Set([...off.everywhere, ...OF_FILES])
    : off.everywhere;
  const onLine = new Map(off.onLine);
  for (const { rule, range } of told) {
    if (rule !== 'glob-outside') continue;
    const { line } = range.start;
    onLine.set(line, new Set([...(onLine.get(line) ?? []), ...OF_FILES]));
  }
  return { everywhere, onLine };
}

/** The diagnostics of a spec that are left. */
export function withoutTurnedOff<D extends Diagnostic>(
  diagnostics: readonly D[],
  off: TurnedOff,
): readonly D[] {
  return diagnostics.filter(
    ({ rule, range }) => !off.everywhere.has(rule) && off.onLine.get(range.start.line)?.has(rule) !== true,
  );
}

/** What the editor's setting can say about a rule. */
export type RuleLevel = Severity | 'off';

/** The diagnostics as a person wants to see them. Rules that cannot be turned off stay as they are. */
export function atLevels<D extends Diagnostic>(
  diagnostics: readonly D[],
  levels: Readonly<Record<string, unknown>>,
): readonly D[] {
  return diagnostics.flatMap((diagnostic) => {
    const { rule } = diagnostic;
    const level = canBeOff(rule) && Object.hasOwn(levels, rule) ? levels[rule] : undefined;
    if (level === 'off') return [];
    if (level !== 'error' && level !== 'warning' && level !== 'information') return [diagnostic];
    return [{ ...diagnostic, severity: level }];
  });
}

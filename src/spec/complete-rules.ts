/** Completion in comments: the rules that `# minipach: off` can turn off. */
import { commentsOf } from './comments.ts';
import type { CompletionItem } from './completion-item.ts';
import { LineTable } from './places.ts';
import { RULES } from './rules.ts';

/** The rules that can stand at `offset`; `undefined` where it is not in such a comment. */
export function completeRules(text: string, offset: number): readonly CompletionItem[] | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const found = /#\s*minipach:\s*off\s+((?:[\w-]+\s*,\s*)*)([\w-]*)$/i.exec(line);
  if (found === null || !commentsOf(text).some(({ start, end }) => start < offset && offset <= end))
    return undefined;
  const named = new Set((found[1] ?? '').split(/[\s,]+/));
  const typed = found[2] ?? '';
  const behind = /^[\w-]*/.exec(text.slice(offset))?.[0].length ?? 0;
  const range = new LineTable(text).range({ start: offset - typed.length, end: offset + behind });
  return RULES.filter(({ id, stops }) => !stops && !named.has(id)).map(({ id, severity, summary }) => ({
    label: id,
    kind: 'value' as const,
    insertText: id,
    detail: severity,
    documentation: summary,
    range,
  }));
}

/** What a spec reads, as reports tell it. */
import { writtenInputs } from '../../spec/input-values.ts';
import { textAt } from '../../spec/spec-values.ts';
import type { InputReport } from '../report.ts';

/** Every input of a document whose repo is written, in the order of the text. */
export function inputReports(value: unknown): readonly InputReport[] {
  return writtenInputs(value).flatMap(({ path, repo, glob, within }) => {
    if (repo === undefined) return [];
    const innermost = within.at(-1);
    const field = innermost === 'join' ? 'join_on' : innermost === 'group' ? 'group_by' : undefined;
    const key = field === undefined ? undefined : textAt(value, [...path, field]);
    return [{ repo, glob: glob ?? null, within, ...(key === undefined ? {} : { key }) }];
  });
}

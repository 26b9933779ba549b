/** Whether a join brings together what its author meant: keys that never meet, and files that are left out. */
import { writtenCombinations, writtenInputs } from '../spec/input-values.ts';
import { type Input, leavesOf } from '../spec/model.ts';
import type { SpecPath } from '../spec/places.ts';
import type { Datum } from './datums.ts';
import type { Finding } from './findings.ts';
import { type Part, readLeaf } from './leaf.ts';
import type { TreeIndex } from './tree-index.ts';

/** A join whose members have files, and none in common. */
export function joinsWithoutMatch(input: Input, value: unknown, index: TreeIndex): readonly Finding[] {
  const [place] = writtenCombinations(value);
  if (place?.kind !== 'join' || input.kind !== 'join') return [];
  const members = input.members.map((member) =>
    leavesOf(member).flatMap((leaf) => readLeaf(leaf, index, [], false).parts),
  );
  // A glob that matches nothing has been reported where it stands.
  if (members.some((parts) => parts.length === 0)) return [];
  const keys = members.map((parts, position) => `${inputName(parts, position)} has ${someKeys(parts)}`);
  const message = `The join brings no files together, because no key is the same in all of its inputs: ${keys.join(', ')}.`;
  const path: SpecPath = place.path;
  return [{ rule: 'join-without-match', severity: 'warning', message, path }];
}

function inputName(parts: readonly Part[], position: number): string {
  return `\`${parts[0]?.input.name ?? position}\``;
}

function someKeys(parts: readonly Part[]): string {
  const keys = [...new Set(parts.map((part) => part.joinKey))];
  const shown = keys.slice(0, 3).map((key) => (key === '' ? 'an empty key' : `\`${key}\``));
  return keys.length > shown.length
    ? `${shown.join(', ')} and ${keys.length - shown.length} more`
    : shown.join(', ');
}

/**
 * Files of a join that are part of no datum, because another input has no file of their key. Often that is meant; where
 * it is not, nothing else would ever say so.
 */
export function withoutPartner(
  input: Input,
  value: unknown,
  datums: readonly Datum[],
  index: TreeIndex,
): readonly Finding[] {
  if (input.kind !== 'join') return [];
  const used = new Set(
    datums.flatMap(({ inputs }) => inputs.map(({ name, repo, match }) => `${name}\0${repo}\0${match}`)),
  );
  const written = writtenInputs(value);
  return leavesOf(input).flatMap((leaf, position): Finding[] => {
    const { parts } = readLeaf(leaf, index, [], false);
    const left = parts.filter((part) => !used.has(`${leaf.name}\0${leaf.repo}\0${part.input.match}`));
    const [first] = left;
    const path = written[position]?.path;
    if (first === undefined || path === undefined) return [];
    const count = left.length === 1 ? 'One match' : `${left.length} of the ${parts.length} matches`;
    const are = left.length === 1 ? 'has no partner and is' : 'have no partner and are';
    const message = `${count} of \`${leaf.name}\` ${are} left out, \`${first.input.match}\`${left.length > 1 ? ' first' : ''}; where that is not meant, add \`outer_join: true\` to this input.`;
    return [{ rule: 'without-partner', severity: 'information', message, path: [...path, 'join_on'] }];
  });
}

/**
 * How inputs are combined into datums. The semantics are Pachyderm's (`cross`, `union`, `join`, `group` of its pipeline
 * specification); the order is by code points, whatever the locale.
 */
import type { Input, PfsInput } from '../spec/model.ts';
import type { Part } from './leaf.ts';
import { compareCodePoints } from './match-tree.ts';

/** Several matches as one datum. */
export interface Combination {
  /** The matched path; for a cross the members' names, for a join or a group the key. */
  readonly name: string;
  readonly parts: readonly Part[];
}

/** More datums than this are a mistake in the spec, and would only fill the memory. */
export const MAXIMUM_DATUMS = 1_000_000;

/** The combinations of an input, or how many there would be where there are more than `MAXIMUM_DATUMS`. */
export type Combined = readonly Combination[] | { readonly tooMany: number };

/** Combines the matches that `read` finds for each `pfs` input. */
export function combine(input: Input, read: (leaf: PfsInput) => readonly Part[]): Combined {
  if (input.kind === 'pfs') return read(input).map((part) => ({ name: part.input.match, parts: [part] }));
  const members: (readonly Combination[])[] = [];
  for (const member of input.members) {
    const combined = combine(member, read);
    if ('tooMany' in combined) return combined;
    members.push(combined);
  }
  switch (input.kind) {
    case 'cross':
      return cross(members);
    case 'union':
      return distinct(members.flat());
    case 'join':
      return join(members);
    case 'group':
      return group(members);
  }
}

/** Every combination of the members' datums; the last member varies fastest. */
function cross(members: readonly (readonly Combination[])[]): Combined {
  const size = members.reduce((product, member) => product * member.length, 1);
  if (size > MAXIMUM_DATUMS) return { tooMany: size };
  return product(members).map((chosen) => ({
    name: chosen
      .map(({ name }) => name)
      .filter((name) => name !== '')
      .join('/'),
    parts: chosen.flatMap(({ parts }) => parts),
  }));
}

/** Files of equal keys together. A member that is a combination itself is taken apart into its files. */
function join(members: readonly (readonly Combination[])[]): Combined {
  const buckets = members.map((member) => byKey(member, (part) => part.joinKey));
  const keys = [...new Set(buckets.flatMap((bucket) => [...bucket.keys()]))].sort(compareCodePoints);
  const found: Combination[] = [];
  // A member that is a combination itself may hold a file twice, and what is left of two datums may be the same.
  let mayRepeat = members.some((member) => member.some(({ parts }) => parts.length !== 1));
  for (const key of keys) {
    const files = buckets.map((bucket) => bucket.get(key)).filter((parts) => parts !== undefined);
    const complete = files.length === members.length;
    mayRepeat ||= !complete;
    // Where a member has no such key, only files that ask for it stay; all others are one and the same gap.
    const chosen = complete ? files : files.map(keptAlone);
    const size = chosen.reduce((total, member) => total * member.length, 1);
    if (found.length + size > MAXIMUM_DATUMS) return { tooMany: found.length + size };
    for (const combination of product(chosen)) {
      const parts = combination.filter((part) => part !== undefined);
      if (parts.length > 0) found.push({ name: key, parts });
    }
  }
  return mayRepeat ? distinct(found) : found;
}

/** The files that an outer join keeps, and one gap in the place of all others. */
function keptAlone(parts: readonly Part[]): readonly (Part | undefined)[] {
  const gap = parts.findIndex((part) => !part.outerJoin);
  return parts.flatMap((part, position) => (part.outerJoin ? [part] : position === gap ? [undefined] : []));
}

/** All files of a key as one datum, in the members' order; a file that came twice stays twice. */
function group(members: readonly (readonly Combination[])[]): readonly Combination[] {
  const together = byKey(members.flat(), (part) => part.groupKey);
  return [...together].sort(([a], [b]) => compareCodePoints(a, b)).map(([name, parts]) => ({ name, parts }));
}

function byKey(
  combinations: readonly Combination[],
  keyOf: (part: Part) => string,
): ReadonlyMap<string, readonly Part[]> {
  const buckets = new Map<string, Part[]>();
  for (const { parts } of combinations) {
    for (const part of parts) {
      const key = keyOf(part);
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [part]);
      else bucket.push(part);
    }
  }
  return buckets;
}

function product<T>(members: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return members.reduce<readonly (readonly T[])[]>(
    (rows, member) => rows.flatMap((row) => member.map((one) => [...row, one])),
    [[]],
  );
}

/** Combinations of the same files under the same names are one datum. */
function distinct(combinations: readonly Combination[]): readonly Combination[] {
  const seen = new Set<string>();
  return combinations.filter(({ parts }) => {
    const id = parts.map(({ input }) => `${input.name}\0${input.repo}\0${input.match}`).join('\0\0');
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

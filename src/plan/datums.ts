/** Which datums a pipeline's input yields. */
import { type Input, leavesOf, type PfsInput } from '../spec/model.ts';
import { combine, MAXIMUM_DATUMS } from './combine.ts';
import type { DatumInput } from './input.ts';
import { type Leaf, readLeaf } from './leaf.ts';
import type { PlannedPipeline } from './planned.ts';
import type { TreeIndex } from './tree-index.ts';

/** One unit of input. */
export interface Datum {
  readonly name: string;
  readonly inputs: readonly DatumInput[];
  /** The upstream datum that is not done, where there is one. */
  readonly waitsFor: string | undefined;
}

/** The datums of an input; `unknown` says, in a sentence, what must be done before all of them are known. */
export interface DatumList {
  readonly datums: readonly Datum[];
  readonly unknown: string | undefined;
  /** Whether results are still to come that would make more datums, or change these. */
  readonly isPartial?: boolean;
  /** Why there are none, in a sentence, where results of other pipelines are missing. */
  readonly nothing?: string;
  /** Why there are none, where that is a mistake of the spec. */
  readonly problem?: { readonly rule: 'invalid-glob' | 'too-many-datums'; readonly message: string };
}

/** Finds the datums of an input. */
export function findDatums(
  input: Input,
  index: TreeIndex,
  upstreamsOf: (leaf: PfsInput) => readonly PlannedPipeline[],
): DatumList {
  const leaves = new Map<PfsInput, Leaf>();
  const needsWhole = leavesNeedingAll(input);
  for (const leaf of leavesOf(input))
    leaves.set(leaf, readLeaf(leaf, index, upstreamsOf(leaf), needsWhole.has(leaf)));
  const found = [...leaves.values()];
  const problem = found.find((leaf) => leaf.problem !== undefined)?.problem;
  if (problem !== undefined)
    return { datums: [], unknown: undefined, problem: { rule: 'invalid-glob', message: problem } };
  const unknown = found.find((leaf) => leaf.unknown !== undefined)?.unknown;
  const combined = combine(input, (leaf) => leaves.get(leaf)?.parts ?? []);
  if ('tooMany' in combined) {
    const message = `Its input yields ${combined.tooMany} datums, more than the ${MAXIMUM_DATUMS} there can be; narrow the globs, or join what belongs together.`;
    return { datums: [], unknown, problem: { rule: 'too-many-datums', message } };
  }
  // A file that is still to come may belong to a datum that has none of its pipeline's files yet.
  const whole = found.find((leaf) => leaf.wholeWaitsFor !== undefined)?.wholeWaitsFor;
  const datums = combined.map(({ name, parts }) => ({
    name,
    inputs: parts.map((part) => part.input),
    waitsFor: parts.find((part) => part.waitsFor !== undefined)?.waitsFor ?? whole,
  }));
  const nothing = datums.length > 0 ? undefined : found.find((leaf) => leaf.nothing !== undefined)?.nothing;
  return {
    datums,
    unknown,
    isPartial: found.some((leaf) => leaf.isPartial === true),
    ...(nothing === undefined || unknown !== undefined ? {} : { nothing }),
  };
}

/**
 * Inputs of which every file must be known before any datum is: a file that is still to come can join a group, and can
 * be the partner of a file that an outer join would keep alone.
 */
function leavesNeedingAll(input: Input): ReadonlySet<PfsInput> {
  const found = new Set<PfsInput>();
  const visit = (current: Input, whole: boolean): void => {
    if (current.kind === 'pfs') {
      if (whole) found.add(current);
      return;
    }
    const outer = current.kind === 'join' && leavesOf(current).some((leaf) => leaf.outerJoin);
    for (const member of current.members) visit(member, whole || outer || current.kind === 'group');
  };
  visit(input, false);
  return found;
}

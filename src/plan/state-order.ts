/** The order in which states are told. */
import type { DatumState, StateCounts } from './report.ts';

/** What wants attention first. */
export const STATE_ORDER: readonly DatumState[] = [
  'failed',
  'modified',
  'recovered',
  'running',
  'pending',
  'stale',
  'blocked',
  'orphaned',
  'done',
];

/** The states that datums are in, with how many are in each. */
export function countsInOrder(counts: StateCounts): readonly (readonly [DatumState, number])[] {
  return STATE_ORDER.flatMap((state) => (counts[state] ? [[state, counts[state]] as const] : []));
}

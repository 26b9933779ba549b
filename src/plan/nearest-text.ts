/** The nearest of several texts, for *did you mean*. */

/** The text of `candidates` that differs least from `wanted`, when one is near enough to be meant. */
export function nearestText(
  wanted: string,
  candidates: Iterable<string>,
  distance: (a: string, b: string) => number,
): string | undefined {
  let best: string | undefined;
  // Two swapped letters count as two changes.
  let bestFar = (wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3))) + 1;
  const lower = wanted.toLowerCase();
  for (const candidate of candidates) {
    // The difference in length is a lower bound that spares most of the work.
    if (Math.abs(candidate.length - wanted.length) >= bestFar) continue;
    const far = distance(lower, candidate.toLowerCase());
    if (far >= bestFar) continue;
    best = candidate;
    bestFar = far;
  }
  return best;
}

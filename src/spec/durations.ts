/** Durations as Go writes them, because Pachyderm's specs do: `1h30m`, `1.5h`, `300ms`. */

const MILLISECONDS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  μs: 0.001,
  ns: 0.000_001,
};

/** Milliseconds, or `undefined` when `text` is not a positive duration. */
export function parseDuration(text: string): number | undefined {
  const plain = text.replace(/^\+/, '');
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|μs|ns))+$/.test(plain)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of plain.matchAll(/([\d.]+)([^\d.]+)/g)) {
    milliseconds += Number(amount) * (MILLISECONDS[unit ?? ''] ?? Number.NaN);
  }
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}

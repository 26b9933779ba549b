/** Amounts of memory and disk as Kubernetes writes them, because Pachyderm's specs do: `512M`, `4Gi`, `1.5G`. */

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  m: 0.001,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** What an amount that cannot be read was probably meant to be: `8G` for `8 GB`, `512Mi` for `512mib`. */
export function nearestQuantity(text: string): string | undefined {
  const found = /^([\d.]+)\s*([kmgtpe])(i?)b?(?:ytes?)?$/i.exec(text.trim());
  if (found === null) return undefined;
  const unit = found[2]?.toUpperCase();
  const near = `${found[1]}${unit === 'K' && found[3] === '' ? 'k' : unit}${found[3]?.toLowerCase()}`;
  return near === text || parseQuantity(near) === undefined ? undefined : near;
}

/** Whole bytes, or `undefined` when `text` is not one at least. */
export function parseQuantity(text: string): number | undefined {
  const found = /^\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?([A-Za-z]*)$/.exec(text);
  if (found === null) return undefined;
  const unit = UNITS[found[3] ?? ''];
  if (unit === undefined || !Object.hasOwn(UNITS, found[3] ?? '')) return undefined;
  const bytes = Math.floor(Number(`${found[1]}${found[2] ?? ''}`) * unit);
  return Number.isFinite(bytes) && bytes > 0 ? bytes : undefined;
}

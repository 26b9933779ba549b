/** One order for names, whatever the locale: by code point, which is git's own byte order of UTF-8 paths. */

/** Compares two texts by code point. JavaScript's own order differs where surrogate pairs meet U+E000–U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    const leftPair = isSurrogate(left);
    if (leftPair !== isSurrogate(right)) return leftPair ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

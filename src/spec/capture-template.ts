/**
 * Templates such as `sub-$1_${2}`, which captures of a glob are put into, as Pachyderm's `join_on` and `group_by` are.
 * `$$` is a dollar sign, and a dollar sign that introduces nothing stands for itself.
 */

/** One reference to a capture. */
export interface CaptureReference {
  /**
   * Which capture; 0 is the whole path. It is -1 where the digits are no number that could name one: a leading zero,
   * ten digits or more, or digits of another script. Such a reference is always empty.
   */
  readonly number: number;
  /** UTF-16 offsets in the template, from the dollar sign up to, not including, what follows the reference. */
  readonly start: number;
  readonly end: number;
}

/** A dollar sign doubled, or one with a number behind it, taken from the left. */
const REFERENCE = /\$(?:\$|\{(\p{Nd}+)\}|(\p{Nd}+))/gu;

/** Where a template refers to captures, in the order of the text. */
export function captureNumbers(template: string): readonly CaptureReference[] {
  const references: CaptureReference[] = [];
  for (const found of template.matchAll(REFERENCE)) {
    const digits = found[1] ?? found[2];
    if (digits === undefined) continue;
    references.push({
      number: toNumber(digits),
      start: found.index,
      end: found.index + found[0].length,
    });
  }
  return references;
}

/**
 * The template with its references replaced.
 * @param captures - The whole path, then each capture, as a glob's match gives them. What it lacks is empty.
 */
export function expandCaptures(template: string, captures: readonly string[]): string {
  return template.replace(REFERENCE, (_, braced?: string, bare?: string) => {
    const digits = braced ?? bare;
    return digits === undefined ? '$' : (captures[toNumber(digits)] ?? '');
  });
}

function toNumber(digits: string): number {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(digits) ? Number(digits) : -1;
}

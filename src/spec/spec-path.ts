/** What a spec's file is called. */

const SPEC_NAME = /(?:^|\/)spec\.ya?ml$/;

/** Whether a path is that of a spec. Most are not, which their end tells sooner. */
export function isSpecPath(path: string): boolean {
  return path.endsWith('ml') && SPEC_NAME.test(path);
}

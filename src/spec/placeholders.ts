/** Which placeholders a spec may use. */
import type { PfsInput } from './model.ts';

/** Names that mean something else than an input, in placeholders, variables or paths. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'out',
  'pfs',
  'datum',
  'scratch',
  'pipeline',
  'cpus',
  'memory_mb',
]);

/** One placeholder, without braces, and what it stands for. */
export interface Placeholder {
  readonly name: string;
  readonly description: string;
  /** Whether it stands for a directory that only exists while a job runs, so that it cannot name a result's place. */
  readonly temporary: boolean;
}

/** Placeholders of this version's language for one input. */
export function placeholdersOf(input: Pick<PfsInput, 'name' | 'glob'>): readonly Placeholder[] {
  const captures = Array.from({ length: countCaptures(input.glob) }, (_, index) => index + 1);
  const about = (name: string, description: string, temporary = false): Placeholder => ({
    name,
    description,
    temporary,
  });
  return [
    about('out', 'The empty directory in which the command leaves its result.', true),
    about(input.name, `The path of the datum of \`${input.name}\`.`),
    about(`${input.name}.path`, `The matched path within the repo of \`${input.name}\`.`),
    ...captures.flatMap((index) => [
      about(`${input.name}.${index}`, `What capture ${index} of the glob matched.`),
      about(String(index), `What capture ${index} of the glob matched.`),
    ]),
    about('datum', "The datum's name."),
    about('pipeline', "The pipeline's name."),
    about('scratch', 'A private directory that is never recorded.', true),
  ];
}

/** The names of `placeholdersOf`, for `parseTemplate`. */
export function placeholderNames(input: Pick<PfsInput, 'name' | 'glob'>): ReadonlySet<string> {
  return new Set(placeholdersOf(input).map((placeholder) => placeholder.name));
}

/** How many captures a glob has: every unescaped `(` outside brackets opens one. */
export function countCaptures(glob: string): number {
  return glob.replace(/\\[\s\S]|\[(?:[!^])?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/g, '').split('(').length - 1;
}

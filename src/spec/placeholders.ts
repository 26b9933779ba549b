/** Which placeholders a spec may use. */
import { type Input, leavesOf } from './model.ts';

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

/** What a name of an input can stand for. */
export interface DeclaredInput {
  readonly name: string;
  /** How many captures its glob has. */
  readonly captures: number;
  /** Whether it can stand for several paths, because it is grouped. */
  readonly several: boolean;
  /** Whether a datum may have nothing of this name. */
  readonly optional: boolean;
  /** Whether it is the spec's only `pfs` input, so that its captures need no name. */
  readonly only: boolean;
}

/** What the names of an input stand for; branches of a union may share one. */
export function declaredOf(input: Input): readonly DeclaredInput[] {
  const only = leavesOf(input).length === 1;
  return [...declare(input)].map(([name, facts]) => ({ name, ...facts, only }));
}

type Facts = Pick<DeclaredInput, 'captures' | 'several' | 'optional'>;

function declare(input: Input): ReadonlyMap<string, Facts> {
  if (input.kind === 'pfs') {
    const captures = countCaptures(input.glob);
    return new Map([[input.name, { captures, several: false, optional: false }]]);
  }
  const members = input.members.map((member) => ({
    declared: declare(member),
    keepsAlone: leavesOf(member).some((leaf) => leaf.outerJoin),
  }));
  const having = new Map<string, number>();
  for (const { declared } of members)
    for (const name of declared.keys()) having.set(name, (having.get(name) ?? 0) + 1);
  const keeping = members.filter(({ keepsAlone }) => keepsAlone).length;
  const merged = new Map<string, Facts>();
  for (const { declared, keepsAlone } of members) {
    const othersKeep = keeping > (keepsAlone ? 1 : 0);
    for (const [name, facts] of declared) {
      const known = merged.get(name) ?? { captures: 0, several: false, optional: false };
      const optional =
        (input.kind === 'union' && having.get(name) !== members.length) ||
        (input.kind === 'group' && members.length > 1) ||
        (input.kind === 'join' && othersKeep);
      merged.set(name, {
        captures: Math.max(known.captures, facts.captures),
        several: known.several || facts.several || input.kind === 'group',
        optional: known.optional || facts.optional || optional,
      });
    }
  }
  return merged;
}

/** One placeholder, without braces, and what it stands for. */
export interface Placeholder {
  readonly name: string;
  readonly description: string;
  /** Whether it stands for something that only exists while a job runs, so that it cannot name a result's place. */
  readonly temporary: boolean;
}

/** What the use of a name costs. */
const COUNTS =
  ' It counts in the job, so that equal content under another name is computed again and not copied.';

/** Every placeholder that these inputs give a meaning to. */
export function placeholdersOf(inputs: readonly DeclaredInput[]): readonly Placeholder[] {
  const about = (name: string, description: string, temporary = false): Placeholder => ({
    name,
    description,
    temporary,
  });
  return [
    about('out', 'The empty directory in which the command leaves its result.', true),
    ...inputs.flatMap((input) => aboutInput(input, about)),
    about('datum', `The datum's name.${COUNTS}`),
    about('pipeline', "The pipeline's name."),
    about('scratch', 'A private directory that is never recorded.', true),
    about('cpus', 'The processor cores that `resource_requests` asks for, rounded up; 1 without it.', true),
    about('memory_mb', 'The memory that `resource_requests` asks for, in whole mebibytes.', true),
  ];
}

function aboutInput(
  { name, captures, several, only }: DeclaredInput,
  about: (name: string, description: string) => Placeholder,
): Placeholder[] {
  const each = several ? ' (one word for each)' : '';
  const numbers = Array.from({ length: captures }, (_, index) => index + 1);
  return [
    about(name, several ? `The paths of \`${name}\`${each}.` : `The path of the datum of \`${name}\`.`),
    about(`${name}.path`, `The matched path within the repo of \`${name}\`${each}.${COUNTS}`),
    ...numbers.flatMap((index) => {
      const description = `What capture ${index} of the glob matched${each}.${COUNTS}`;
      return [about(`${name}.${index}`, description), ...(only ? [about(String(index), description)] : [])];
    }),
  ];
}

/** The names of `placeholdersOf`, for `parseTemplate`. */
export function placeholderNames(inputs: readonly DeclaredInput[]): ReadonlySet<string> {
  return new Set(placeholdersOf(inputs).map((placeholder) => placeholder.name));
}

/** How many captures a glob has: every unescaped `(` outside brackets opens one. */
export function countCaptures(glob: string): number {
  return glob.replace(/\\[\s\S]|\[(?:[!^])?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/g, '').split('(').length - 1;
}

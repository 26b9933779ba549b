/** Which placeholders a spec may use. */
import { type Input, leavesOf, type PfsInput } from './model.ts';

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

/** Variables that the system reads. An input sets a variable of its name, and programs would then go astray. */
const SYSTEM_VARIABLES =
  /^(?:PATH|HOME|TMPDIR|TMP|TEMP|SHELL|USER|LOGNAME|PWD|OLDPWD|IFS|ENV|BASH_ENV|TERM|LANG|LANGUAGE|TZ|HOSTNAME|PYTHONPATH|PYTHONHOME|LC_[A-Z]+|(?:LD|DYLD|GIT|SLURM)_[A-Z_]+)$/;

/** Whether an input of that name would overwrite a variable that programs need. */
export function isSystemVariable(name: string): boolean {
  return SYSTEM_VARIABLES.test(name);
}

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
  const { kind, members } = input;
  if (kind === 'group') return takenApart(leavesOf(input), true, false);
  if (kind === 'join') {
    const keeping = members.map((member) => leavesOf(member).some((leaf) => leaf.outerJoin));
    return merged(
      members.map((member, at) =>
        takenApart(
          leavesOf(member),
          false,
          keeping.some((keeps, other) => keeps && other !== at),
        ),
      ),
    );
  }
  const declared = members.map(declare);
  const together = merged(declared);
  if (kind === 'cross') return together;
  const isEverywhere = (name: string): boolean => declared.every((member) => member.has(name));
  return new Map(
    [...together].map(([name, facts]) => [
      name,
      { ...facts, optional: facts.optional || !isEverywhere(name) },
    ]),
  );
}

/** A join or group takes its members apart: each file is there for itself, whatever it was combined with. */
function takenApart(leaves: readonly PfsInput[], several: boolean, isOptional: boolean): Map<string, Facts> {
  const optional = isOptional || new Set(leaves.map(({ name }) => name)).size > 1;
  return merged(
    leaves.map(({ name, glob }) => new Map([[name, { captures: countCaptures(glob), several, optional }]])),
  );
}

function merged(members: readonly ReadonlyMap<string, Facts>[]): Map<string, Facts> {
  const all = new Map<string, Facts>();
  for (const [name, facts] of members.flatMap((member) => [...member])) {
    const known = all.get(name);
    all.set(name, {
      captures: Math.max(known?.captures ?? 0, facts.captures),
      several: known?.several === true || facts.several,
      optional: known?.optional === true || facts.optional,
    });
  }
  return all;
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

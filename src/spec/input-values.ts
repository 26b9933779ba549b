/** The inputs of a document as they are written, so that checks and completion also work on a broken one. */
import type { Input } from './model.ts';
import { type DeclaredInput, declaredOf } from './placeholders.ts';
import type { SpecPath } from './places.ts';
import { identifierOf, textAt, valueAt } from './spec-values.ts';

/** The ways to combine inputs. */
export type Combinator = Exclude<Input['kind'], 'pfs'>;

const COMBINATORS: readonly Combinator[] = ['cross', 'union', 'join', 'group'];

/** One `pfs` input as far as it is written. */
export interface WrittenInput {
  /** Of the `pfs` mapping. */
  readonly path: SpecPath;
  readonly repo: string | undefined;
  readonly glob: string | undefined;
  /** As written, else from the repo. */
  readonly name: string | undefined;
  /** What it is a member of, from the outside in. */
  readonly within: readonly Combinator[];
}

/** A place where inputs are combined. */
export interface WrittenCombination {
  readonly kind: Combinator;
  /** Of the list of members. */
  readonly path: SpecPath;
  /** The members' own paths. */
  readonly members: readonly SpecPath[];
}

/** Nearly every check asks for the inputs of the same document. */
const known = new WeakMap<object, readonly WrittenInput[]>();

/** Every `pfs` input of a document, in the order of the text. */
export function writtenInputs(value: unknown): readonly WrittenInput[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = known.get(value) ?? findInputs(value);
  known.set(value, found);
  return found;
}

function findInputs(value: object): readonly WrittenInput[] {
  const found: WrittenInput[] = [];
  visitInputs(value, ['input'], [], (path, within) => {
    const pfs = [...path, 'pfs'];
    const repo = textAt(value, [...pfs, 'repo']);
    const name = textAt(value, [...pfs, 'name']) ?? (repo === undefined ? undefined : identifierOf(repo));
    found.push({ path: pfs, repo, name, glob: textAt(value, [...pfs, 'glob']), within });
  });
  return found;
}

/** Every `cross`, `union`, `join` and `group`, outer ones first. */
export function writtenCombinations(value: unknown): readonly WrittenCombination[] {
  const found: WrittenCombination[] = [];
  const visit = (path: SpecPath): void => {
    for (const kind of COMBINATORS) {
      const members = membersAt(value, [...path, kind]);
      if (members === undefined) continue;
      found.push({ kind, path: [...path, kind], members });
      for (const member of members) visit(member);
    }
  };
  visit(['input']);
  return found;
}

/** What the names of a document's inputs stand for in placeholders, as far as they are written. */
export function declaredInputs(value: unknown): readonly DeclaredInput[] {
  const input = inputOf(value);
  return input === undefined ? [] : declaredOf(input);
}

/** The model of the input at a path; in a broken document what is missing is left out. */
export function inputOf(value: unknown, path: SpecPath = ['input']): Input | undefined {
  for (const kind of COMBINATORS) {
    const members = membersAt(value, [...path, kind]);
    if (members !== undefined)
      return { kind, members: members.flatMap((member) => inputOf(value, member) ?? []) };
  }
  const at = (field: string): SpecPath => [...path, 'pfs', field];
  const repo = textAt(value, at('repo'));
  if (repo === undefined) return undefined;
  const upstream = textAt(value, at('upstream'));
  return {
    kind: 'pfs',
    name: textAt(value, at('name')) ?? identifierOf(repo),
    repo,
    glob: textAt(value, at('glob')) ?? '',
    joinOn: textAt(value, at('join_on')) ?? '',
    outerJoin: valueAt(value, at('outer_join')) === true,
    groupBy: textAt(value, at('group_by')) ?? '',
    emptyFiles: valueAt(value, at('empty_files')) === true,
    reference: valueAt(value, at('reference')) === true,
    upstream: upstream === 'complete' || upstream === 'available' ? upstream : undefined,
  };
}

function visitInputs(
  value: unknown,
  path: SpecPath,
  within: readonly Combinator[],
  found: (path: SpecPath, within: readonly Combinator[]) => void,
): void {
  const written = valueAt(value, path);
  if (typeof written !== 'object' || written === null) return;
  for (const kind of Object.keys(written)) {
    if (kind === 'pfs') found(path, within);
    const combinator = COMBINATORS.find((one) => one === kind);
    if (combinator === undefined) continue;
    for (const member of membersAt(value, [...path, kind]) ?? [])
      visitInputs(value, member, [...within, combinator], found);
  }
}

function membersAt(value: unknown, path: SpecPath): SpecPath[] | undefined {
  const members = valueAt(value, path);
  return Array.isArray(members) ? members.map((_, index) => [...path, index]) : undefined;
}

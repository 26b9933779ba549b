/** Where each datum's result goes, what each datum is called, and what is wrong with either. */
import type { Spec } from '../spec/model.ts';
import type { Datum } from './datums.ts';
import type { Expander } from './expand.ts';
import type { Finding } from './findings.ts';
import { inputPath } from './input.ts';
import { joinPaths, parentPath } from './paths.ts';
import type { TakenPlaces } from './taken-places.ts';

/** A datum with its place. */
export interface PlacedDatum {
  /** The datum, with a name of its own. */
  readonly datum: Datum;
  /** The output directory, relative to the project's root. */
  readonly output: string;
  /** Whether no other datum's result goes to, below or above that directory. */
  readonly ownsDirectory: boolean;
  /** Why it cannot be run, in a sentence. */
  readonly problem?: string;
}

/** Merging more results than this into one directory gets slow: each commit writes the whole directory anew. */
const MANY_IN_ONE_DIRECTORY = 10_000;

/** Gives each datum its place and a name that no other has. */
export function placeDatums(
  spec: Pick<Spec, 'name' | 'output' | 'input'>,
  directory: string,
  datums: readonly Datum[],
  expander: Expander,
  taken: TakenPlaces,
): { readonly placed: readonly PlacedDatum[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const outputs = datums.map(({ name, inputs }) => {
    const filled = expander.text(spec.output, { datum: name, inputs });
    return filled === undefined ? undefined : joinPaths(directory, normalise(filled));
  });
  if (outputs.includes(undefined)) {
    const message = `\`output\` holds a placeholder with several values for one datum; use \`{datum}\`, or a capture that is the same for all files of a group.`;
    findings.push({ rule: 'several-paths', severity: 'error', message, path: ['output'] });
  }
  const called = nameDatums(spec, datums, outputs, directory);
  const places = sharing(outputs, directory);
  const refused: Refused[] = [];
  const placed = datums.map((datum, position): PlacedDatum => {
    const output = outputs[position] ?? joinPaths(directory, normalise(datum.name));
    const name = called.names[position] ?? datum.name;
    const obstacle = taken(output);
    if (obstacle !== undefined) refused.push({ name, output, obstacle });
    const problem =
      outputs[position] === undefined
        ? 'Its `output` holds a placeholder with several values.'
        : obstacle === undefined
          ? twinProblem(spec, name, datums[called.twins.get(position) ?? -1])
          : `Its result would go to ${output}, and ${obstacle}: give it another \`output\`.`;
    return {
      datum: name === datum.name ? datum : { ...datum, name },
      output,
      ownsDirectory: !places.has(output),
      ...(problem === undefined ? {} : { problem }),
    };
  });
  return {
    placed,
    findings: [
      ...findings,
      ...takenFinding(refused),
      ...(called.twins.size > 0
        ? duplicates(spec, datums, called)
        : crowded(spec, outputs, directory, datums)),
    ],
  };
}

interface Called {
  readonly names: readonly string[];
  /** Of each datum whose name is another's, the position of the first other one. */
  readonly twins: ReadonlyMap<number, number>;
}

/**
 * Datums of one name that `output` tells apart are called by their places; where `output` merges results on purpose,
 * by the paths of their inputs. Others of one name are twins.
 */
function nameDatums(
  spec: Pick<Spec, 'output'>,
  datums: readonly Datum[],
  outputs: readonly (string | undefined)[],
  directory: string,
): Called {
  const names = datums.map(({ name }) => name);
  if (areDistinct(names)) return { names, twins: new Map() };
  const positions = positionsOf(names);
  const cut = directory === '' ? 0 : directory.length + 1;
  const placed = positionsOf(outputs);
  const merges = !/\{datum\}/.test(spec.output);
  for (const same of positions.values()) {
    if (same.length < 2) continue;
    const apart = same.every((position) => placed.get(outputs[position])?.length === 1);
    if (!apart && !merges) continue;
    for (const position of same) {
      const paths = datums[position]?.inputs.map(inputPath).join('/') ?? '';
      names[position] = apart ? (outputs[position]?.slice(cut) ?? '') : paths;
    }
  }
  const twins = new Map<number, number>();
  for (const same of positionsOf(names).values()) {
    const [first, second] = same;
    if (first === undefined || second === undefined) continue;
    for (const position of same) twins.set(position, position === first ? second : first);
  }
  return { names, twins };
}

function areDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function positionsOf<T>(values: readonly T[]): ReadonlyMap<T, readonly number[]> {
  const found = new Map<T, number[]>();
  values.forEach((value, position) => {
    const known = found.get(value);
    if (known === undefined) found.set(value, [position]);
    else known.push(position);
  });
  return found;
}

/** Directories in which more than one datum can leave files. */
function sharing(outputs: readonly (string | undefined)[], directory: string): ReadonlySet<string> {
  const shared = new Set<string>([directory]);
  const seen = new Set<string>();
  for (const place of outputs) {
    if (place === undefined) continue;
    if (seen.has(place)) shared.add(place);
    seen.add(place);
  }
  for (const place of seen) {
    for (let above = place; above !== directory && above !== ''; ) {
      above = parentPath(above);
      shared.add(above);
      // What lies above may write into this one, too.
      if (seen.has(above)) shared.add(place);
    }
  }
  return shared;
}

/** A datum whose place is taken. */
interface Refused {
  readonly name: string;
  readonly output: string;
  readonly obstacle: string;
}

function takenFinding(refused: readonly Refused[]): Finding[] {
  const [first] = refused;
  if (first === undefined) return [];
  const more = refused.length > 1 ? ` (and so for ${refused.length - 1} more)` : '';
  const message = `The result of the datum ${nameShown(first.name)} would go to \`${first.output}\`, and ${first.obstacle}${more}; give it another \`output\`.`;
  return [{ rule: 'output-taken', severity: 'error', message, path: ['output'] }];
}

function twinProblem(spec: Pick<Spec, 'input'>, name: string, twin: Datum | undefined): string | undefined {
  if (twin === undefined) return undefined;
  return `Another datum has the same name, ${nameShown(name)}: ${describe(twin)}; ${remedyFor(spec)}.`;
}

function duplicates(
  spec: Pick<Spec, 'input'>,
  datums: readonly Datum[],
  { names, twins }: Called,
): Finding[] {
  const [first] = twins;
  if (first === undefined) return [];
  const [position, twin] = first;
  const name = nameShown(names[position] ?? '');
  const more = twins.size > 2 ? ` (${twins.size} datums share a name)` : '';
  const message = `Two datums have the same name, ${name}: ${describe(datums[position])}, and ${describe(datums[twin])}${more}; ${remedyFor(spec)}.`;
  return [{ rule: 'duplicate-datum', severity: 'error', message, path: ['input', spec.input.kind] }];
}

function remedyFor(spec: Pick<Spec, 'input'>): string {
  const apart = 'give them an `output` that tells them apart';
  return spec.input.kind === 'group' ? apart : `${apart}, or bring them together with \`group\``;
}

/** Several results in one directory are allowed, as Pachyderm merges them, and are often a mistake. */
function crowded(
  spec: Pick<Spec, 'output'>,
  outputs: readonly (string | undefined)[],
  directory: string,
  datums: readonly Datum[],
): Finding[] {
  if (areDistinct(outputs)) return [];
  const path = ['output'];
  for (const [place, positions] of positionsOf(outputs)) {
    if (place === undefined || positions.length < 2) continue;
    // Where only the names come to nothing, such as that of the key `..`, it was not meant.
    if (place === directory && normalise(spec.output) === '') {
      if (positions.length <= MANY_IN_ONE_DIRECTORY) continue;
      const message = `The results of ${positions.length} datums are merged into one directory, and recording them gets slow; let \`output\` spread them over subdirectories.`;
      return [{ rule: 'many-in-one-directory', severity: 'warning', message, path }];
    }
    const [first, second] = positions.map((position) => nameShown(datums[position]?.name ?? ''));
    const message = `The results of ${positions.length} datums, ${first} and ${second} among them, go to \`${place === '' ? '.' : place}\`; where two leave a file of the same name, only the first is recorded.`;
    return [{ rule: 'shared-output', severity: 'warning', message, path }];
  }
  return [];
}

function describe(datum: Datum | undefined): string {
  return (datum?.inputs ?? []).map((input) => `\`${inputPath(input)}\``).join(' with ');
}

function nameShown(name: string): string {
  return name === '' ? 'the empty one' : `\`${name}\``;
}

/** A path with an empty segment, or with `.` or `..`. */
const UNEVEN = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** A path under a directory with `.` and `..` resolved; what would leave the directory stays in it. */
function normalise(path: string): string {
  if (!UNEVEN.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Which inputs of a datum, and which files in them, differ between two commits. */
import { type Change, contentChange } from './change.ts';
import { isGitOwn } from './digest.ts';
import { type DatumInput, inputEntries, inputPath } from './input.ts';
import type { JobView } from './job-view.ts';
import { compareCodePoints } from './match-tree.ts';
import type { TreeEntry } from './tree.ts';
import type { TreeIndex } from './tree-index.ts';

/** An input with what its job's key has of it. */
interface Digested {
  readonly input: DatumInput;
  readonly digest: string;
}

/** Every difference between the inputs of one datum then and now. */
export function compareInputs(then: JobView, now: JobView): Change[] {
  const changes: Change[] = [];
  const { pairs, gone, added } = pairInputs(digested(then), digested(now));
  for (const [before, after] of pairs) {
    if (before.input.name !== after.input.name) changes.push(renamed(before.input, after.input));
    if (before.digest !== after.digest) changes.push(...compareInput(then, before.input, now, after.input));
  }
  for (const { input } of gone) changes.push(...wholeInput(then, now, input, 'gone'));
  for (const { input } of added) changes.push(...wholeInput(then, now, input, 'added'));
  if (changes.length > 0 || JSON.stringify(then.parts.inputs) === JSON.stringify(now.parts.inputs))
    return changes;
  // The same inputs in another order are another command line.
  const order = (view: JobView): string => view.datum.inputs.map(inputPath).join(' ');
  const path = inputPath(now.datum.inputs[0] ?? { repo: '', match: '' });
  return [
    {
      ...{ kind: 'input', path, field: 'order', before: order(then), after: order(now) },
      trace: { in: 'spec', field: ['input'] },
    },
  ];
}

/** Files of inputs that an orphan had and that are not there any more. */
export function vanishedInputs(then: JobView, now: TreeIndex): Change[] {
  return then.datum.inputs.flatMap((input) =>
    inputEntries(then.index, input).flatMap((before) =>
      now.has(before.path)
        ? []
        : (contentChange('input', { before, after: undefined }, then.index, now) ?? []),
    ),
  );
}

function digested({ datum, parts }: JobView): Digested[] {
  return datum.inputs.map((input, position) => ({ input, digest: parts.inputs[position]?.[1] ?? '' }));
}

/** Which input of then is which of now: by name and path, else by content, else the only one left of its name. */
function pairInputs(
  then: readonly Digested[],
  now: readonly Digested[],
): {
  readonly pairs: readonly (readonly [Digested, Digested])[];
  readonly gone: readonly Digested[];
  readonly added: readonly Digested[];
} {
  const pairs: [Digested, Digested][] = [];
  let gone = then;
  let added = now;
  const names = (all: readonly Digested[]): string[] => all.map(({ input }) => input.name);
  // Of a group's files, one that is gone and one that has come are two things.
  const isSingle = ({ input: { name } }: Digested): boolean =>
    [names(then), names(now)].every((all) => all.filter((one) => one === name).length < 2);
  const match = (keyOf: (one: Digested) => string, onlySingles = false): void => {
    const open = new Map<string, Digested[]>();
    for (const one of added) open.set(keyOf(one), [...(open.get(keyOf(one)) ?? []), one]);
    const taken = new Set<Digested>();
    gone = gone.filter((one) => {
      const found = open.get(keyOf(one)) ?? [];
      if (onlySingles && !isSingle(one)) return true;
      const partner = found.shift();
      if (partner === undefined) return true;
      taken.add(partner);
      pairs.push([one, partner]);
      return false;
    });
    added = added.filter((one) => !taken.has(one));
  };
  match(({ input }) => `${input.name}\0${inputPath(input)}`);
  match(({ input, digest }) => `${input.name}\0${digest}`);
  match(({ digest }) => digest);
  match(({ input }) => input.name, true);
  match(({ input }) => inputPath(input), true);
  return { pairs, gone, added };
}

function renamed(before: DatumInput, after: DatumInput): Change {
  return {
    ...{ kind: 'input', path: inputPath(after), field: 'name', before: before.name, after: after.name },
    trace: { in: 'spec', field: ['input'] },
  };
}

/** How an input counts in its job's key. */
function aspectOf({ reference, emptyFiles }: DatumInput): 'path' | 'names' | 'content' {
  return reference ? 'path' : emptyFiles ? 'names' : 'content';
}

function compareInput(then: JobView, before: DatumInput, now: JobView, after: DatumInput): Change[] {
  const [was, is] = [aspectOf(before), aspectOf(after)];
  const path = inputPath(after);
  const inSpec = { in: 'spec', field: ['input'] } as const;
  if (was !== is) return [{ kind: 'input', path, field: 'counts', before: was, after: is, trace: inSpec }];
  if (is === 'path') return [{ kind: 'input', path, before: inputPath(before), after: path, trace: inSpec }];
  const files = compareFiles(then, before, now, after, is === 'names');
  if (files.length > 0) return files;
  // A directory of one file has the content of that file, and is something else for the command.
  const shape = (view: JobView, input: DatumInput): string =>
    view.index.has(inputPath(input)) ? `file ${inputPath(input)}` : `directory ${inputPath(input)}`;
  return [{ kind: 'input', path, before: shape(then, before), after: shape(now, after), trace: inSpec }];
}

function compareFiles(
  then: JobView,
  before: DatumInput,
  now: JobView,
  after: DatumInput,
  namesOnly: boolean,
): Change[] {
  const old = filesByName(then, before, namesOnly);
  const fresh = filesByName(now, after, namesOnly);
  return [...new Set([...old.keys(), ...fresh.keys()])].sort(compareCodePoints).flatMap((name) => {
    const pair = { before: old.get(name), after: fresh.get(name) };
    if (namesOnly && pair.before !== undefined && pair.after !== undefined) return [];
    return contentChange('input', pair, then.index, now.index) ?? [];
  });
}

/** The files of an input by what its digest calls them. */
function filesByName(view: JobView, input: DatumInput, namesOnly: boolean): Map<string, TreeEntry> {
  const path = inputPath(input);
  const isFile = view.index.has(path);
  const cut = isFile || namesOnly ? path.lastIndexOf('/') + 1 : path === '' ? 0 : path.length + 1;
  const files = new Map<string, TreeEntry>();
  for (const entry of inputEntries(view.index, input)) {
    const name = entry.path.slice(cut);
    if (namesOnly || !isGitOwn(name)) files.set(name, entry);
  }
  return files;
}

/** All files of an input that the datum has only then or only now. */
function wholeInput(then: JobView, now: JobView, input: DatumInput, which: 'gone' | 'added'): Change[] {
  const { index } = which === 'gone' ? then : now;
  const changes = inputEntries(index, input).flatMap((entry) => {
    const pair = which === 'gone' ? { before: entry, after: undefined } : { before: undefined, after: entry };
    const change = contentChange('input', pair, then.index, now.index);
    // It may be there still, and only be matched no more; then the spec has changed.
    const other = (which === 'gone' ? now : then).index.file(entry.path);
    if (change === undefined || other?.blob !== entry.blob) return change ?? [];
    return { ...change, trace: { in: 'spec', field: ['input'] } as const };
  });
  if (changes.length > 0) return changes;
  const path = inputPath(input);
  const [before, after] = which === 'gone' ? [path, null] : [null, path];
  return [{ kind: 'input', path, before, after, trace: { in: 'spec', field: ['input'] } }];
}

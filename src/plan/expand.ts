/**
 * Filling in a command's placeholders, twice: once with the real paths, for the process and the record, and once
 * with neutral tokens, for the job's key, so that a datum's place does not change what the job is.
 */
import type { CommandWord, Transform } from '../spec/model.ts';
import { parseTemplate } from '../spec/template.ts';
import { type DatumInput, inputPath } from './input.ts';
import { relativePath } from './paths.ts';
import { shellQuote } from './shell.ts';

/** What the placeholders of one datum stand for. */
export interface Surroundings {
  readonly pipeline: string;
  readonly datum: string;
  /** The output directory, relative to the project's root. */
  readonly out: string;
  readonly inputs: readonly DatumInput[];
}

/** A command without placeholders. */
export interface ExpandedCommand {
  /** A list runs as it stands; a string runs under `sh -c`. */
  readonly command: readonly string[] | string;
  readonly stdin: string | undefined;
  /** The spec's variables and those that name the inputs and the output. */
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
}

/** Where a job's private folder is, relative to the project's root; never recorded. */
export const SCRATCH = '.minipach-scratch';

/** Whether a command uses its private folder. */
export function usesScratch({ command, env }: Pick<ExpandedCommand, 'command' | 'env'>): boolean {
  const words = typeof command === 'string' ? [command] : command;
  return [...words, ...Object.values(env)].some((word) => word.includes(SCRATCH));
}

/** A command that cannot be expanded, in one sentence. */
export interface ExpandProblem {
  readonly reason: 'several-paths';
  readonly message: string;
}

type Lookup = (name: string) => readonly string[];

/** The command with real paths, relative to where it runs. */
export function expandCommand(transform: Transform, around: Surroundings): ExpandedCommand | ExpandProblem {
  const here = (path: string): string => relativePath(transform.workingDir, path);
  const values = new Map<string, string[]>([
    ['out', [here(around.out)]],
    ['scratch', [here(SCRATCH)]],
  ]);
  for (const input of around.inputs) values.set(input.name, [here(inputPath(input))]);
  return expandWith(transform, around, values);
}

/** The command with neutral tokens for every path, as the job's key sees it. */
export function neutralCommand(transform: Transform, around: Surroundings): ExpandedCommand | ExpandProblem {
  const values = new Map<string, string[]>([
    ['out', ['\0out\0']],
    ['scratch', ['\0scratch\0']],
  ]);
  for (const input of around.inputs) values.set(input.name, [`\0input ${input.name}\0`]);
  return expandWith(transform, around, values);
}

/** Fills in a template of plain values, such as `output`. */
export function expandText(template: string, around: Omit<Surroundings, 'out'>): string {
  const lookup = lookupOf({ ...around, out: '' }, new Map());
  return fillOne(template, new Set(namesKnown(around.inputs)), lookup) ?? '';
}

/** Every placeholder that a datum of these inputs gives a meaning to. */
function namesKnown(inputs: readonly DatumInput[]): string[] {
  const names = ['out', 'datum', 'pipeline', 'scratch'];
  for (const { name, captures } of inputs) {
    names.push(name, `${name}.path`, ...captures.map((_, index) => `${name}.${index}`));
  }
  if (inputs.length === 1) names.push(...(inputs[0]?.captures ?? []).map((_, index) => String(index)));
  return names;
}

function lookupOf(around: Surroundings, paths: ReadonlyMap<string, readonly string[]>): Lookup {
  const values = new Map<string, readonly string[]>([
    ['datum', [around.datum]],
    ['pipeline', [around.pipeline]],
  ]);
  for (const { name, match, captures } of around.inputs) {
    values.set(`${name}.path`, [match]);
    captures.forEach((text, index) => {
      values.set(`${name}.${index}`, [text]);
      if (around.inputs.length === 1) values.set(String(index), [text]);
    });
  }
  return (name) => paths.get(name) ?? values.get(name) ?? [];
}

function expandWith(
  transform: Transform,
  around: Surroundings,
  paths: ReadonlyMap<string, readonly string[]>,
): ExpandedCommand | ExpandProblem {
  const known = new Set(namesKnown(around.inputs));
  const lookup = lookupOf(around, paths);
  const env: Record<string, string> = {};
  for (const [name, template] of Object.entries(transform.env)) {
    const value = fillOne(template, known, lookup);
    if (value === undefined) return severalPaths(template);
    env[name] = value;
  }
  // The variables that Pachyderm gives: the datum's paths by input name, and the output.
  for (const input of around.inputs) env[input.name] ??= lookup(input.name).join('\n');
  env['out'] ??= lookup('out').join('\n');
  const rest = {
    stdin: transform.stdin === undefined ? undefined : transform.stdin.map((line) => `${line}\n`).join(''),
    env,
    workingDir: transform.workingDir,
  };
  if (typeof transform.cmd === 'string') {
    const command = parseTemplate(transform.cmd, known)
      .parts.map((part) => ('literal' in part ? part.literal : lookup(part.name).map(shellQuote).join(' ')))
      .join('');
    return { command, ...rest };
  }
  const words: string[] = [];
  for (const word of transform.cmd) {
    const problem = pushWords(words, word, known, lookup);
    if (problem !== undefined) return problem;
  }
  return { command: words, ...rest };
}

/** Appends what one word of a command list becomes: a word a path, or a nested list once a path. */
function pushWords(
  words: string[],
  word: CommandWord,
  known: ReadonlySet<string>,
  lookup: Lookup,
): ExpandProblem | undefined {
  if (typeof word !== 'string') {
    const names = word
      .flatMap((text) => parseTemplate(text, known).parts)
      .flatMap((part) => ('name' in part ? [part.name] : []));
    const repeats = names.length === 0 ? 1 : Math.max(...names.map((name) => lookup(name).length));
    for (let index = 0; index < repeats; index += 1) {
      const one: Lookup = (name) => {
        const all = lookup(name);
        return all.length === 1 ? all : all.slice(index, index + 1);
      };
      for (const text of word) words.push(fillOne(text, known, one) ?? '');
    }
    return undefined;
  }
  const { parts } = parseTemplate(word, known);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && 'name' in only) {
    words.push(...lookup(only.name));
    return undefined;
  }
  const filled = fillOne(word, known, lookup);
  if (filled === undefined) return severalPaths(word);
  words.push(filled);
  return undefined;
}

/** A template with every placeholder replaced by its one value; `undefined` when one has several. */
function fillOne(template: string, known: ReadonlySet<string>, lookup: Lookup): string | undefined {
  let text = '';
  for (const part of parseTemplate(template, known).parts) {
    if ('literal' in part) {
      text += part.literal;
      continue;
    }
    const values = lookup(part.name);
    if (values.length > 1) return undefined;
    text += values[0] ?? '';
  }
  return text;
}

function severalPaths(word: string): ExpandProblem {
  return {
    reason: 'several-paths',
    message: `\`${word}\` holds a placeholder with several paths: write the placeholder as a word of its own, or put the words to repeat in a nested list.`,
  };
}

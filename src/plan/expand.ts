/**
 * Filling in a command's placeholders, twice: once with the real paths, for the process and the record, and once
 * with neutral tokens, for the job's key, so that a datum's place does not change what the job is.
 */
import type { CommandWord, Spec } from '../spec/model.ts';
import { type DeclaredInput, declaredOf, placeholderNames } from '../spec/placeholders.ts';
import type { SpecPath } from '../spec/places.ts';
import { parseTemplate, type TemplatePart } from '../spec/template.ts';
import { type ExpandProblem, nothingLeft, severalInVariable, severalPaths } from './expand-problem.ts';
import { type DatumInput, inputPath } from './input.ts';
import { relativePath } from './paths.ts';
import { shellQuote } from './shell.ts';

/** What the placeholders of one datum stand for. */
export interface Surroundings {
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

/** What each placeholder stands for: none, one or several texts. */
type Values = ReadonlyMap<string, readonly string[]>;

const NONE: readonly string[] = [];

/** Fills in the placeholders of one spec; its templates are read once for all datums. */
export class Expander {
  readonly #spec: Pick<Spec, 'name' | 'transform' | 'requests' | 'limits'>;
  readonly #declared: readonly DeclaredInput[];
  readonly #known: ReadonlySet<string>;
  readonly #only: string | undefined;
  readonly #templates = new Map<string, readonly TemplatePart[]>();
  /** What a command is to the key, by the inputs that it has, where nothing else of a datum shows in it. */
  readonly #neutrals = new Map<string, ExpandedCommand | ExpandProblem>();
  #isUniform: boolean | undefined;

  constructor(spec: Pick<Spec, 'name' | 'input' | 'transform' | 'requests' | 'limits'>) {
    this.#spec = spec;
    this.#declared = declaredOf(spec.input);
    this.#known = placeholderNames(this.#declared);
    this.#only = this.#declared.find((input) => input.only)?.name;
  }

  /** The command with real paths, relative to where it runs. */
  command(around: Surroundings): ExpandedCommand | ExpandProblem {
    return this.#expand('cmd', this.#real(around));
  }

  /** Why there is no command, where that is so. */
  problem(around: Surroundings): ExpandProblem | undefined {
    this.#isUniform ??= this.#namesOnlyPaths();
    // Where each placeholder stands for one path at most, the paths make no difference.
    const names = around.inputs.map(({ name }) => name);
    const isPlain = this.#isUniform && (names.length < 2 || new Set(names).size === names.length);
    const expanded = isPlain ? this.neutral(around) : this.command(around);
    return 'reason' in expanded ? expanded : undefined;
  }

  /** The command that is run when the command has failed, where there is one. */
  errCommand(around: Surroundings): ExpandedCommand | ExpandProblem | undefined {
    if (this.#spec.transform.errCmd === undefined) return undefined;
    return this.#expand('err_cmd', this.#real(around));
  }

  /** The command with neutral tokens for every path and amount, as the job's key sees it. */
  neutral(around: Surroundings): ExpandedCommand | ExpandProblem {
    this.#isUniform ??= this.#namesOnlyPaths();
    if (!this.#isUniform) return this.#neutralOf(around);
    const id = around.inputs.map(({ name }) => name).join('\0');
    const known = this.#neutrals.get(id) ?? this.#neutralOf(around);
    this.#neutrals.set(id, known);
    return known;
  }

  /** Whether the placeholders of the command stand for paths and amounts only, never for names or captures. */
  #namesOnlyPaths(): boolean {
    const { cmd, stdin = [], env } = this.#spec.transform;
    const words = typeof cmd === 'string' ? [cmd] : cmd.flat();
    const same = new Set(['out', 'scratch', 'cpus', 'memory_mb', 'pipeline']);
    for (const { name } of this.#declared) same.add(name);
    return [...words, ...stdin, ...Object.values(env)].every((text) =>
      this.#parse(text).every((part) => part.kind === 'literal' || same.has(part.name)),
    );
  }

  #neutralOf(around: Surroundings): ExpandedCommand | ExpandProblem {
    const paths = (input: DatumInput): string => `\0input ${input.name}\0`;
    const values = this.#values(around, paths);
    for (const name of ['out', 'scratch', 'cpus', 'memory_mb']) values.set(name, [`\0${name}\0`]);
    return this.#expand('cmd', values);
  }

  /** A template of plain values, such as `output`; `undefined` when a placeholder has several. */
  text(template: string, around: Omit<Surroundings, 'out'>): string | undefined {
    const parts = this.#parse(template);
    // What most templates are, such as `{datum}`, can be told without looking at the inputs.
    const isPlain = parts.every((part) => part.kind === 'literal' || part.name === 'datum');
    if (isPlain) return parts.map((part) => (part.kind === 'literal' ? part.literal : around.datum)).join('');
    return this.#fillOne(template, this.#values({ ...around, out: '' }, inputPath));
  }

  #real(around: Surroundings): Values {
    const { workingDir } = this.#spec.transform;
    const here = (path: string): string => relativePath(workingDir, path);
    const values = this.#values(around, (input) => here(inputPath(input)));
    values.set('out', [here(around.out)]);
    values.set('scratch', [here(SCRATCH)]);
    const { requests, limits } = this.#spec;
    values.set('cpus', [String(Math.ceil(requests.cpu ?? limits.cpu ?? 1))]);
    const memory = requests.memory ?? limits.memory;
    if (memory !== undefined) values.set('memory_mb', [String(Math.floor(memory / 2 ** 20))]);
    return values;
  }

  #values(around: Surroundings, pathOf: (input: DatumInput) => string): Map<string, string[]> {
    const values = new Map<string, string[]>([
      ['datum', [around.datum]],
      ['pipeline', [this.#spec.name]],
    ]);
    const add = (name: string, value: string): void => {
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else known.push(value);
    };
    for (const input of around.inputs) {
      const { name, match, matched } = input;
      const { captures } = matched;
      add(name, pathOf(input));
      add(`${name}.path`, match);
      // The first is the whole path, which has a name of its own.
      for (let index = 1; index < captures.length; index += 1) {
        add(`${name}.${index}`, captures[index] ?? '');
        if (name === this.#only) add(String(index), captures[index] ?? '');
      }
    }
    return values;
  }

  #expand(field: 'cmd' | 'err_cmd', values: Values): ExpandedCommand | ExpandProblem {
    const { transform } = this.#spec;
    const [cmd, stdin] =
      field === 'cmd' ? [transform.cmd, transform.stdin] : [transform.errCmd ?? [], transform.errStdin];
    const path = ['transform', field];
    // A name such as `constructor` is one like any other here, which it would not be in an object.
    const env = new Map<string, string>();
    for (const [name, template] of Object.entries(transform.env)) {
      const value = this.#fillOne(template, values);
      if (value === undefined) return severalInVariable(name, template);
      env.set(name, value);
    }
    // The variables that Pachyderm gives: the datum's paths by input name, and the output.
    for (const name of [...this.#declared.map((input) => input.name), 'out'])
      if (!env.has(name)) env.set(name, (values.get(name) ?? NONE).join('\n'));
    const command = typeof cmd === 'string' ? this.#shell(cmd, path, values) : this.#words(cmd, path, values);
    if (typeof command !== 'string' && 'reason' in command) return command;
    return {
      command,
      stdin: stdin === undefined ? undefined : stdin.map((line) => `${line}\n`).join(''),
      env: Object.fromEntries(env),
      workingDir: transform.workingDir,
    };
  }

  /** A shell's text: each path quoted, several of them as words of their own. */
  #shell(cmd: string, path: SpecPath, values: Values): string | ExpandProblem {
    const parts = this.#parse(cmd);
    let text = '';
    for (const [position, part] of parts.entries()) {
      if (part.kind === 'literal') {
        text += part.literal;
        continue;
      }
      const all = values.get(part.name) ?? NONE;
      const [first = ''] = all;
      if (all.length < 2 || standsAlone(parts, position)) text += all.map(shellQuote).join(' ');
      else if (all.every((one) => one === first)) text += shellQuote(first);
      else return severalPaths(cmd, path);
    }
    return text;
  }

  #words(cmd: readonly CommandWord[], path: SpecPath, values: Values): readonly string[] | ExpandProblem {
    const words: string[] = [];
    for (const [position, word] of cmd.entries()) {
      const here = [...path, position];
      if (typeof word !== 'string') {
        const problem = this.#repeat(words, word, here, values);
        if (problem !== undefined) return problem;
        continue;
      }
      const parts = this.#parse(word);
      const [only] = parts;
      if (parts.length === 1 && only?.kind === 'placeholder') {
        for (const value of values.get(only.name) ?? NONE) words.push(value);
        continue;
      }
      const filled = this.#fillOne(word, values);
      if (filled === undefined) return severalPaths(word, here);
      words.push(filled);
    }
    return words.length > 0 ? words : nothingLeft(path);
  }

  /** Appends a nested list once for each path of its placeholders, and not at all where there is none. */
  #repeat(
    words: string[],
    list: readonly string[],
    path: SpecPath,
    values: Values,
  ): ExpandProblem | undefined {
    const names = list
      .flatMap((text) => this.#parse(text))
      .flatMap((part) => (part.kind === 'placeholder' ? [part.name] : []));
    const counts = names.map((name) => (values.get(name) ?? NONE).length);
    const repeats = counts.includes(0) ? 0 : Math.max(1, ...counts);
    // What is grouped goes in step: one path beside two is a missing partner, and not one for both.
    const odd = counts.findIndex(
      (count, at) => count !== repeats && (count > 1 || this.#isGrouped(names[at] ?? '')),
    );
    if (odd !== -1 && repeats > 0) {
      const even = names[counts.indexOf(repeats)] ?? '';
      const message = `\`[${list.join(', ')}]\` is repeated for each path, and \`{${names[odd] ?? ''}}\` has ${counts[odd]} where \`{${even}}\` has ${repeats}; put them in lists of their own.`;
      return { reason: 'different-counts', message, path };
    }
    for (let index = 0; index < repeats; index += 1)
      for (const text of list) words.push(this.#fillAt(index, text, values));
    return undefined;
  }

  /** Whether a placeholder is about an input that can have several paths. */
  #isGrouped(name: string): boolean {
    const input = /^\d+$/.test(name) ? this.#only : name;
    return this.#declared.some(
      (one) => one.several && (input === one.name || input?.startsWith(`${one.name}.`)),
    );
  }

  /** A template with every placeholder replaced by its only value, or by that at a place among several. */
  #fillAt(index: number, template: string, values: Values): string {
    let text = '';
    for (const part of this.#parse(template)) {
      const all = part.kind === 'literal' ? NONE : (values.get(part.name) ?? NONE);
      text += part.kind === 'literal' ? part.literal : (all[all.length > 1 ? index : 0] ?? '');
    }
    return text;
  }

  /** A template with every placeholder replaced by its one value; `undefined` when one has several. */
  #fillOne(template: string, values: Values): string | undefined {
    let text = '';
    for (const part of this.#parse(template)) {
      if (part.kind === 'literal') {
        text += part.literal;
        continue;
      }
      const [first = '', ...others] = values.get(part.name) ?? NONE;
      // The files of a group often agree in a capture, such as the subject that they are grouped by.
      if (others.some((other) => other !== first)) return undefined;
      text += first;
    }
    return text;
  }

  #parse(template: string): readonly TemplatePart[] {
    const known = this.#templates.get(template);
    if (known !== undefined) return known;
    const { parts } = parseTemplate(template, this.#known);
    this.#templates.set(template, parts);
    return parts;
  }
}

/** Whether a placeholder of a shell's text has nothing of a word next to it. */
function standsAlone(parts: readonly TemplatePart[], position: number): boolean {
  const before = parts[position - 1];
  const after = parts[position + 1];
  const opens = before === undefined || (before.kind === 'literal' && /[\s;&|()<>]$/.test(before.literal));
  const closes = after === undefined || (after.kind === 'literal' && /^[\s;&|()<>]/.test(after.literal));
  return opens && closes;
}

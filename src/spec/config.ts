/** `.minipach/config.yml`: how a project's jobs are run. Nothing in it changes what a job computes. */
import type { ErrorObject } from 'ajv';
import { distance } from 'fastest-levenshtein';
import { configErrors } from './config-errors.ts';
import type { Diagnostic } from './diagnostic.ts';
import { parseDuration } from './durations.ts';
import { nameOf } from './places.ts';
import { parseQuantity } from './quantities.ts';
import type { SchemaNode } from './schema.ts';
import { pathOf } from './schema-check.ts';
import { numberAt, textAt, valueAt } from './spec-values.ts';
import { readYaml, type YamlDocument } from './yaml-document.ts';

/** How jobs go to Slurm; what is `undefined` is left to the cluster. */
export interface SlurmConfig {
  readonly partition: string | undefined;
  readonly account: string | undefined;
  readonly qos: string | undefined;
  readonly constraint: string | undefined;
  /** Milliseconds that a task has whose pipeline has no `datum_timeout`. */
  readonly time: number | undefined;
  /** Bytes of a task whose pipeline asks for none. */
  readonly memory: number | undefined;
  readonly datumsPerTask: number;
  /** How many tasks of an array run at once at most. */
  readonly parallelism: number | undefined;
  readonly arraySize: number;
  /** Lines of shell that a task begins with. */
  readonly preamble: string;
  /** Further words for `sbatch`. */
  readonly options: readonly string[];
  /** The folder on a node's own disk in which its tasks work, with variables that the node fills in; none where they work in the project. */
  readonly scratch: string | undefined;
  /** The sibling by which nodes and project exchange what they have; none where nodes reach the project itself. */
  readonly store: string | undefined;
  /** What nodes clone, where they reach it by another name than this machine. */
  readonly source: string | undefined;
}

/** What a project's settings say. */
export interface Config {
  readonly slurm: SlurmConfig;
}

/** Settings, or what is wrong with them. */
export interface ParsedConfig {
  /** Present when there is no error, with every default filled in. */
  readonly config: Config | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Tasks of one array, unless settings say otherwise: what Slurm allows as it comes, less one. */
const ARRAY_SIZE = 1000;

/** Reads settings; an empty text means all defaults. Never throws. */
export function parseConfig(text: string): ParsedConfig {
  const document = readYaml(text);
  const value = document.value ?? {};
  const diagnostics = document.sound
    ? [
        ...document.diagnostics,
        ...configErrors(value).flatMap((error) => tell(error, document) ?? []),
        ...checkAmounts(value, document),
        ...checkScratch(value, document),
      ]
    : document.diagnostics;
  const isBroken = diagnostics.some(({ severity }) => severity === 'error');
  return { config: isBroken ? undefined : configOf(value), diagnostics };
}

function configOf(value: unknown): Config {
  const text = (name: string): string | undefined => textAt(value, ['slurm', name]);
  const number = (name: string): number | undefined => numberAt(value, ['slurm', name]);
  const options = valueAt(value, ['slurm', 'options']);
  return {
    slurm: {
      partition: text('partition'),
      account: text('account'),
      qos: text('qos'),
      constraint: text('constraint'),
      time: parseDuration(text('time') ?? ''),
      memory: parseQuantity(text('memory') ?? ''),
      datumsPerTask: number('datums_per_task') ?? 1,
      parallelism: number('parallelism'),
      arraySize: number('array_size') ?? ARRAY_SIZE,
      preamble: text('preamble') ?? '',
      options: Array.isArray(options) ? options.map(String) : [],
      scratch: text('scratch'),
      store: text('store'),
      source: text('source'),
    },
  };
}

/** What a schema cannot say: that a duration or an amount can be read. */
function checkAmounts(value: unknown, { places }: YamlDocument): Diagnostic[] {
  const check = (name: string, rule: string, isFine: boolean, like: string): Diagnostic[] => {
    const path = ['slurm', name];
    const range = places.value(path);
    if (isFine || range === undefined) return [];
    const message = `\`slurm.${name}\` cannot be read; write it like \`${like}\`.`;
    return [{ rule, severity: 'error', message, range }];
  };
  const time = textAt(value, ['slurm', 'time']);
  const memory = textAt(value, ['slurm', 'memory']);
  return [
    ...check('time', 'wrong-duration', time === undefined || parseDuration(time) !== undefined, '2h30m'),
    ...check('memory', 'wrong-quantity', memory === undefined || parseQuantity(memory) !== undefined, '4G'),
  ];
}

/** What is of use only where tasks work on nodes' own disks. */
function checkScratch(value: unknown, { places }: YamlDocument): Diagnostic[] {
  if (textAt(value, ['slurm', 'scratch']) !== undefined) return [];
  return ['store', 'source'].flatMap((name): Diagnostic[] => {
    const range = places.key(['slurm', name]);
    if (range === undefined) return [];
    const message = `\`slurm.${name}\` is for tasks that work on nodes' own disks; say where with \`slurm.scratch\`, such as \`$TMPDIR\`.`;
    return [{ rule: 'missing-field', severity: 'error', message, range }];
  });
}

const WORDS: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
};

function tell(error: ErrorObject, { places }: YamlDocument): Diagnostic | undefined {
  const path = pathOf(error.instancePath);
  const node = (error.parentSchema ?? {}) as SchemaNode;
  const name = path.length === 0 ? 'The file' : nameOf(path);
  const range = places.value(path) ?? places.nearest(path);
  const wrong = (rule: string, message: string, where = range): Diagnostic => ({
    rule,
    severity: 'error',
    message,
    range: where,
  });
  const example = node.examples?.[0];
  const like = example === undefined ? '' : `; write it like \`${JSON.stringify(example)}\``;
  switch (error.keyword) {
    case 'additionalProperties': {
      const field = String(error.params['additionalProperty']);
      const known = Object.keys(node.properties ?? {});
      const nearest = known.find((one) => distance(one, field) <= 2);
      const hint = nearest === undefined ? `there are ${known.join(', ')}` : `did you mean \`${nearest}\`?`;
      const place = path.length === 0 ? 'at the top level' : `in ${name}`;
      const message = `There is no setting \`${field}\` ${place}; ${hint}${nearest === undefined ? '.' : ''}`;
      const key = places.key([...path, field]);
      const told = wrong('unknown-field', message, key ?? range);
      if (key === undefined || nearest === undefined) return told;
      return { ...told, fixes: [{ title: `Change to \`${nearest}\``, range: key, newText: nearest }] };
    }
    case 'type':
      return wrong('wrong-type', `${name} must be ${WORDS[String(node.type)] ?? String(node.type)}${like}.`);
    case 'minimum':
      return wrong('wrong-value', `${name} must be at least ${String(error.params['limit'])}.`);
    case 'minLength':
      return wrong('empty-value', `${name} is empty${like}.`);
    // An empty text has been told already.
    case 'pattern':
      return error.data === '' ? undefined : wrong('wrong-value', `${name} does not fit${like}.`);
    default:
      return wrong('wrong-value', `${name} does not fit its description; see docs/slurm.md.`);
  }
}

/**
 * Every rule that a diagnostic can name. `docs/rules.md` has a paragraph and `package.json` a setting for each;
 * `test/spec/rules.test.ts` holds the three, and the sources, together.
 */
import { distance } from 'fastest-levenshtein';
import type { Severity } from './diagnostic.ts';

/** What is known about a rule. */
export interface Rule {
  /** In kebab-case; never changes. */
  readonly id: string;
  /** What its diagnostics usually are. */
  readonly severity: Severity;
  /** Whether there is no usable spec where it is broken, so that it cannot be turned off. */
  readonly stops: boolean;
  /** What it means, in one sentence. */
  readonly summary: string;
}

/** With one of these there is nothing that could be run, or it would write where it must not. */
const STOPPING = {
  'empty-document': 'The file has no content.',
  'not-a-mapping': 'The file holds a list or plain text, and a spec is a mapping.',
  'yaml-syntax': 'The text cannot be read as YAML.',
  'tab-indentation': 'A line is indented with a tab.',
  'duplicate-key': 'A mapping has the same key twice.',
  'several-documents': 'The file holds more than one document.',
  'unknown-alias': 'An alias refers to an anchor that is not there.',
  'alias-explosion': 'Aliases stand for too many values.',
  'merge-key': 'A mapping has the key `<<`, which YAML 1.2 does not have.',
  'too-deep': 'Values are nested too deeply.',
  'too-large': 'The file is too long.',
  'annexed-spec': 'The spec is kept by git-annex, so that a clone may not have it.',
  'missing-field': 'A required field is not there.',
  'wrong-type': 'A value is of another kind than the field needs.',
  'wrong-value': 'A value is of the right kind, and not one that the field can have.',
  'empty-value': 'A text or list that must have content is empty.',
  'wrong-duration': 'A duration cannot be read, or is not above zero.',
  'repo-path': 'A path is not one of the project in its shortest form.',
  'glob-outside': 'A glob has a segment that no path has.',
  'output-outside': "`output` would put results outside of the pipeline's directory.",
  'reserved-name': 'An input has a name that means something else.',
  'placeholder-not-here': 'A placeholder stands for something that does not exist there.',
  'invalid-glob': 'A glob cannot be read.',
  'several-inputs': 'An input is of more than one kind.',
  'duplicate-input': 'Two inputs that can be part of one datum have the same name.',
  'wrong-quantity': 'An amount of memory or disk cannot be read, or is not above zero.',
  'placeholder-without-value': 'A placeholder stands for something that the spec does not say.',
  'different-counts': 'A nested list has placeholders with different numbers of paths.',
  'too-many-datums': 'The inputs yield more datums than there can be.',
  'duplicate-datum': 'Two datums have the same name.',
  'output-taken': 'A result would go where a spec or code is, or where git keeps nothing.',
  'unknown-image': 'An image is nothing that is known, and much like something that is.',
  'image-not-found': 'An image that should be in the project is not committed.',
  'duplicate-pipeline': 'Two pipelines have the same name.',
  'pipeline-cycle': "Pipelines read each other's results in a circle.",
} as const;

/** With these turned off there is still a spec: what they mark counts as not written, or as it stands. */
const ERRORS = {
  'unknown-field': 'There is no such field here.',
  'misplaced-field': 'The field belongs somewhere else.',
  'camel-case-field': 'The field is not written with underscores.',
  'refused-field': "The field or value of Pachyderm's has no meaning without its cluster.",
  'unknown-capture': 'A placeholder asks for a capture that the glob does not have.',
  'placeholder-in-quotes': 'A placeholder, which brings its own quotes, stands within quotes.',
  'no-such-repo': 'There is no committed directory of that name.',
} as const;

const WARNINGS = {
  'missing-key': 'A member of a join or a group has no key.',
  'key-without-effect': 'A key for joins or groups stands outside of them.',
  'empty-capture': 'A key asks for a capture that the glob does not have.',
  'join-without-match': 'No key is the same in all inputs of a join.',
  'shared-output': 'Several datums leave their results in one directory.',
  'many-in-one-directory': 'Very many results are merged into one directory.',
  'several-paths': 'A placeholder stands for several paths, which do not fit into one word.',
  'maybe-no-path': 'A placeholder that may stand for no path leaves half a word.',
  'unknown-placeholder': 'Something in braces is no placeholder and looks much like one.',
  'pachyderm-path': "The command uses a path of Pachyderm's, which is not there.",
  'placeholder-in-stdin': 'A placeholder stands in standard input, where none is replaced.',
  'unread-variable': 'A variable stands where no shell reads it.',
  'overwritten-variable': "`env` sets a variable that holds an input's or the result's path.",
  'capture-style': 'A capture is written in the way of another place.',
  'glob-without-match': 'The glob of an input matches nothing.',
  'untracked-script': 'A word of the command looks like a script that is not committed.',
  'no-such-directory': 'The directory that the command is to run in is not in the project.',
  'code-without-match': 'A glob of `code` or `context` matches nothing.',
  'subdataset-paths': 'A spec in a subdataset names paths from there, as a project of its own.',
  'unknown-rule': 'A comment turns off a rule that there is not.',
  'rule-stays': 'A comment turns off a rule that cannot be turned off.',
} as const;

const INFORMATION = {
  'without-partner': 'Files of a join are left out, because another input has none of their key.',
  'ignored-field': "The field of Pachyderm's is allowed and has no effect.",
  'placeholder-in-document': 'A placeholder, which may bring quotes, stands in a here-document.',
  'docker-image': 'An image is taken as a docker reference.',
  'image-absent': 'The content of an image is not in the project yet.',
} as const;

/** The id of a rule. */
export type RuleId =
  | keyof typeof STOPPING
  | keyof typeof ERRORS
  | keyof typeof WARNINGS
  | keyof typeof INFORMATION;

/** All rules. */
export const RULES: readonly Rule[] = [
  ...rulesOf(STOPPING, 'error', true),
  ...rulesOf(ERRORS, 'error'),
  ...rulesOf(WARNINGS, 'warning'),
  ...rulesOf(INFORMATION, 'information'),
];

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

/** The rule of that id, when there is one. */
export function ruleOf(id: string): Rule | undefined {
  return BY_ID.get(id);
}

/** Whether a diagnostic of this rule can be turned off. */
export function canBeOff(id: string): boolean {
  return ruleOf(id)?.stops === false;
}

/** The id that `written` was probably meant to be. */
export function nearestRule(written: string): string | undefined {
  const plain = written.toLowerCase().replaceAll('_', '-');
  let best: { id: string; far: number } | undefined;
  for (const { id } of RULES) {
    const far = distance(plain, id);
    if (far < (best?.far ?? Number.POSITIVE_INFINITY)) best = { id, far };
  }
  return best !== undefined && best.far <= Math.max(2, Math.floor(plain.length / 3)) ? best.id : undefined;
}

/** Why a rule cannot be turned off, or that there is none; `undefined` when it can be. A sentence. */
export function whyNotOff(id: string): string | undefined {
  const rule = ruleOf(id);
  if (rule === undefined) {
    const nearest = nearestRule(id);
    const hint = nearest === undefined ? 'docs/rules.md lists all of them' : `did you mean \`${nearest}\``;
    return `There is no rule \`${id}\`; ${hint}${nearest === undefined ? '.' : '?'}`;
  }
  if (!rule.stops) return undefined;
  return `\`${id}\` cannot be turned off, because a spec that breaks it cannot be run; mend what it marks.`;
}

function rulesOf(
  summaries: Readonly<Record<string, string>>,
  severity: Severity,
  stops = false,
): readonly Rule[] {
  return Object.entries(summaries).map(([id, summary]) => ({ id, severity, stops, summary }));
}

/** The way from the text of a `spec.yml` to what it says and what is wrong with it. */
import type { Diagnostic } from './diagnostic.ts';
import { checkDirectives, directivesOf } from './directives.ts';
import { ignoredFields } from './field-names.ts';
import { knownFields } from './known-fields.ts';
import { checkLanguage } from './language-checks.ts';
import { specOf } from './make-spec.ts';
import { addMissingField } from './missing-field.ts';
import type { Spec } from './model.ts';
import type { Places } from './places.ts';
import { checkSchema } from './schema-check.ts';
import { pipelineName, type SpecOrigin } from './spec-values.ts';
import { type TurnedOff, turnedOff, withConsequences, withoutTurnedOff } from './turned-off.ts';
import { readYaml } from './yaml-document.ts';

/** What `parseSpec` found. */
export interface ParsedSpec {
  /** Present when there is no error, with every default filled in. */
  readonly spec: Spec | undefined;
  /** In the order of the text; each range is inside it and covers less than the whole. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where everything is, for checks that know more than the text; also there when the spec is broken. */
  readonly places: Places;
  /** The document's plain value, as far as it could be read. */
  readonly value: unknown;
  /**
   * What its comments turn off, already left out above, and what would only follow from a mistake that is told; both
   * are to be left out of what else is found.
   */
  readonly off: TurnedOff;
}

/**
 * Reads a spec. Never throws: whatever is wrong with the text is a diagnostic.
 * @param besides - Ids of rules to turn off besides those that the spec's comments do.
 */
export function parseSpec(text: string, origin: SpecOrigin, besides: readonly string[] = []): ParsedSpec {
  const document = readYaml(text);
  const { places, value } = document;
  const directives = directivesOf(text);
  const off = turnedOff(directives, besides);
  const finish = (found: readonly Diagnostic[], make: () => Spec | undefined): ParsedSpec => {
    const all = [...found, ...checkDirectives(text, directives)];
    const diagnostics = [...withoutTurnedOff(all, off)].sort(byPosition);
    const broken = diagnostics.some(isError);
    return { spec: broken ? undefined : make(), diagnostics, places, value, off: withConsequences(off, all) };
  };
  if (document.diagnostics.length > 0 && !document.sound)
    return finish(document.diagnostics, () => undefined);
  const single = (rule: string, message: string): ParsedSpec =>
    finish(
      [...document.diagnostics, { rule, severity: 'error', message, range: places.first() }],
      () => undefined,
    );
  if (value === null || value === undefined) {
    return single('empty-document', 'The spec is empty; begin with `input:` and `transform:`.');
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return single('not-a-mapping', 'A spec is a mapping of fields; begin with `input:` and `transform:`.');
  }
  // The name of a pipeline at the project's root is required by where the spec is, which the schema does not know.
  const isNameless = pipelineName(value, origin) === undefined;
  const addName = (diagnostic: Diagnostic): Diagnostic => {
    if (!isNameless || diagnostic.rule !== 'missing-field') return diagnostic;
    const path = places.at(['pipeline']) === undefined ? ['pipeline'] : ['pipeline', 'name'];
    const fixes = addMissingField(path, document, text);
    return fixes.length === 0 ? diagnostic : { ...diagnostic, fixes };
  };
  const found = [
    ...document.diagnostics,
    ...checkSchema(document, text),
    ...ignoredFields(value, places),
    ...checkLanguage(value, places, origin).map(addName),
  ];
  // A field that is turned off counts as not written, and may then be missed.
  const left = new Set(withoutTurnedOff(found, off));
  const silenced = found.filter((diagnostic) => !left.has(diagnostic));
  const known = silenced.some(isError) ? knownFields(value, places, silenced) : value;
  const beside = known === value ? [] : checkSchema({ ...document, value: known }, text).filter(isMissing);
  const again = beside.filter(({ message }) => !found.some((one) => one.message === message));
  return finish([...found, ...again], () => specOf(known, origin));
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}

function isMissing(diagnostic: Diagnostic): boolean {
  return diagnostic.rule === 'missing-field';
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}

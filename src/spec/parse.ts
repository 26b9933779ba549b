/** The way from the text of a `spec.yml` to what it says and what is wrong with it. */
import type { Diagnostic } from './diagnostic.ts';
import { ignoredFields } from './field-names.ts';
import { checkLanguage } from './language-checks.ts';
import { specOf } from './make-spec.ts';
import type { Spec } from './model.ts';
import type { Places } from './places.ts';
import { checkSchema } from './schema-check.ts';
import type { SpecOrigin } from './spec-values.ts';
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
}

/** Reads a spec. Never throws: whatever is wrong with the text is a diagnostic. */
export function parseSpec(text: string, origin: SpecOrigin): ParsedSpec {
  const document = readYaml(text);
  const { places, value } = document;
  const finish = (found: readonly Diagnostic[], make: () => Spec | undefined): ParsedSpec => {
    const diagnostics = [...found].sort(byPosition);
    const broken = diagnostics.some((diagnostic) => diagnostic.severity === 'error');
    return { spec: broken ? undefined : make(), diagnostics, places, value };
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
  const found = [
    ...document.diagnostics,
    ...checkSchema(document, text),
    ...ignoredFields(value, places),
    ...checkLanguage(value, places, origin),
  ];
  return finish(found, () => specOf(value, origin));
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}

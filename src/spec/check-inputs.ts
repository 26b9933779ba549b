/** Rules about inputs that a schema cannot say: their names, and the keys by which they are joined and grouped. */
import { captureNumbers } from './capture-template.ts';
import type { Report } from './diagnostic.ts';
import { standsFor } from './field-names.ts';
import { type WrittenInput, writtenInputs } from './input-values.ts';
import { countCaptures, isSystemVariable, RESERVED_NAMES } from './placeholders.ts';
import type { Places, SpecPath } from './places.ts';
import { textAt, valueAt } from './spec-values.ts';

/** Checks all inputs of a document, as far as they are written. */
export function checkInputs(value: object, places: Places, report: Report): void {
  const inputs = writtenInputs(value);
  for (const input of inputs) {
    checkReserved(value, input, places, report);
    checkKeys(value, input, places, report);
  }
  checkNames(value, inputs, places, report);
}

function checkReserved(value: object, input: WrittenInput, places: Places, report: Report): void {
  const { name, path } = input;
  if (name === undefined || !(RESERVED_NAMES.has(name) || isSystemVariable(name))) return;
  const written = textAt(value, [...path, 'name']) !== undefined;
  const why = RESERVED_NAMES.has(name) ? '' : ', whose variable programs need as it is';
  const message = written
    ? `\`${name}\` is a reserved name${why}; call the input something else.`
    : `The repo's last segment gives the input the reserved name \`${name}\`${why}; add a \`name\` of its own.`;
  report('reserved-name', 'error', message, nameRange(value, input, places));
}

/**
 * Names tell the inputs of a datum apart. Branches of a union never meet in one datum, so they may share a name:
 * two inputs may where the innermost combination that holds both is a union.
 */
function checkNames(value: object, inputs: readonly WrittenInput[], places: Places, report: Report): void {
  const byName = new Map<string, WrittenInput[]>();
  for (const input of inputs) {
    if (input.name === undefined) continue;
    const known = byName.get(input.name) ?? [];
    const other = known.find((one) => meet(one.path, input.path));
    if (other !== undefined) {
      const written = textAt(value, [...input.path, 'name']) !== undefined;
      const remedy = written ? 'call one of them something else' : 'add a `name` of its own';
      const message = `Another input is called \`${input.name}\` already; ${remedy}.`;
      report('duplicate-input', 'error', message, nameRange(value, input, places));
    }
    byName.set(input.name, [...known, input]);
  }
}

/** Whether two inputs can be part of one datum. */
function meet(a: SpecPath, b: SpecPath): boolean {
  let common = 0;
  while (common < a.length && a[common] === b[common]) common += 1;
  // The step before the one where they part names the combination, such as `union`, of which they are members.
  return a[common - 1] !== 'union';
}

function nameRange(value: object, { path }: WrittenInput, places: Places): ReturnType<Places['nearest']> {
  const field = [...path, textAt(value, [...path, 'name']) === undefined ? 'repo' : 'name'];
  return places.value(field) ?? places.nearest(field);
}

function checkKeys(value: object, input: WrittenInput, places: Places, report: Report): void {
  const { path, within, glob } = input;
  // A join takes apart what was grouped in it, whatever the groups were.
  const isRegrouped = within.find((one) => one === 'join' || one === 'group') === 'join';
  for (const [field, combinator] of [
    ['join_on', 'join'],
    ['group_by', 'group'],
  ] as const) {
    const at = [...path, field];
    const key = textAt(value, at);
    if (within.includes(combinator)) {
      if (combinator === 'group' && isRegrouped) continue;
      const isWritten = Object.keys(valueAt(value, path) ?? {}).some(
        (name) => standsFor(path, name) === field,
      );
      if (!isWritten && valueAt(value, at) === undefined && input.repo !== undefined) {
        const message = `This input is in a \`${combinator}\` and has no \`${field}\`, so all its files have the same key; add \`${field}: "$1"\` and put parentheses around what $1 should take in the glob.`;
        report('missing-key', 'warning', message, places.key(path) ?? places.nearest(path));
      }
    } else if (key !== undefined) {
      withoutEffect(at, combinator);
    }
    if (key !== undefined && glob !== undefined) checkCaptures(at, key, glob, places, report);
  }
  if (valueAt(value, [...path, 'outer_join']) === true && !within.includes('join'))
    withoutEffect([...path, 'outer_join'], 'join');

  function withoutEffect(at: SpecPath, combinator: string): void {
    const message = `\`${String(at.at(-1))}\` has no effect outside of a \`${combinator}\`; leave it out, or make this input a member of one.`;
    report('key-without-effect', 'warning', message, places.key(at) ?? places.nearest(at));
  }
}

/** A capture that the glob does not have is empty, so that everything has one key. */
function checkCaptures(at: SpecPath, key: string, glob: string, places: Places, report: Report): void {
  const captures = countCaptures(glob);
  for (const { number, start, end } of captureNumbers(key)) {
    if (number >= 0 && number <= captures) continue;
    const range = places.within(at, start, end) ?? places.nearest(at);
    const has = captures === 0 ? 'no captures' : captures === 1 ? 'one capture' : `${captures} captures`;
    const written = `\`${key.slice(start, end)}\` is always empty`;
    const message =
      number < 0
        ? `${written}, because that is no capture's number; write it without zeros in front, such as \`$1\`.`
        : `The glob has ${has}, so ${written}; put parentheses around what it should take.`;
    report('empty-capture', 'warning', message, range);
  }
}

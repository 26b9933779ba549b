/** What must hold for the answers to any text at all. */
import assert from 'node:assert/strict';
import { checkProject } from '../../src/plan/check-project.ts';
import { History } from '../../src/plan/history.ts';
import { NO_IMAGE_FACTS } from '../../src/plan/image-facts.ts';
import { compareCodePoints } from '../../src/plan/match-tree.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { referencesOf } from '../../src/plan/references.ts';
import { remediesOf } from '../../src/plan/remedies.ts';
import { TreeIndex } from '../../src/plan/tree-index.ts';
import { yieldsOf } from '../../src/plan/yields.ts';
import { commandRewrites } from '../../src/spec/command-styles.ts';
import type { Diagnostic, Position } from '../../src/spec/diagnostic.ts';
import { looksLikeSpec } from '../../src/spec/looks-like-spec.ts';
import { type OutlineItem, outline } from '../../src/spec/outline.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { turnOffFixes } from '../../src/spec/turn-off-fixes.ts';

const FILES = [
  ...['a/x.1', 'a/y.2', 'b/q', 'c/w', 'images/a.png', 'models/a/m', 'models/b/m-1', 'models/b/m-2'],
  ...['raw/t1/sub-01/ses-1/f', 'raw/t1/sub-02/ses-2/f', 'raw/t2/sub-02/f', 'code/edges.py', 'here/spec.yml'],
];

/** A small project, in which the specs find something. */
const INDEX = new TreeIndex({
  commit: '0',
  entries: [...FILES].sort(compareCodePoints).map((path) => ({ path, type: 'file', blob: path })),
});

/** Whether a place is one of the text. */
export function isInside(position: Position, lines: readonly string[]): boolean {
  const line = lines[position.line];
  return line !== undefined && position.character >= 0 && position.character <= line.length;
}

/** Checks one answer: a rule, a sentence, and a range that is in the text and not all of it. */
function checkDiagnostic({ message, rule, range, fixes }: Diagnostic, text: string): void {
  const lines = text.split('\n');
  assert.match(rule, /^[a-z]+(?:-[a-z]+)*$/);
  assert.match(message, /^\S[\s\S]*[.?]$/);
  const ordered =
    range.start.line < range.end.line ||
    (range.start.line === range.end.line && range.start.character <= range.end.character);
  assert.ok(ordered, `${rule} runs backwards`);
  for (const one of [range, ...(fixes ?? []).map((fix) => fix.range)]) {
    assert.ok(
      isInside(one.start, lines) && isInside(one.end, lines),
      `${rule} is outside of ${JSON.stringify(text)}`,
    );
  }
  // A diagnostic that marks everything marks nothing.
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  if (first !== last)
    assert.ok(range.start.line > first || range.end.line < last, `${rule} covers the whole file`);
}

function checkOutline(items: readonly OutlineItem[], lines: readonly string[]): void {
  for (const { range, selection, children } of items) {
    for (const place of [range, selection])
      assert.ok(isInside(place.start, lines) && isInside(place.end, lines));
    checkOutline(children, lines);
  }
}

/** Checks the answers to a text, by itself and in a project, and that it can be planned where it has no error. */
export function checkAll(text: string): void {
  const parsed = parseSpec(text, { directory: 'here' });
  const { diagnostics, spec } = parsed;
  for (const diagnostic of diagnostics) checkDiagnostic(diagnostic, text);
  const lines = text.split('\n');
  const [one] = diagnostics;
  const offset = text.indexOf('cmd:');
  const turningOff = one === undefined ? [] : turnOffFixes(text, one);
  for (const { range } of [...turningOff, ...(offset === -1 ? [] : commandRewrites(text, offset))])
    assert.ok(isInside(range.start, lines) && isInside(range.end, lines));
  if (diagnostics.every((diagnostic) => diagnostic.severity !== 'error')) assert.ok(spec !== undefined);
  looksLikeSpec(text);
  const own = { file: 'here/spec.yml', directory: 'here', parsed };
  for (const diagnostic of checkProject([own], INDEX, NO_IMAGE_FACTS)) checkDiagnostic(diagnostic, text);
  yieldsOf(own, [own], INDEX);
  for (const { range } of referencesOf(own, [own], INDEX, NO_IMAGE_FACTS))
    assert.ok(isInside(range.start, lines) && isInside(range.end, lines));
  remediesOf(own, INDEX, NO_IMAGE_FACTS);
  checkOutline(outline(text), lines);
  if (spec !== undefined) {
    const pipelines = [{ specPath: own.file, directory: own.directory, spec }];
    const none = {
      images: NO_IMAGE_FACTS,
      broken: [],
      history: new History(),
      failures: new Map(),
      holders: new Map(),
    };
    makePlan({ index: INDEX, pipelines, ...none });
  }
}

/** What can be written in a project's settings, and what they mean: plain data that any editor can show. */
import schema from '../../schemas/config.schema.json' with { type: 'json' };
import { completeExamples, completeFields } from './complete-fields.ts';
import type { CompletionItem } from './completion-item.ts';
import { cursorAt } from './cursor.ts';
import { type Hover, hoverField } from './hover.ts';
import { LineTable } from './places.ts';
import type { SchemaNode } from './schema.ts';
import { readYaml } from './yaml-document.ts';

/** The schema of `.minipach/config.yml`, which says all that completion and hover tell. */
const CONFIG_SCHEMA: SchemaNode = schema;

/** Everything that fits at `offset`; also for a text that is not valid YAML, and an empty one. Never throws. */
export function completeConfig(text: string, offset: number): readonly CompletionItem[] {
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return [];
  const { value } = readYaml(text);
  const request = { text, cursor, lines: new LineTable(text), value, schema: CONFIG_SCHEMA };
  return cursor.kind === 'key' ? completeFields(request) : completeExamples(request);
}

/** Documentation of the setting or value at `offset`; also for a text that is not valid YAML. */
export function hoverConfig(text: string, offset: number): Hover | undefined {
  const cursor = cursorAt(text, offset);
  return cursor && hoverField(text, cursor, CONFIG_SCHEMA);
}

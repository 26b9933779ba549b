/** Completes the fields of a mapping, with what they need written along, and values that a schema knows. */
import {
  type CompletionItem,
  type CompletionRequest,
  escapeSnippet,
  type FieldRequest,
} from './completion-item.ts';
import { documentation } from './hover.ts';
import { resolved, type SchemaNode, schemaAt, supportedFields } from './schema.ts';
import { valueAt } from './spec-values.ts';
import { TEMPLATES } from './templates.ts';

/** Whole specs, where the document has no field yet. */
export function completeTemplates({ cursor, lines, value }: CompletionRequest): readonly CompletionItem[] {
  const isEmpty = typeof value !== 'object' || value === null;
  if (cursor.path.length > 0 || cursor.flow || cursor.indentation > 0 || !isEmpty) return [];
  return TEMPLATES.map(({ label, detail, body }) => ({
    label,
    kind: 'template' as const,
    insertText: body,
    detail,
    documentation: `Writes a whole spec:\n\n\`\`\`yaml\n${plainText(body)}\`\`\``,
    range: lines.range({ start: cursor.start, end: cursor.end }),
  }));
}

/** A snippet as it reads when nothing is filled in: each place has its preset, also where it comes again. */
export function plainText(snippet: string): string {
  const presets = new Map<string, string>();
  const first = snippet.replace(/(?<!\\)\$\{(\d+):([^}]*)\}/g, (_all, number: string, preset: string) => {
    presets.set(number, preset);
    return preset;
  });
  return first
    .replace(/(?<!\\)\$(\d+)/g, (_all, number: string) => presets.get(number) ?? '')
    .replace(/\\([\\$}])/g, '$1');
}

/** The fields that the mapping at the cursor can have and does not have yet. */
export function completeFields(request: FieldRequest): readonly CompletionItem[] {
  const { text, cursor, lines, value } = request;
  const node = schemaAt(cursor.path, request.schema);
  if (node === undefined) return [];
  const typedWhole = text.slice(cursor.start, cursor.end);
  const written = valueAt(value, cursor.path);
  const present = new Set(typeof written === 'object' && written !== null ? Object.keys(written) : []);
  const hasColon = /^["']?\s*:/.test(text.slice(cursor.end, cursor.end + 20));
  return supportedFields(node)
    .filter((name) => name === typedWhole || !present.has(name))
    .map((name) => {
      const schema = fieldSchema(node, name);
      const required = node.required?.includes(name) === true;
      const whole = cursor.flow ? flowSnippet(name, schema) : blockSnippet(name, schema, '', { next: 1 });
      return {
        label: name,
        kind: 'field' as const,
        insertText: hasColon || cursor.quote !== undefined ? name : whole,
        detail: required ? 'required' : (schema.title ?? ''),
        documentation: documentation(name, schema),
        range: lines.range({ start: cursor.start, end: cursor.end }),
      };
    });
}

/** The values of an enumeration, or else the examples of a field. */
export function completeExamples(request: FieldRequest): readonly CompletionItem[] {
  const { cursor, lines, schema } = request;
  const node = schemaAt(cursor.path, schema);
  const values = node?.enum ?? (node?.examples ?? []).filter((example) => typeof example !== 'object');
  return values.map((value, index) => {
    const label = String(value);
    const needsQuotes =
      typeof value === 'string' && cursor.quote === undefined && !/^[A-Za-z_][\w.-]*$/.test(label);
    return {
      label,
      kind: 'value' as const,
      insertText: escapeSnippet(needsQuotes ? JSON.stringify(label) : label),
      detail: value === node?.default ? 'default' : '',
      documentation: node?.enumDescriptions?.[index] ?? node?.markdownDescription ?? '',
      range: lines.range({ start: cursor.start, end: cursor.end }),
    };
  });
}

/** A field with everything required below it, each on a line of its own; editors indent the lines as the first. */
function blockSnippet(
  name: string,
  schema: SchemaNode,
  indentation: string,
  stops: { next: number },
): string {
  const items = schema.items === undefined ? undefined : resolved(schema.items);
  if (items?.properties !== undefined) {
    // A list of mappings begins with one of them, its first field behind the dash.
    const inner = `${indentation}    `;
    const [first = ''] = items.required ?? Object.keys(items.properties);
    return `${name}:\n${indentation}  - ${blockSnippet(first, fieldSchema(items, first), inner, stops)}`;
  }
  if (schema.properties !== undefined) {
    const required = schema.required ?? Object.keys(schema.properties).slice(0, 1);
    const inner = `${indentation}  `;
    const lines = required.map(
      (field) => inner + blockSnippet(field, fieldSchema(schema, field), inner, stops),
    );
    return `${name}:\n${lines.join('\n')}`;
  }
  return `${name}: ${valueSnippet(schema, stops)}`;
}

function fieldSchema(node: SchemaNode, name: string): SchemaNode {
  const schema = node.properties?.[name];
  return schema === undefined ? {} : resolved(schema);
}

function flowSnippet(name: string, schema: SchemaNode): string {
  return `${name}: ${valueSnippet(schema, { next: 1 })}`;
}

function valueSnippet(schema: SchemaNode, stops: { next: number }): string {
  const stop = stops.next;
  stops.next += 1;
  const types = [schema.type ?? []].flat();
  if (types.includes('array')) return `[$${stop}]`;
  if (types.includes('object')) {
    const required = schema.required ?? [];
    if (required.length === 0) return `{ $${stop} }`;
    const inner = required.map((field) => `${field}: ${valueSnippet(fieldSchema(schema, field), stops)}`);
    return `{ ${inner.join(', ')} }`;
  }
  if (schema.enum !== undefined) return `\${${stop}|${schema.enum.join(',')}|}`;
  const preset = schema.default;
  const needsQuotes = typeof preset === 'string' && /^[/{]/.test(preset);
  if (preset === undefined || preset === '') return `$${stop}`;
  const shown = escapeSnippet(String(preset));
  return needsQuotes ? `"\${${stop}:${shown}}"` : `\${${stop}:${shown}}`;
}

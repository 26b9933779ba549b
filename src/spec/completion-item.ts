/** The shapes that completion works with. */
import type { Cursor } from './cursor.ts';
import type { Range } from './diagnostic.ts';
import type { LineTable } from './places.ts';
import type { ProjectView } from './project-view.ts';
import type { SchemaNode } from './schema.ts';

/** One thing that can be written. */
export interface CompletionItem {
  readonly label: string;
  readonly kind: 'template' | 'field' | 'value' | 'placeholder' | 'directory' | 'file' | 'pipeline';
  /** In snippet syntax: `$1` and `${1:text}` are places to fill in. */
  readonly insertText: string;
  /** A few words beside the label. */
  readonly detail: string;
  /** Markdown. */
  readonly documentation: string;
  /** What it replaces. */
  readonly range: Range;
}

/** What is asked of a text that a schema describes. */
export interface FieldRequest {
  readonly text: string;
  readonly cursor: Cursor;
  readonly lines: LineTable;
  /** The document's value as far as it can be read. */
  readonly value: unknown;
  /** What describes the whole document. */
  readonly schema: SchemaNode;
}

/** The same of a spec, and what is known of its project. */
export interface CompletionRequest extends FieldRequest {
  readonly offset: number;
  readonly view: ProjectView;
}

/** Makes plain text stand for itself in a snippet. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

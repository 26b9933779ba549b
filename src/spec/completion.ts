/** What can be written at the cursor, as plain data that any editor can show. */
import { completeExamples, completeFields, completeTemplates } from './complete-fields.ts';
import { completePath, completeScripts, completeSegment } from './complete-paths.ts';
import { completeRules } from './complete-rules.ts';
import { type CompletionItem, type CompletionRequest, escapeSnippet } from './completion-item.ts';
import { cursorAt } from './cursor.ts';
import { declaredInputs } from './input-values.ts';
import { countCaptures, placeholdersOf } from './placeholders.ts';
import { LineTable, pointerOf } from './places.ts';
import type { ProjectView } from './project-view.ts';
import { SPEC_SCHEMA } from './schema.ts';
import { textAt } from './spec-values.ts';
import { readYaml } from './yaml-document.ts';

/** Everything that fits at `offset`; also for a text that is not valid YAML. Never throws. */
export function complete(text: string, offset: number, view: ProjectView): readonly CompletionItem[] {
  const rules = completeRules(text, offset);
  if (rules !== undefined) return rules;
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return [];
  const request: CompletionRequest = {
    text,
    offset,
    cursor,
    lines: new LineTable(text),
    value: readYaml(text).value,
    view,
    schema: SPEC_SCHEMA,
  };
  if (cursor.kind === 'key') return [...completeTemplates(request), ...completeFields(request)];
  const pointer = pointerOf(cursor.path);
  if (/^\/input\/.*pfs\/repo$/.test(pointer))
    return [...completeUpstream(request), ...completePath(request, '', 'directory')];
  if (/^\/input\/.*pfs\/glob$/.test(pointer)) {
    const repo = [...cursor.path.slice(0, -1), 'repo'];
    return completeSegment(request, textAt(request.value, repo));
  }
  if (/^\/input\/.*pfs\/(?:join_on|group_by)$/.test(pointer)) return completeCaptures(request);
  if (pointer === '/transform/image') return completeImages(request);
  if (pointer === '/transform/working_dir') return completePath(request, '', 'directory');
  if (/^\/transform\/(?:code|context)\/\d+$/.test(pointer)) return completePath(request, '', 'any');
  if (/^\/transform\/(?:err_)?cmd(?:\/\d+){0,2}$/.test(pointer)) {
    return [
      ...completePlaceholders(request),
      ...completeScripts(request),
      ...completePath(request, '', 'any'),
    ];
  }
  if (/^\/transform\/env\/[^/]+$/.test(pointer) || pointer === '/output') {
    const placeholders = completePlaceholders(request);
    const known = new Set(placeholders.map((item) => item.label));
    return [...placeholders, ...completeExamples(request).filter((item) => !known.has(item.label))];
  }
  return completeExamples(request);
}

/** Other pipelines, whose directories are repos. */
function completeUpstream(request: CompletionRequest): readonly CompletionItem[] {
  const { cursor, lines, view } = request;
  return view.pipelines
    .filter((pipeline) => pipeline.directory !== '' && pipeline.directory.startsWith(cursor.typed))
    .map((pipeline) => ({
      label: pipeline.directory,
      kind: 'pipeline' as const,
      insertText: escapeSnippet(pipeline.directory),
      detail: `results of ${pipeline.name}`,
      documentation: `The recorded results of the pipeline \`${pipeline.name}\`.`,
      range: lines.range({ start: cursor.start, end: cursor.end }),
    }));
}

/** Images of the project; where it has none, what an image can look like. */
function completeImages(request: CompletionRequest): readonly CompletionItem[] {
  const { cursor, lines, view } = request;
  if (view.images.length === 0) return completeExamples(request);
  return view.images.map(({ name, detail, documentation }) => {
    const needsQuotes = cursor.quote === undefined && !/^\w[\w./:@-]*$/.test(name);
    return {
      label: name,
      kind: 'value' as const,
      insertText: escapeSnippet(needsQuotes ? JSON.stringify(name) : name),
      detail,
      documentation,
      range: lines.range({ start: cursor.start, end: cursor.end }),
    };
  });
}

/** The captures of the glob beside a key. */
function completeCaptures(request: CompletionRequest): readonly CompletionItem[] {
  const { cursor, lines, value } = request;
  const glob = textAt(value, [...cursor.path.slice(0, -1), 'glob']) ?? '';
  const captures = countCaptures(glob);
  if (captures === 0) return completeExamples(request);
  return Array.from({ length: captures }, (_, index) => {
    const label = `$${index + 1}`;
    return {
      label,
      kind: 'value' as const,
      insertText: escapeSnippet(cursor.quote === undefined ? JSON.stringify(label) : label),
      detail: `capture ${index + 1} of ${glob}`,
      documentation: '',
      range: lines.range({ start: cursor.start, end: cursor.end }),
    };
  });
}

/** Placeholders, from an opening brace or at the end of what is typed. */
function completePlaceholders(request: CompletionRequest): readonly CompletionItem[] {
  const { text, offset, cursor, lines, value } = request;
  const open = cursor.typed.lastIndexOf('{');
  const inBraces =
    open !== -1 && /^[\w.]*$/.test(cursor.typed.slice(open + 1)) && cursor.typed[open - 1] !== '$';
  const start = inBraces ? cursor.start + open : offset;
  let end = offset;
  if (inBraces) {
    while (end < cursor.end && /[\w.]/.test(text[end] ?? '')) end += 1;
    if (text[end] === '}') end += 1;
  }
  // Outside of quotes a word that begins with a brace would be read as a mapping.
  const bare = cursor.quote === undefined && start === cursor.start;
  const isOutput = cursor.path[0] === 'output';
  return placeholdersOf(declaredInputs(value))
    .filter((placeholder) => !(isOutput && placeholder.temporary))
    .map((placeholder) => {
      const written = `{${placeholder.name}}`;
      return {
        label: written,
        kind: 'placeholder' as const,
        insertText: escapeSnippet(bare ? `"${written}"` : written),
        detail: 'placeholder',
        documentation: placeholder.description,
        range: lines.range({ start, end }),
      };
    });
}

/** The picture as Markdown shows it on GitHub, GitLab, and in many editors: in the language of Mermaid. */

import type { Graph } from './graph.ts';
import type { Looks } from './looks.ts';
import { numbered } from './numbered.ts';
import { plainText } from './plain-text.ts';

/** A flowchart of Mermaid. */
export function mermaidOf(graph: Graph, looks: Looks): string {
  const { nodes, edges, colours } = numbered(graph, looks);
  return [
    'flowchart LR',
    ...nodes.map(({ name, lines, node, state }) => {
      const [open, close] = node.kind === 'repo' ? ['[(', ')]'] : ['[', ']'];
      return `  ${name}${open}${quoted(lines)}${close}:::${state}`;
    }),
    ...edges.map(({ from, to, label }) =>
      label === '' ? `  ${from} --> ${to}` : `  ${from} -->|${quoted([label])}| ${to}`,
    ),
    ...colours.map(({ state, colour, isAbsent }) => {
      const dashes = isAbsent ? ',stroke-dasharray:4 3' : '';
      return `  classDef ${state} stroke:${colour}${dashes}`;
    }),
    '',
  ].join('\n');
}

/** What Mermaid makes formulas and icons of, however it is written: something without width keeps it apart. */
const MEANINGFUL = /\$(?=\$)|:(?=\w)/g;

/**
 * All that is not a letter, a digit or harmless is written by its number: within quotes Mermaid knows HTML, Markdown
 * and directives, and every version somewhat others of them. A point or a dash before a space could begin a list, and a
 * space at the edge would be lost.
 */
const HARMFUL = /[^\p{L}\p{M}\p{N} /.,-]|[.-](?= |$)|^ | (?= |$)/gu;

function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    plainText(line)
      .replace(MEANINGFUL, '$&\u2060')
      .replace(HARMFUL, (character) => `#${character.codePointAt(0)};`),
  );
  return `"${escaped.join('<br/>')}"`;
}

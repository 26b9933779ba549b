/** The picture in the language of Graphviz. */

import type { Graph } from './graph.ts';
import type { Looks } from './looks.ts';
import { numbered } from './numbered.ts';
import { plainText } from './plain-text.ts';

/** A digraph of the DOT language. */
export function dotOf(graph: Graph, looks: Looks): string {
  const { nodes, edges } = numbered(graph, looks);
  return [
    'digraph minipach {',
    '  graph [rankdir=LR, charset="UTF-8"];',
    '  node [fontname="sans-serif", fontsize=12];',
    '  edge [fontname="sans-serif", fontsize=10, color="#8c959f"];',
    ...nodes.map(({ name, lines, node, colour, isAbsent }) => {
      const shape = node.kind === 'repo' ? 'cylinder' : 'box';
      const style = isAbsent ? ', style=dashed' : '';
      return `  ${name} [shape=${shape}, color="${colour}"${style}, label=${quoted(lines)}];`;
    }),
    ...edges.map(({ from, to, label }) => `  ${from} -> ${to} [label=${quoted([label])}];`),
    '}',
    '',
  ].join('\n');
}

/** Within quotes, a quote ends the text, a backslash begins an escape, and an ampersand the name of a character. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    plainText(line).replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/&/g, '&amp;'),
  );
  return `"${escaped.join('\\n')}"`;
}

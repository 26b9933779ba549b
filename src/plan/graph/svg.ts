/** The picture as a file of its own. */
import { drawEdges, drawNode, MARGIN } from './drawing.ts';
import type { Graph } from './graph.ts';
import { layOutGraph } from './layout.ts';
import { type Looks, lookOf } from './looks.ts';
import { markup, shape, short } from './shape.ts';
import { colourRules, DARK, LIGHT, shapeRules } from './style.ts';
import { guessedWidth } from './text-width.ts';

const FONT = 'system-ui,-apple-system,"Segoe UI","Noto Sans","DejaVu Sans",Helvetica,Arial,sans-serif';

/** An SVG document, light or dark as its reader wants it. Programs that do not know of that show the light one. */
export function svgOf(graph: Graph, looks: Looks): string {
  const layout = layOutGraph(graph);
  const width = short(layout.width + 2 * MARGIN);
  const height = short(layout.height + 2 * MARGIN);
  const rules = [
    shapeRules(FONT),
    colourRules(LIGHT),
    `@media (prefers-color-scheme: dark) {\n${colourRules(DARK)}\n}`,
  ];
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const picture = shape('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size }, [
    shape('title', {}, ['Pipelines']),
    shape('style', {}, [`\n${rules.join('\n')}\n`]),
    shape('rect', { class: 'paper', width, height }),
    shape('g', { transform: `translate(${MARGIN} ${MARGIN})` }, [
      drawEdges(layout),
      ...layout.nodes.map((placed) => drawNode(placed, lookOf(looks, placed.node), guessedWidth)),
    ]),
  ]);
  return `${markup(picture)}\n`;
}

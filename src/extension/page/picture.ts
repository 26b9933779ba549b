/** The picture as elements of the page: drawn once, and box by box again as states change. */
import { drawEdges, drawNode } from '../../plan/graph/drawing.ts';
import type { Graph } from '../../plan/graph/graph.ts';
import { type Layout, layOutGraph, type PlacedNode } from '../../plan/graph/layout.ts';
import type { Shape } from '../../plan/graph/shape.ts';
import { TEXT_SIZES, type TextMeasure } from '../../plan/graph/text-width.ts';
import type { SpokenLook, SpokenLooks } from '../graph-messages.ts';

/** A box with its element. */
interface DrawnNode {
  readonly placed: PlacedNode;
  readonly element: SVGElement;
}

/** What is drawn. */
export class Picture {
  readonly #world: SVGGElement;
  readonly #measure: TextMeasure = measureOn(document.body);
  #told = '';
  #layout: Layout = { width: 0, height: 0, nodes: [], edges: [] };
  #nodes = new Map<string, DrawnNode>();
  #joined = new Set<string>();
  /** One for each edge of the layout. */
  #lines: readonly Element[] = [];

  constructor(world: SVGGElement) {
    this.#world = world;
  }

  /** Where everything stands. */
  get layout(): Layout {
    return this.#layout;
  }

  /** Draws a graph; of one that is drawn already, only the looks. Returns whether anything stands elsewhere now. */
  draw(graph: Graph, looks: SpokenLooks): boolean {
    const told = JSON.stringify(graph);
    if (told === this.#told) {
      this.look(looks);
      return false;
    }
    this.#told = told;
    this.#layout = layOutGraph(graph, this.#measure);
    this.#joined = new Set(graph.edges.map(({ from, to }) => joint(from, to)));
    this.#nodes = new Map(
      this.#layout.nodes.map((placed) => {
        const element = elementOf({ tag: 'g', attributes: { role: 'button', tabindex: 0 }, children: [] });
        return [placed.node.id, { placed, element }] as const;
      }),
    );
    this.look(looks);
    const elements = [...this.#nodes.values()].map(({ element }) => element);
    const lines = elementOf(drawEdges(this.#layout));
    this.#lines = [...lines.children];
    this.#world.replaceChildren(lines, ...elements);
    return true;
  }

  /** Draws some boxes anew. Their elements stay, and with them the focus. */
  look(looks: SpokenLooks): void {
    for (const [id, look] of Object.entries(looks)) this.#redraw(id, look);
  }

  /** The box of a node. */
  node(id: string): DrawnNode | undefined {
    return this.#nodes.get(id);
  }

  /** The node that an element belongs to. */
  nodeAt(target: EventTarget | null): DrawnNode | undefined {
    if (!(target instanceof Element)) return undefined;
    const element = target.closest('.node');
    return [...this.#nodes.values()].find((drawn) => drawn.element === element);
  }

  /** Makes the lines of one node stand out from all others; of none, where none is given. */
  markLines(id: string | undefined): void {
    for (const [at, { edge }] of this.#layout.edges.entries())
      this.#lines[at]?.classList.toggle('marked', id !== undefined && (edge.from === id || edge.to === id));
  }

  /** Whether a line joins two nodes. */
  joined(a: string, b: string): boolean {
    return this.#joined.has(joint(a, b)) || this.#joined.has(joint(b, a));
  }

  #redraw(id: string, look: SpokenLook): void {
    const drawn = this.#nodes.get(id);
    if (drawn === undefined) return;
    const { element, placed } = drawn;
    const { attributes, children } = drawNode(placed, look, this.#measure);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    element.setAttribute('aria-label', look.spoken);
    element.replaceChildren(
      ...children.map((child) => (typeof child === 'string' ? child : elementOf(child))),
    );
  }
}

function joint(from: string, to: string): string {
  return `${from}\n${to}`;
}

function elementOf({ tag, attributes, children }: Shape): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.map((child) => (typeof child === 'string' ? child : elementOf(child))));
  return element;
}

/** Measures with the page's own font. */
function measureOn(body: HTMLElement): TextMeasure {
  const canvas = document.createElement('canvas').getContext('2d');
  const { fontFamily } = getComputedStyle(body);
  return (text, kind) => {
    if (canvas === null) return text.length * TEXT_SIZES[kind];
    canvas.font = `${kind === 'name' ? 600 : 400} ${TEXT_SIZES[kind]}px ${fontFamily}`;
    return canvas.measureText(text).width;
  };
}

/** A graph for languages that name nodes by words of their own: nobody else's name is ever more than a text there. */
import type { Graph, GraphNode } from './graph.ts';
import { type LookState, type Looks, lookOf } from './looks.ts';
import { LIGHT, stateColour } from './style.ts';

/** A node with its word. */
interface NumberedNode {
  readonly node: GraphNode;
  readonly name: string;
  /** Its name, and what is told of it. */
  readonly lines: readonly string[];
  readonly state: string;
  readonly colour: string;
  readonly isAbsent: boolean;
}

/** Nodes and edges by their words. */
export interface NumberedGraph {
  readonly nodes: readonly NumberedNode[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[];
  /** Of each state that is there. */
  readonly colours: readonly Pick<NumberedNode, 'state' | 'colour' | 'isAbsent'>[];
}

/** Gives each node a word. */
export function numbered(graph: Graph, looks: Looks): NumberedGraph {
  const nodes = graph.nodes.map((node, at): NumberedNode => {
    const { state, text } = lookOf(looks, node);
    return {
      node,
      name: `n${at}`,
      lines: text === '' ? [node.name] : [node.name, text],
      // `empty` and `default` could be words of such a language some day.
      state: `is-${state}`,
      ...appearanceOf(state),
    };
  });
  const nameOf = new Map(nodes.map(({ node, name }) => [node.id, name]));
  const edges = graph.edges.map(({ from, to, label }) => ({
    from: nameOf.get(from) ?? '',
    to: nameOf.get(to) ?? '',
    label,
  }));
  const colours = [...new Map(nodes.map((node) => [node.state, node])).values()];
  return { nodes, edges, colours };
}

function appearanceOf(state: LookState): Pick<NumberedNode, 'colour' | 'isAbsent'> {
  return { colour: stateColour(state, LIGHT), isAbsent: state === 'absent' };
}

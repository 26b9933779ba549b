/** What the graph's page and the extension say to each other. */
import type { Graph } from '../plan/graph/graph.ts';
import type { NodeLook } from '../plan/graph/looks.ts';

/** How a node looks, and what is said of it to who does not see it. */
export interface SpokenLook extends NodeLook {
  readonly spoken: string;
}

/** Looks by the ids of nodes. */
export type SpokenLooks = Readonly<Record<string, SpokenLook>>;

/** What is said above the picture, or in its place. */
export interface GraphNote {
  readonly text: string;
  /** What the button behind it is called; absent where nothing can be done. */
  readonly action?: string;
}

/** What the extension tells the page. */
export type ToPage =
  /** The whole picture. `folder` comes back after a reload, so that the page is given the same one again. */
  | {
      readonly kind: 'graph';
      readonly folder: string;
      readonly graph: Graph;
      readonly looks: SpokenLooks;
      readonly note: GraphNote | undefined;
    }
  /** Some nodes look otherwise now. */
  | { readonly kind: 'looks'; readonly looks: SpokenLooks }
  /** A node is to be shown, and to have the focus. */
  | { readonly kind: 'show'; readonly id: string };

/** What the page asks for. */
export type FromPage =
  /** It has been loaded, and shows nothing yet. */
  | { readonly kind: 'ready' }
  /** A node was clicked. */
  | { readonly kind: 'open'; readonly id: string }
  /** The button behind the note was pressed. */
  | { readonly kind: 'act' };

/** A message of the page; `undefined` for anything else: a page is not trusted more than what it can be needed for. */
export function fromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  const { kind } = message;
  if (kind === 'ready' || kind === 'act') return { kind };
  if (kind !== 'open' || !('id' in message) || typeof message.id !== 'string') return undefined;
  return { kind, id: message.id };
}

/** The folder that a page showed before the window was reloaded. */
export function folderOfState(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('folder' in state)) return undefined;
  return typeof state.folder === 'string' ? state.folder : undefined;
}

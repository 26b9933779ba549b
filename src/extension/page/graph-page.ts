/** The script of the graph's page: shows what it is told, moves and zooms it, and says what was asked for. */
import type { FromPage, GraphNote, ToPage } from '../graph-messages.ts';
import { type Arrow, isArrow, nextNode } from '../graph-steps.ts';
import { fitting, keptView, moved, showing, type View, zoomed } from '../graph-view.ts';
import { Picture } from './picture.ts';

/** What is kept while the page is hidden, and over a reload of the window. */
interface Kept {
  readonly folder: string;
  readonly view: View;
  readonly focus: string | undefined;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: Kept): void;
};

const vscode = acquireVsCodeApi();

function byId<E extends Element>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${id}.`);
  return found;
}

const svg = byId('picture', SVGSVGElement);
const world = byId('world', SVGGElement);
const note = byId('note', HTMLParagraphElement);
const picture = new Picture(world);

const before = (vscode.getState() ?? {}) as Partial<Record<keyof Kept, unknown>>;
let folder = '';
let view = keptView(before.view);
/** The node that had the focus last. */
let focus = typeof before.focus === 'string' ? before.focus : undefined;

let isRestoring = false;

/** Zooming by a key or a button. */
const STEP = 1.25;
/** Pixels that an arrow key moves the picture. */
const STRIDE = 60;
/** Pixels that a pointer may tremble in a click. */
const TREMOR = 4;

function setView(next: View): void {
  view = next;
  world.setAttribute('transform', `translate(${next.x} ${next.y}) scale(${next.scale})`);
  keep();
}

function keep(): void {
  if (view) vscode.setState({ folder, view, focus });
}

function current(): View {
  return view ?? { x: 0, y: 0, scale: 1 };
}

function showAll(): void {
  setView(fitting(picture.layout, svg.getBoundingClientRect()));
}

function zoomBy(factor: number, at?: { readonly x: number; readonly y: number }): void {
  const { left, top, width, height } = svg.getBoundingClientRect();
  setView(zoomed(current(), factor, at ? at.x - left : width / 2, at ? at.y - top : height / 2));
}

/** Gives a node the focus, and moves the picture if it is not seen. */
function show(id: string): void {
  const drawn = picture.node(id);
  if (!drawn) return;
  drawn.element.focus({ preventScroll: true });
  setView(showing(current(), drawn.placed, svg.getBoundingClientRect()));
}

/** Gives back the focus that a node had, where it was: nobody has asked to see it. */
function restoreFocus(id: string): void {
  isRestoring = true;
  picture.node(id)?.element.focus({ preventScroll: true });
  isRestoring = false;
}

function showNote(told: GraphNote | undefined): void {
  const [text, button] = note.children;
  note.hidden = told === undefined;
  if (text) text.textContent = told?.text ?? '';
  if (!(button instanceof HTMLButtonElement)) return;
  button.hidden = told?.action === undefined;
  button.textContent = told?.action ?? '';
}

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === 'looks') return picture.look(data.looks);
  if (data.kind === 'show') return show(data.id);
  if (data.kind !== 'graph') return;
  folder = data.folder;
  showNote(data.note);
  const hadFocus = picture.nodeAt(document.activeElement)?.placed.node.id;
  const isEmpty = picture.layout.nodes.length === 0;
  if (picture.draw(data.graph, data.looks) && hadFocus !== undefined) show(hadFocus);
  // What a person has moved stays where it is; what is drawn first is shown whole.
  if (view !== undefined) setView(view);
  else if (data.graph.nodes.length > 0) showAll();
  if (isEmpty && focus !== undefined && document.hasFocus()) restoreFocus(focus);
});

/** Of the node below the pointer, else of that with the focus. */
function markLines(target: EventTarget | null): void {
  picture.markLines((picture.nodeAt(target) ?? picture.nodeAt(document.activeElement))?.placed.node.id);
}

svg.addEventListener('pointerover', ({ target }) => markLines(target));
svg.addEventListener('pointerleave', () => markLines(null));

document.addEventListener('focusin', ({ target }) => {
  markLines(target);
  const drawn = picture.nodeAt(target);
  if (!drawn) return;
  focus = drawn.placed.node.id;
  keep();
  // A box that is clicked is seen already, and the picture must not move under the pointer.
  if (!isRestoring && drawn.element.matches(':focus-visible'))
    setView(showing(current(), drawn.placed, svg.getBoundingClientRect()));
});

function open(id: string): void {
  vscode.postMessage({ kind: 'open', id });
}

function arrow(key: Arrow, from: ReturnType<Picture['nodeAt']>): void {
  if (from !== undefined) {
    const joined = (a: string, b: string): boolean => picture.joined(a, b);
    const next = nextNode(picture.layout.nodes, from.placed, key, joined);
    if (next) show(next.node.id);
    return;
  }
  const right = key === 'ArrowLeft' ? STRIDE : key === 'ArrowRight' ? -STRIDE : 0;
  const down = key === 'ArrowUp' ? STRIDE : key === 'ArrowDown' ? -STRIDE : 0;
  setView(moved(current(), right, down));
}

document.addEventListener('keydown', (event) => {
  const { key, target, shiftKey } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLButtonElement) return;
  const drawn = picture.nodeAt(target);
  if (isArrow(key)) arrow(key, shiftKey ? undefined : drawn);
  else if (key === '+' || key === '=') zoomBy(STEP);
  else if (key === '-') zoomBy(1 / STEP);
  else if (key === '0') showAll();
  else if (drawn && (key === 'Enter' || key === ' ')) open(drawn.placed.node.id);
  else return;
  event.preventDefault();
});

svg.addEventListener(
  'wheel',
  (event) => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const [x, y] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey) zoomBy(Math.exp(-y / 300), event);
    else if (event.shiftKey && x === 0) setView(moved(current(), -y, 0));
    else setView(moved(current(), -x, -y));
  },
  { passive: false },
);

/** Where the pointer that is down was last. */
let drag: { readonly id: number; readonly x: number; readonly y: number } | undefined;
/** Whether the picture has been moved since the pointer went down: then it is no click. */
let isMoved = false;

svg.addEventListener('pointerdown', ({ button, pointerId, clientX, clientY }) => {
  if (button !== 0) return;
  drag = { id: pointerId, x: clientX, y: clientY };
  isMoved = false;
});

svg.addEventListener('pointermove', ({ pointerId, clientX, clientY }) => {
  if (drag?.id !== pointerId) return;
  const [right, down] = [clientX - drag.x, clientY - drag.y];
  if (!isMoved && Math.hypot(right, down) < TREMOR) return;
  // So that it goes on outside of the page.
  if (!isMoved) svg.setPointerCapture(pointerId);
  isMoved = true;
  drag = { id: pointerId, x: clientX, y: clientY };
  svg.classList.add('dragged');
  setView(moved(current(), right, down));
});

for (const end of ['pointerup', 'pointercancel'] as const)
  svg.addEventListener(end, () => {
    drag = undefined;
    svg.classList.remove('dragged');
  });

svg.addEventListener('click', ({ target }) => {
  const drawn = isMoved ? undefined : picture.nodeAt(target);
  if (drawn) open(drawn.placed.node.id);
});

byId('in', HTMLButtonElement).addEventListener('click', () => zoomBy(STEP));
byId('out', HTMLButtonElement).addEventListener('click', () => zoomBy(1 / STEP));
byId('fit', HTMLButtonElement).addEventListener('click', showAll);
note.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) vscode.postMessage({ kind: 'act' });
});

vscode.postMessage({ kind: 'ready' });

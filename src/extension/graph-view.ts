/** Which part of the graph is seen, and how large. Free of the editor, and of the page. */

/** Where the picture's origin is on the page, in pixels, and how many of these a unit of the picture takes. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** A length and a height. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A box of the picture, in its units. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

const LEAST = 0.05;
const MOST = 4;

/** Pixels that are left free around what is shown. */
const BORDER = 24;

/** A view that was kept, if it is one. */
export function keptView(value: unknown): View | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { x, y, scale } = value as Partial<Record<keyof View, unknown>>;
  const isNumber = (one: unknown): one is number => typeof one === 'number' && Number.isFinite(one);
  if (!isNumber(x) || !isNumber(y) || !isNumber(scale)) return undefined;
  return { x, y, scale: within(scale) };
}

/** The whole picture, no larger than it is, from the top left where it is small. */
export function fitting(picture: Size, page: Size): View {
  const scale = Math.min(
    1,
    (page.width - 2 * BORDER) / Math.max(1, picture.width),
    (page.height - 2 * BORDER) / Math.max(1, picture.height),
  );
  return { x: BORDER, y: BORDER, scale: within(scale) };
}

/** Moved by pixels. */
export function moved({ x, y, scale }: View, right: number, down: number): View {
  return { x: x + right, y: y + down, scale };
}

/** Larger or smaller, while one point of the page stays where it is. */
export function zoomed({ x, y, scale }: View, factor: number, atX: number, atY: number): View {
  const next = within(scale * factor);
  const by = next / scale;
  return { x: atX - (atX - x) * by, y: atY - (atY - y) * by, scale: next };
}

/** Moved no further than is needed to see a box. */
export function showing(view: View, box: Box, page: Size): View {
  const shift = (place: number, length: number, room: number): number => {
    const before = BORDER - place;
    const after = place + length + BORDER - room;
    if (before > 0 || length + 2 * BORDER > room) return before;
    return after > 0 ? -after : 0;
  };
  const { x, y, scale } = view;
  const right = shift(x + box.x * scale, box.width * scale, page.width);
  const down = shift(y + box.y * scale, box.height * scale, page.height);
  return moved(view, right, down);
}

function within(scale: number): number {
  return Math.min(MOST, Math.max(LEAST, scale));
}

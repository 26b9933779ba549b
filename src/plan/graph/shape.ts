/** A drawing as plain data: an editor makes elements of it, the command line text. */

/** An element of SVG. */
export interface Shape {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

/** An element. */
export function shape(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly (Shape | string)[] = [],
): Shape {
  return { tag, attributes, children };
}

/** A length or a place; a hundredth of a pixel is more than is seen. */
export function short(length: number): number {
  return Math.round(length * 10) / 10;
}

/** The drawing as a text of XML, in which names are only ever text. */
export function markup({ tag, attributes, children }: Shape): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const open = `<${tag}${written.join('')}`;
  if (children.length === 0) return `${open}/>`;
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : markup(child)));
  return `${open}>${inside.join('')}</${tag}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

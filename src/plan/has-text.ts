/** Finding names by a part of them, in the same way everywhere. */

/** Whether a name has a text in it, whatever the case of letters; every name has the empty text. */
export function hasText(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.toLowerCase());
}

/** Placeholder until the editor branch lands. */
export {};

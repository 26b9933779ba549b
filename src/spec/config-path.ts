/** Where a project keeps its settings: a module of its own, for who only wants to know the file. */

/** Relative to the project's root. */
export const CONFIG_PATH = '.minipach/config.yml';

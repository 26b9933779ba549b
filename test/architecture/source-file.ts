/**
 * A source file as the architecture rules look at it. Biome has formatted every file, so that imports and exports
 * can be found line by line; comments and strings are blanked out first, so that words in them count for nothing.
 */
import { posix } from 'node:path';

/** One file of the project. */
export interface SourceFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with comments and the insides of strings replaced by spaces, position for position. */
  readonly code: string;
  /** What it imports or re-exports, types included; relative ones as paths from the project's root. */
  readonly imports: readonly string[];
}

/** Reads what the rules need from a file's text. */
export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, code: blankOut(text), imports: importsOf(path, text) };
}

/**
 * Replaces comments and the insides of strings and regular expressions by spaces. Expressions inside a template
 * literal are blanked with it, which the rules can live with.
 */
export function blankOut(text: string): string {
  const tokens =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|(?<=(?:^|[(,=:[!&|?{};+]|=>|return)\s*)\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;
  return text.replace(tokens, (token) => token.replace(/[^\n]/g, ' '));
}

function importsOf(path: string, text: string): readonly string[] {
  const code = blankOut(text);
  const found: string[] = [];
  // Found in the blanked code, where the quotes are gone too, and read from the text at the same position.
  const starts =
    /(?:^(?:import|export)\b[^;]*?\bfrom|^import|\bimport\(|\brequire\()(?=\s*$|\s{2,}|\s+;|\s*\))/gm;
  for (const match of code.matchAll(starts)) {
    const rest = text.slice(match.index + match[0].length);
    const name = /^\s*['"]([^'"]+)['"]/.exec(rest)?.[1];
    if (name !== undefined) found.push(name.startsWith('.') ? posix.join(posix.dirname(path), name) : name);
  }
  return found;
}

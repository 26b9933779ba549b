/** The words of a command as it is written, each with its place. */
import type { SpecPath } from '../spec/places.ts';
import { valueAt } from '../spec/spec-values.ts';

/** File names that end like this are programs, not data. */
const SCRIPT =
  /\.(?:py|sh|bash|zsh|csh|r|rmd|jl|m|pl|rb|js|mjs|cjs|ts|lua|awk|sed|ipynb|smk|nf|do|sas|tcl)$/i;

/** Whether a file is a script, by its name. */
export function isScript(path: string): boolean {
  return SCRIPT.test(path);
}

/** One word of a command, and where it is in the text at `path`. */
export interface CommandWord {
  readonly path: SpecPath;
  readonly text: string;
  readonly offset: number;
  /** Whether it is the program that is started. */
  readonly first: boolean;
}

/** The words of `cmd` or `err_cmd`, of a list or of a string; also in a spec that is not right yet. */
export function commandWords(value: unknown, field: 'cmd' | 'err_cmd'): readonly CommandWord[] {
  const path: SpecPath = ['transform', field];
  const cmd = valueAt(value, path);
  if (typeof cmd === 'string') {
    // A shell's own grammar is not read here; what has no quotes or operators in it is taken for a word.
    return [...cmd.matchAll(/[^\s'"`|;&<>()$]+/g)].map((found) => {
      const before = cmd.slice(0, found.index).trimEnd();
      const first = before === '' || /[|;&(]$/.test(before);
      return { path, text: found[0], offset: found.index, first };
    });
  }
  if (!Array.isArray(cmd)) return [];
  return cmd.flatMap((word: unknown, at): CommandWord[] => {
    if (typeof word === 'string') return [{ path: [...path, at], text: word, offset: 0, first: at === 0 }];
    if (!Array.isArray(word)) return [];
    return word.flatMap((inner: unknown, within): CommandWord[] =>
      typeof inner === 'string'
        ? [{ path: [...path, at, within], text: inner, offset: 0, first: false }]
        : [],
    );
  });
}

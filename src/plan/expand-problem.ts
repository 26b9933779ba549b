/** Why a command cannot be expanded for a datum, and the words for it. */
import type { SpecPath } from '../spec/places.ts';

/** A command that cannot be expanded, in one sentence. */
export interface ExpandProblem {
  readonly reason: 'several-paths' | 'different-counts' | 'maybe-no-path';
  readonly message: string;
  /** The word or text that it is about. */
  readonly path: SpecPath;
}

/** A placeholder with several paths inside a word. */
export function severalPaths(word: string, path: SpecPath): ExpandProblem {
  const message = `\`${word}\` holds a placeholder with several paths: write the placeholder as a word of its own, or put the words to repeat in a nested list.`;
  return { reason: 'several-paths', message, path };
}

/** A placeholder with several paths in a variable of the spec. */
export function severalInVariable(name: string, template: string): ExpandProblem {
  const message = `The variable \`${name}\` takes one text, and \`${template}\` holds a placeholder with several paths: the variables that are named like inputs have all of their paths, one a line.`;
  return { reason: 'several-paths', message, path: ['transform', 'env', name] };
}

/** A command of which nothing is left. */
export function nothingLeft(path: SpecPath): ExpandProblem {
  const message =
    'Nothing is left of the command for a datum that has no path for its placeholders: let it begin with a program.';
  return { reason: 'maybe-no-path', message, path };
}

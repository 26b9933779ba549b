/** Names as people see them: those of files, and so of datums and pipelines, can hold anything but a zero. */
import { shellQuote } from './shell.ts';

/** A name with every control character escaped, for a terminal, a list or a sentence. */
export function shownName(name: string): string {
  return name.replace(/\p{Cc}/gu, escapedControl);
}

/** A control character as bash and zsh read it in `$'…'`. */
export function escapedControl(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code < 0x80 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`;
}

/** A name as a word of a command that people are told to type. */
export function shownWord(name: string): string {
  if (shownName(name) === name) return shellQuote(name);
  return `$'${shownName(name.replace(/[\\']/g, '\\$&'))}'`;
}

/** A datum's name as commands take it; that of a pipeline without further names has a word of its own. */
export function datumName(pipeline: string, datum: string): string {
  return `${pipeline}/${datum || '(all)'}`;
}

/** A datum's name where no command is to take it: that of a pipeline without further names is the pipeline's. */
export function briefName(pipeline: string, datum: string): string {
  return datum === '' ? pipeline : `${pipeline}/${datum}`;
}

/**
 * Writing `cmd` the other way, as a list or as a string, where that changes nothing about what is run. A list is run
 * as it stands and a string by a shell, so whatever a shell could read in a way of its own is not offered.
 */
import { commentsOf } from './comments.ts';
import type { Fix } from './diagnostic.ts';
import type { Place } from './places.ts';
import { valueAt } from './spec-values.ts';
import { readYaml, type YamlDocument } from './yaml-document.ts';

const CMD = ['transform', 'cmd'];

/** What a shell does itself instead of starting a program, or reads as its grammar. */
const SHELL_WORDS = new Set(
  `. : [ [[ ! { } alias bg bind break builtin case cd command continue coproc declare dirs disown do done echo elif else
  enable esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs kill let local
  logout mapfile newgrp popd printf pushd pwd read readarray readonly return select set shift shopt source suspend test
  then time times trap true type typeset ulimit umask unalias unset until wait while`.split(/\s+/),
);

/** A word of a shell command that is one word without the shell, too; placeholders are inserted as one. */
const PLAIN_WORD = /^(?:[\w@%+=:,./-]|\{[A-Za-z0-9_][\w.]*\})+$/;

/** The ways to write the `cmd` at an offset; none elsewhere. */
export function commandRewrites(text: string, offset: number): readonly Fix[] {
  const document = readYaml(text);
  const place = document.places.at(CMD);
  if (place?.key === undefined || place.aliased || document.diagnostics.length > 0) return [];
  if (offset < place.key.start || offset > place.value.end) return [];
  const cmd = valueAt(document.value, CMD);
  if (typeof cmd === 'string') {
    const words = wordsOf(cmd);
    // Of several paths a shell makes several words, and a list wants a word for them alone.
    const isGrouped = JSON.stringify(valueAt(document.value, ['input']) ?? null).includes('"group":');
    return words === undefined || (isGrouped && words.some((word) => /[^}]\{|\}./.test(word)))
      ? []
      : rewrite('Write `cmd` as a list', words, [listText(words)], place, document, text);
  }
  const command = commandOf(cmd);
  if (command === undefined) return [];
  const plain = /^[A-Za-z/](?:[^#:\n]*[^#:\s])?$/.test(command) ? [command] : [];
  const written = [...plain, JSON.stringify(command)];
  return rewrite('Write `cmd` as a string', command, written, place, document, text);
}

/** The first way of writing a value after which the spec says that value and else the same. */
function rewrite(
  title: string,
  value: unknown,
  written: readonly string[],
  { key, value: span }: Place,
  document: YamlDocument,
  text: string,
): readonly Fix[] {
  if (key === undefined) return [];
  const between = text.slice(key.end, span.start);
  // An anchor or a tag in front belongs to the value, and a comment would be lost.
  if (!/^\s*:\s*$/.test(between)) return [];
  if (commentsOf(text).some(({ start }) => start > key.end && start < span.end)) return [];
  const others = JSON.stringify(withoutCommand(document.value));
  for (const one of written) {
    const newText = `: ${one}`;
    const changed = readYaml(text.slice(0, key.end) + newText + text.slice(span.end));
    if (
      changed.diagnostics.length > 0 ||
      JSON.stringify(valueAt(changed.value, CMD)) !== JSON.stringify(value)
    )
      continue;
    if (JSON.stringify(withoutCommand(changed.value)) !== others) continue;
    return [{ title, range: document.lines.range({ start: key.end, end: span.end }), newText }];
  }
  return [];
}

function withoutCommand(value: unknown): unknown {
  const transform = valueAt(value, ['transform']) as object;
  return { ...(value as object), transform: { ...transform, cmd: null } };
}

/** The words of a string, when a shell would start exactly them. */
function wordsOf(cmd: string): readonly string[] | undefined {
  const words = cmd.trim().split(/[ \t]+/);
  const [program = ''] = words;
  const simple = words.every((word) => PLAIN_WORD.test(word));
  return simple && isProgram(program) && !cmd.trim().includes('\n') ? words : undefined;
}

function listText(words: readonly string[]): string {
  return `[${words.map(yamlWord).join(', ')}]`;
}

/** The string that makes a shell start exactly the words of a list. */
function commandOf(cmd: unknown): string | undefined {
  if (!Array.isArray(cmd) || !cmd.every((word) => typeof word === 'string')) return undefined;
  const [program = ''] = cmd as readonly string[];
  // Doubled braces and braces within braces are read word by word, which joining them would change.
  const clear = cmd.every(
    (word: string) => !/[\n\r]|\$\{/.test(word) && /^(?:[^{}]|\{[A-Za-z0-9_][\w.]*\})*$/.test(word),
  );
  // The name of a file that must be quoted would no longer be seen as code that the command needs.
  const isFile = cmd.some((word: string) => /[\s;&|<>()"'`]/.test(word) && /\.\w+$/.test(word));
  return clear && !isFile && isProgram(program) ? cmd.map(shellWord).join(' ') : undefined;
}

/** Something that a shell would start, too, and not a variable, a placeholder or a part of its language. */
function isProgram(word: string): boolean {
  return /^[\w/.-][\w@%+:,./-]*$/.test(word) && !SHELL_WORDS.has(word);
}

/** Placeholders bring quotes of their own, so only what is between them is quoted. */
function shellWord(word: string): string {
  if (word === '') return "''";
  return word
    .split(/(\{[^{}]*\})/)
    .map((part) => (/^$|^\{|^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`))
    .join('');
}

/** A word within brackets, in quotes unless every YAML reader takes it for text. */
function yamlWord(word: string): string {
  const plain = /^(?:[A-Za-z_/]|\.?\/|--?[A-Za-z])[\w./-]*$/.test(word);
  return plain && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(word) ? word : JSON.stringify(word);
}

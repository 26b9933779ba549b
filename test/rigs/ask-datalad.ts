/** Asking the installed DataLad itself, by a script in the Python that it is installed for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives a script of this folder lines, and reads the line of JSON that answers each: one process for all.
 * @param program - Where `datalad` is.
 */
export function askDatalad<T>(program: string, script: string, lines: readonly string[]): T[] {
  // That Python need not be the first one of the path.
  const python = /^#!\s*(\S+)/.exec(readFileSync(program, 'utf8'))?.[1] ?? 'python3';
  const { stdout, stderr } = spawnSync(python, [join(import.meta.dirname, script)], {
    input: lines.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const answers = stdout.split('\n').filter(Boolean);
  assert.equal(answers.length, lines.length, stderr);
  return answers.map((answer) => JSON.parse(answer) as T);
}

/** Writing for people: plain lines, colour where the terminal has it, and none where `NO_COLOR` is set. */
import picocolors from 'picocolors';
import type { DatumState, StateCounts } from '../plan/report.ts';
import { escapedControl } from '../plan/shown-name.ts';
import { countsInOrder } from '../plan/state-order.ts';

const colours = picocolors;

/** Exit codes of every command. */
export const EXIT = {
  ok: 0,
  /** Jobs failed, or what was asked for could not all be done. */
  failed: 1,
  /** The command line or a spec is wrong. */
  usage: 2,
  /** Something outside the specs is missing or in the way. */
  environment: 3,
  stopped: 130,
} as const;

/** Writes one line to standard output. */
export function say(line = ''): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** Writes a document for machines on one line. */
export function sayJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

/** Writes one line to standard error. */
export function complain(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** A line whose control characters are escaped, for names of files, which can hold any, stand in many sentences; colours stay. */
export function printable(line: string): string {
  return line.replace(/\p{Cc}(?:\[\d+m)?/gu, (found) => {
    const [first = '', ...rest] = found;
    const isColour = colours.isColorSupported && rest.length > 0 && first === '\u001b';
    return isColour ? found : escapedControl(first) + rest.join('');
  });
}

/** Writes an error as every command does. */
export function complainOf(message: string): void {
  complain(`${colours.red('minipach:')} ${message}`);
}

/** Text in the colour of a state. */
export function inStateColour(state: DatumState, text: string): string {
  switch (state) {
    case 'done':
      return colours.green(text);
    case 'failed':
    case 'modified':
      return colours.red(text);
    case 'running':
      return colours.cyan(text);
    case 'blocked':
    case 'orphaned':
      return colours.dim(text);
    default:
      return colours.yellow(text);
  }
}

/** Faint text, for what is worth less than the rest of a line. */
export function faint(text: string): string {
  return colours.dim(text);
}

/** Strong text. */
export function strong(text: string): string {
  return colours.bold(text);
}

/** `17 done, 3 pending`; states without a datum are left out. */
export function countsText(counts: StateCounts): string {
  const parts = countsInOrder(counts)
    .map(([state, count]) => inStateColour(state, `${count} ${state}`))
    .reverse();
  return parts.join(', ') || faint('no datum');
}

/** The first line about a pipeline. */
export function headingText(name: string, counts: StateCounts, why: string | undefined): string {
  return `${strong(name)}  ${countsText(counts)}${why === undefined ? '' : `  ${faint(why)}`}`;
}

/** `1 datum`, `2 datums`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

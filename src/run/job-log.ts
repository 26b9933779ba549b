/** The log of a job: what its tries print, in one file that stays of a size that people can open. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const MIB = 1 << 20;

/** Bytes that one try may print before its middle is left out. */
export const LOG_LIMIT = 64 * MIB;

/** Bytes that are kept of its beginning, and of its end, once it is longer than that. */
export const LOG_ENDS = 8 * MIB;

/** Milliseconds between two looks at how long a log has grown. */
const INTERVAL = 200;

/** Bytes at the end of a log in which the last words of a command are looked for. */
const LAST_WORDS = 16_384;

/** Characters of a line that are shown with a failure. */
const SHOWN = 300;

/** Lines that say what went wrong, as programs write them, and that need not be the last: output of before may follow. */
const COMPLAINT =
  /^(?:[\w.]+\.)?\w*(?:Error|Exception|Interrupt)(?::|\(| in |$)|^(?:\S+: )?(?:fatal|error|panic|abort(?:ed)?)(?: error)?:/i;

/** Characters that are no text. */
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;

/**
 * The log of one try. The job writes to the file itself, so that nothing is lost with the runner; a job that floods it
 * is let go on, and the middle is left out while it runs.
 */
export class JobLog {
  /** What the job's output goes to. */
  readonly descriptor: number;
  readonly #start: number;
  readonly #timer: NodeJS.Timeout;
  /** The last bytes of what was cut off. */
  #tail = Buffer.alloc(0);
  #cut = 0;

  /** @param isFirst - Whether the file begins with this try. */
  constructor(path: string, isFirst: boolean) {
    // Everybody appends: whoever kept a position of his own would leave a hole where the middle was.
    this.descriptor = openSync(path, 'a+');
    if (isFirst) ftruncateSync(this.descriptor);
    this.#start = fstatSync(this.descriptor).size;
    this.#timer = setInterval(() => this.#bound(), INTERVAL);
    this.#timer.unref();
  }

  /** Adds a line of ours. */
  note(line: string): void {
    writeSync(this.descriptor, `${line}\n`);
  }

  /**
   * Bounds the log for good, once nobody else writes to it.
   * @returns The line in which the command has probably said what was wrong; `undefined` when it said nothing.
   */
  finish(): string | undefined {
    clearInterval(this.#timer);
    this.#bound();
    if (this.#cut > 0) {
      const since = this.#read(this.#middle, this.#size() - this.#middle);
      const tail = Buffer.concat([this.#tail, since]).subarray(-LOG_ENDS);
      const left = this.#cut + since.length - tail.length;
      ftruncateSync(this.descriptor, this.#middle);
      this.note(`\n[minipach] About ${Math.ceil(left / MIB)} MiB are left out here: ${LIMIT_SAID}`);
      writeSync(this.descriptor, tail);
    }
    const from = Math.max(this.#start, this.#size() - LAST_WORDS);
    return lastWords(this.#read(from, LAST_WORDS).toString('utf8'));
  }

  /** Closes the file. */
  close(): void {
    clearInterval(this.#timer);
    closeSync(this.descriptor);
  }

  get #middle(): number {
    return this.#start + LOG_ENDS;
  }

  #size(): number {
    return fstatSync(this.descriptor).size;
  }

  /** Leaves out the middle, as soon as the try has printed more than it may. */
  #bound(): void {
    let size = this.#size();
    if (size - this.#start <= LOG_LIMIT) return;
    const last = [this.#read(Math.max(this.#middle, size - LOG_ENDS), LOG_ENDS)];
    // The job goes on writing. What has come meanwhile is taken along; what comes between the last look and the cut is
    // lost, some kilobytes of a flood.
    for (let look = 0; look < 100; look += 1) {
      const more = this.#read(size, MIB);
      if (more.length === 0) break;
      last.push(more);
      size += more.length;
    }
    ftruncateSync(this.descriptor, this.#middle);
    this.#cut += size - this.#middle;
    this.#tail = Buffer.concat([this.#tail, ...last]).subarray(-LOG_ENDS);
  }

  #read(position: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(Math.max(0, length));
    return buffer.subarray(0, readSync(this.descriptor, buffer, 0, buffer.length, position));
  }
}

const LIMIT_SAID = `one try may print ${LOG_LIMIT / MIB} MiB, beyond which the first and the last ${LOG_ENDS / MIB} MiB are kept.`;

/** The line of a program's output that says best why it failed: a complaint near its end, else its last line. */
export function lastWords(output: string): string | undefined {
  const lines = stripVTControlCharacters(output)
    .replaceAll(CONTROLS, '')
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => /\w/.test(line) && !line.startsWith('[minipach]') && !/^--- .* ---$/.test(line));
  const chosen = lines.findLast((line) => COMPLAINT.test(line)) ?? lines.at(-1);
  if (chosen === undefined) return undefined;
  return chosen.length > SHOWN ? `${chosen.slice(0, SHOWN)}…` : chosen;
}

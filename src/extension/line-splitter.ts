/** Cutting a byte stream into lines; a character or a line may arrive in two pieces. */
import { StringDecoder } from 'node:string_decoder';

/** Calls back once for each whole line; a last line without its newline is kept until more comes. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #take: (line: string) => void;
  #rest = '';

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  /** Takes in the next piece of the stream. */
  push(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) this.#take(line);
  }
}

/** A line of JSON; `undefined` for anything else, such as a warning that Node printed. */
export function parseLine<Line extends object>(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

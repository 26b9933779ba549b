/** The end of a log as an editor shows it, whatever its writer's pace. Free of the editor. */
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import type { Continuation } from './follow-file.ts';

/** Characters of a log that are shown, of a longer one its end; an editor that is sent 100 MB four times a second stops answering. */
export const LONGEST_LOG = 200_000;

/** Keeps the end of what is pushed. */
export class LogText {
  /** A character may be cut in two by the end of a piece. */
  #decoder = new StringDecoder('utf8');
  #isReturned = false;
  #text = '';
  #isCut = false;

  /** The text, without colours; of a line that was drawn over and over only what stood last. */
  get text(): string {
    return this.#text;
  }

  /** Whether the beginning is left out. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Takes in a piece of the log. */
  push(chunk: Buffer, continuation: Continuation): void {
    if (continuation !== 'more') {
      this.#decoder = new StringDecoder('utf8');
      this.#isReturned = false;
      this.#text = '';
      this.#isCut = continuation === 'skipped';
    }
    const written = this.#decoder.write(chunk);
    // Whether a line that ended with a return is drawn over is told by what comes next.
    if (this.#isReturned && written !== '' && !written.startsWith('\n'))
      this.#text = this.#text.slice(0, this.#text.lastIndexOf('\n') + 1);
    if (written !== '') this.#isReturned = written.endsWith('\r');
    const more = readable(this.#isReturned ? written.slice(0, -1) : written);
    // What is left out in the middle of a line begins with the next one.
    this.#text += continuation === 'skipped' ? more.slice(more.indexOf('\n') + 1) : more;
    if (this.#text.length <= LONGEST_LOG) return;
    this.#text = this.#text.slice(this.#text.indexOf('\n', this.#text.length - LONGEST_LOG / 2) + 1);
    this.#isCut = true;
  }
}

function readable(text: string): string {
  const plain = text.includes('\u001b') ? stripVTControlCharacters(text) : text;
  if (!plain.includes('\r')) return plain;
  return plain.replaceAll('\r\n', '\n').replace(/[^\n]*\r/g, '');
}

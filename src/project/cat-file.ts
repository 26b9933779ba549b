/** Reading many git objects through one long-lived `git cat-file --batch`. */
import { type BatchChild, startBatch } from './process.ts';
import { wordsOf } from './words-of.ts';

/** One object as git stores it. */
export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly content: Buffer;
}

interface Question {
  readonly name: string;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A conversation with `git cat-file --batch`. Questions are answered in order, any number may be open.
 * Close it when done, or the process lives as long as this one.
 */
export class CatFile {
  readonly #child: BatchChild;
  readonly #questions: Question[] = [];
  #chunks: Buffer[] = [];
  #buffered = 0;
  #wanted = 0;
  #header: { id: string; type: string; size: number } | undefined;
  #failure: Error | undefined;

  /** @param options - For git itself, such as those that name another repository than that of the folder. */
  constructor(cwd: string, options: readonly string[] = []) {
    this.#child = startBatch('git', [...options, 'cat-file', '--batch'], { cwd });
    this.#child.onData((chunk) => this.#take(chunk));
    void this.#child.closed.then(({ stderr }) => {
      this.#failure = new Error(`git cat-file ended early: ${wordsOf(stderr) || 'no message'}`);
      for (const question of this.#questions.splice(0)) question.reject(this.#failure);
    });
  }

  /**
   * The object of a name, such as a blob id or `<commit>:<path>`; `undefined` when there is none.
   * The name must not contain a newline: the batch format has no quoting.
   */
  read(name: string): Promise<GitObject | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      if (name.includes('\n')) return resolve(undefined);
      this.#questions.push({ name, resolve, reject });
      this.#child.write(`${name}\n`);
    });
  }

  /** Ends the process once all open questions are answered. */
  close(): void {
    this.#child.end();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    // Joining on every chunk would copy a large object once a chunk; wait until it can be whole.
    if (this.#buffered < this.#wanted) return;
    let data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (;;) {
      if (this.#header === undefined) {
        const end = data.indexOf(10);
        if (end < 0) break;
        const line = data.toString('utf8', 0, end);
        data = data.subarray(end + 1);
        const header = / (\S+) (\d+)$/.exec(line);
        if (header === null || line.endsWith(' missing')) {
          this.#questions.shift()?.resolve(undefined);
          continue;
        }
        this.#header = { id: line.slice(0, header.index), type: header[1] ?? '', size: Number(header[2]) };
      }
      const { id, type, size } = this.#header;
      if (data.length < size + 1) break;
      this.#questions.shift()?.resolve({ id, type, content: Buffer.from(data.subarray(0, size)) });
      data = data.subarray(size + 1);
      this.#header = undefined;
    }
    this.#chunks = data.length > 0 ? [data] : [];
    this.#buffered = data.length;
    this.#wanted = this.#header === undefined ? 0 : this.#header.size + 1;
  }
}

/** Content as git would check it out, through one long-lived `git cat-file --batch --filters`. */
import { randomUUID } from 'node:crypto';
import { inheritedEnvironment } from './environment.ts';
import { git } from './git.ts';
import { type BatchChild, startBatch } from './process.ts';
import { wordsOf } from './words-of.ts';

/** A file's content, or why there is none, as git says it. */
export type CheckedOut =
  | { readonly ok: true; readonly content: Buffer }
  | { readonly ok: false; readonly message: string };

/** git-annex sets itself up as a filter for every file; annexed files are links in a workspace. */
const WITHOUT_ANNEX = ['-c', 'filter.annex.smudge=', '-c', 'filter.annex.process='];

/** Names that the batch format cannot say: it has no quoting, and blanks part the object from the path. */
const UNSAYABLE = /^[ \t]|[\n\r]/;

/**
 * A conversation with git about the files of one commit. One question is open at a time: git ends when a required
 * filter fails, and that must be the answer to the file that it was asked for and to no other.
 */
export class CheckoutFile {
  readonly #workTree: string;
  readonly #env: Record<string, string>;
  #child: BatchChild | undefined;
  /** What hears the answer to the question that is open, or to the last one. */
  #open: { readonly take: (chunk: Buffer) => void; readonly fail: (message: string) => void } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param workTree - Filters run in it, as they do when git checks out.
   * @param commit - Its attributes count; git before 2.41 takes those of the work tree.
   */
  constructor(workTree: string, commit: string) {
    this.#workTree = workTree;
    const { LC_ALL } = inheritedEnvironment();
    // What filters do can hang on the locale, which is the user's here and not that of our helpers.
    this.#env = { GIT_ATTR_SOURCE: commit, LC_ALL: LC_ALL ?? '' };
  }

  /** The content of a blob at a path of the dataset. */
  read(blob: string, path: string): Promise<CheckedOut> {
    const answer = this.#last.then(() =>
      UNSAYABLE.test(path) ? this.#readAlone(blob, path) : this.#ask(blob, path),
    );
    this.#last = answer;
    return answer;
  }

  /** Ends the process once what was asked is answered. */
  close(): void {
    void this.#last.then(() => this.#child?.end());
  }

  async #readAlone(blob: string, path: string): Promise<CheckedOut> {
    const args = [...WITHOUT_ANNEX, 'cat-file', '--filters', `--path=${path}`, blob];
    const { ok, stdout, stderr } = await git(this.#workTree, args, { env: this.#env });
    return ok ? { ok, content: stdout } : { ok, message: wordsOf(stderr) };
  }

  /**
   * The size that git answers is that of the blob, and not of what the filters make of it. So a second question follows,
   * for an object that there cannot be: the content ends where its answer begins.
   */
  #ask(blob: string, path: string): Promise<CheckedOut> {
    this.#child ??= this.#start();
    const name = randomUUID().replaceAll('-', 'z');
    const mark = Buffer.from(`${name} missing\n`);
    const chunks: Buffer[] = [];
    let tail = Buffer.alloc(0);
    const asked = new Promise<CheckedOut>((resolve) => {
      this.#open = {
        take: (chunk) => {
          chunks.push(chunk);
          tail = Buffer.concat([tail, chunk.subarray(-mark.length)]).subarray(-mark.length);
          if (tail.equals(mark)) resolve(contentOf(Buffer.concat(chunks), mark.length));
        },
        fail: (message) => resolve({ ok: false, message }),
      };
    });
    this.#child.write(`${blob} ${path}\n${name} -\n`);
    return asked;
  }

  #start(): BatchChild {
    const child = startBatch('git', [...WITHOUT_ANNEX, 'cat-file', '--batch', '--filters'], {
      cwd: this.#workTree,
      env: this.#env,
    });
    child.onData((chunk) => this.#open?.take(chunk));
    void child.closed.then(({ stderr }) => {
      this.#child = undefined;
      this.#open?.fail(wordsOf(stderr) || 'git ended without a message');
    });
    return child;
  }
}

/** What stands between the line about the blob and the answer to the second question. */
function contentOf(data: Buffer, after: number): CheckedOut {
  const header = data.indexOf(10);
  const line = data.toString('latin1', 0, header);
  if (!/ blob \d+$/.test(line)) return { ok: false, message: line };
  return { ok: true, content: data.subarray(header + 1, data.length - after - 1) };
}

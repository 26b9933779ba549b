/**
 * Keeps one `minipach status --watch --json` alive and hands on its lines. The views live on this alone: a run
 * started in a terminal, by a hook or on a cluster shows up just as one started here.
 */
import type { FeedLine } from '../plan/feed-line.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import type { startRunner } from '../project/process.ts';
import { LineSplitter, parseLine } from './line-splitter.ts';

/** The runner as a process. */
export type RunnerChild = ReturnType<typeof startRunner>;

/** What a feed is doing. */
export type FeedState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live' }
  /** It ended and is started again after `milliseconds`. */
  | { readonly kind: 'waiting'; readonly milliseconds: number; readonly reason: string }
  | { readonly kind: 'stopped' };

/** What a feed needs, and whom it tells. */
export interface FeedOptions {
  /** Starts the runner with both streams as pipes; `undefined` when nothing may be started. */
  readonly start: () => Promise<RunnerChild | undefined>;
  readonly onLine: (line: FeedLine) => void;
  readonly onState: (state: FeedState) => void;
  /** Where what the runner says on standard error goes. */
  readonly log: (text: string) => void;
}

const KINDS: ReadonlySet<string> = new Set<FeedLine['kind']>([
  'status',
  'change',
  'head',
  'datasets',
  'images',
]);

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 60_000;

/** One feed, started again with growing pauses when it ends. */
export class Feed {
  readonly #options: FeedOptions;
  #child: RunnerChild | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delay = FIRST_DELAY;
  #generation = 0;
  #wantsDatasets = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** The process that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the feed, or starts it afresh at once when it runs or waits. */
  async start(): Promise<void> {
    this.stop();
    this.#generation += 1;
    await this.#launch(this.#generation);
  }

  /** Ends the feed; nothing is told of it any more. */
  stop(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGTERM');
    this.#child = undefined;
    this.#options.onState({ kind: 'stopped' });
  }

  /** Asks for a fresh look at unsaved files, of which no directory's time tells. */
  poke(): void {
    this.#child?.stdin?.write('\n');
  }

  /** Asks how datasets stand, from now on; asked once more, all are looked at afresh. */
  askForDatasets(): void {
    this.#wantsDatasets = true;
    this.#child?.stdin?.write('datasets\n');
  }

  async #launch(generation: number): Promise<void> {
    this.#options.onState({ kind: 'starting' });
    const child = await this.#options.start();
    if (generation !== this.#generation) {
      child?.kill('SIGTERM');
      return;
    }
    if (!child) return this.#options.onState({ kind: 'stopped' });
    this.#child = child;
    // A feed that has just ended cannot be asked; its end is told elsewhere.
    child.stdin?.on('error', () => undefined);
    if (this.#wantsDatasets) child.stdin?.write('datasets\n');
    let said = '';
    const splitter = new LineSplitter((text) => {
      if (generation === this.#generation) this.#line(text);
    });
    child.stdout?.on('data', (chunk: Buffer) => splitter.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2000);
      this.#options.log(chunk.toString('utf8').trimEnd());
    });
    child.once('error', (error) => this.#ended(generation, error.message));
    child.once('close', (code, signal) => {
      const lastLine = said.trim().split('\n').at(-1);
      this.#ended(generation, lastLine || `exit ${code ?? signal}`);
    });
  }

  #line(text: string): void {
    const line = parseLine<FeedLine>(text);
    if (!line || line.version !== REPORT_VERSION) {
      this.#options.log(`Not a line of the feed, version ${REPORT_VERSION}: ${text.slice(0, 200)}`);
      return;
    }
    // What else there is belongs to a newer runner.
    if (!KINDS.has(line.kind)) return;
    // It works; the next end is a new mishap, not the same one again.
    this.#delay = FIRST_DELAY;
    this.#options.onState({ kind: 'live' });
    this.#options.onLine(line);
  }

  #ended(generation: number, reason: string): void {
    if (generation !== this.#generation) return;
    this.#generation += 1;
    this.#child = undefined;
    const milliseconds = this.#delay;
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
    this.#options.onState({ kind: 'waiting', milliseconds, reason });
    const next = this.#generation;
    this.#timer = setTimeout(() => void this.#launch(next), milliseconds);
  }
}

/**
 * The process that starts the jobs. A process of much memory takes milliseconds to start another one, and all else waits
 * meanwhile; a small one takes one, beside it. It also ends the jobs of a runner that was killed: nobody would wait for
 * their results.
 */
import { startSpawner } from './process.ts';
import {
  type GroupChild,
  type GroupEnd,
  type GroupOptions,
  signalGroup,
  startGroup,
} from './process-group.ts';
import type { SpawnAnswer, SpawnRequest } from './spawner-process.ts';

/** A process that was asked for and has not ended. */
interface Waiting {
  readonly note: (answer: SpawnAnswer) => void;
  /** The spawner is gone, and has told nothing. */
  readonly lose: () => void;
}

/** The runner's own program, and the words that make it a spawner. */
export type SpawnerProgram = readonly [file: string, ...args: string[]];

/** Starts jobs for a runner, through a process of their own where that works, else itself. */
export class Spawner {
  readonly #program: SpawnerProgram | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #child: ReturnType<typeof startSpawner> | undefined;
  /** Whether it can be asked; what is wanted until that is known waits. */
  #isReady: Promise<boolean> = Promise.resolve(false);
  #asked = 0;
  #isUsable: boolean;

  /** @param program - Absent where jobs are started directly. */
  constructor(program: SpawnerProgram | undefined) {
    this.#program = program;
    // Only Linux can open a file of another process once more.
    this.#isUsable = program !== undefined && process.platform === 'linux';
  }

  /**
   * Starts a process at the head of a group of its own, writing to an open file. Not even the first one is started by the
   * runner itself: a job that kills its parent would end the run.
   */
  start(file: string, args: readonly string[], options: GroupOptions): GroupChild {
    this.begin();
    const child = this.#child;
    if (child === undefined || !this.#isUsable) return startGroup(file, args, options);
    this.#asked += 1;
    return this.#ask(child, this.#asked, file, args, options);
  }

  /** Gets ready to start jobs, beside what else has to be done before the first one. */
  begin(): void {
    if (!this.#isUsable || this.#child !== undefined || this.#program === undefined) return;
    const [file, ...args] = this.#program;
    const child = startSpawner(file, args);
    this.#child = child;
    this.#isReady = new Promise((resolve) => {
      let wasReady = false;
      child.on('message', (answer: SpawnAnswer | 'ready') => {
        if (answer !== 'ready') return this.#waiting.get(answer.id)?.note(answer);
        wasReady = true;
        resolve(true);
      });
      const lose = (): void => {
        if (this.#child !== child) return;
        this.#child = undefined;
        // One that was killed has a successor; one that has never been ready would not be the next time.
        if (!wasReady) this.#isUsable = false;
        resolve(false);
        for (const waiting of [...this.#waiting.values()]) waiting.lose();
      };
      child.on('error', lose);
      // Its end may be known before all that it has said is read; this comes after that.
      child.on('disconnect', lose);
    });
  }

  /** Ends the spawner, and with it whatever it has started that still runs. */
  end(): void {
    this.#isUsable = false;
    if (this.#child?.connected === true) this.#child.disconnect();
  }

  #ask(
    spawner: ReturnType<typeof startSpawner>,
    id: number,
    file: string,
    args: readonly string[],
    options: GroupOptions,
  ): GroupChild {
    const { cwd, env, output, input } = options;
    const place = (descriptor: number): string => `/proc/${process.pid}/fd/${descriptor}`;
    const request: SpawnRequest = {
      ...{ id, file, args, cwd, env },
      output: place(output),
      input: input === undefined ? null : place(input),
    };
    let pid: number | undefined;
    let direct: GroupChild | undefined;
    /** A signal that was sent before there was anything to send it to. */
    let early: NodeJS.Signals | undefined;
    const startDirectly = (): Promise<GroupEnd> => {
      direct = startGroup(file, args, options);
      if (early !== undefined) direct.signalGroup(early);
      return direct.ended;
    };
    const ended = this.#isReady.then((isReady): GroupEnd | Promise<GroupEnd> => {
      // Nothing has been started that could be signalled, and nothing is to be any more.
      if (early !== undefined) return { code: null, signal: early, error: undefined };
      if (!isReady) return startDirectly();
      return new Promise((resolve) => {
        const finish = (end: GroupEnd | Promise<GroupEnd>): void => {
          this.#waiting.delete(id);
          resolve(end);
        };
        this.#waiting.set(id, {
          note: (answer) => {
            if ('refused' in answer) {
              this.#isUsable = false;
              finish(startDirectly());
            } else if ('pid' in answer) {
              pid = answer.pid;
              if (early !== undefined) signalGroup(pid, early);
            } else finish({ code: answer.code, signal: answer.signal, error: answer.error ?? undefined });
          },
          lose: () => {
            signalGroup(pid, 'SIGKILL');
            finish({ code: null, signal: null, error: undefined, isLost: true });
          },
        });
        spawner.send(request, (error) => {
          if (error !== null) this.#waiting.get(id)?.note({ id, refused: true });
        });
      });
    });
    return {
      pid: () => direct?.pid() ?? pid,
      ended,
      signalGroup: (signal) => {
        early = signal;
        if (direct !== undefined) direct.signalGroup(signal);
        else signalGroup(pid, signal);
      },
    };
  }
}

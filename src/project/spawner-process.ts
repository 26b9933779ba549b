/** The other side of `spawner.ts`: the small process that starts jobs, and what the two say to each other. */
import { closeSync, constants, openSync } from 'node:fs';
import { startGroup } from './process-group.ts';

/** What the spawner is asked. */
export interface SpawnRequest {
  readonly id: number;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Paths by which open files of the runner are opened once more. */
  readonly output: string;
  readonly input: string | null;
}

/** What it answers: that the process runs, how it ended, or that it cannot do what it is there for. */
export type SpawnAnswer =
  | { readonly id: number; readonly pid: number }
  | {
      readonly id: number;
      readonly code: number | null;
      readonly signal: string | null;
      readonly error: string | null;
    }
  | { readonly id: number; readonly refused: true };

/** What the spawner does, until the runner is gone or needs it no more: then all that it has started ends. */
export function serveAsSpawner(): void {
  // The runner may be gone before any answer: then nobody is left to be told.
  const answer = (message: SpawnAnswer | 'ready'): void => void process.send?.(message, () => undefined);
  process.on('message', (request: SpawnRequest) => {
    const { id, file, args, cwd, env } = request;
    const files: number[] = [];
    try {
      const output = openSync(request.output, constants.O_WRONLY | constants.O_APPEND);
      files.push(output);
      const input = request.input === null ? undefined : openSync(request.input, 'r');
      if (input !== undefined) files.push(input);
      const child = startGroup(file, args, { cwd, env, output, ...(input === undefined ? {} : { input }) });
      const pid = child.pid();
      if (pid !== undefined) answer({ id, pid });
      void child.ended.then(({ code, signal, error }) => answer({ id, code, signal, error: error ?? null }));
    } catch {
      answer({ id, refused: true });
    } finally {
      for (const one of files) closeSync(one);
    }
  });
  process.on('disconnect', () => process.exit());
  answer('ready');
}

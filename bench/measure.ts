/** How long a command takes, from start to end, as a person at a terminal would wait for it. */
import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a command runs with. */
export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a command and returns its seconds. Output goes to a file, so that no reader slows the writer; a command
 * that fails ends the benchmark with what it printed, because a figure of a failed command is worth nothing.
 */
export async function seconds(command: readonly string[], { cwd, env }: Place): Promise<number> {
  const [file = '', ...args] = command;
  const { TMPDIR = tmpdir() } = env;
  const folder = await mkdtemp(join(TMPDIR, 'minipach-bench-output-'));
  const log = join(folder, 'output');
  const output = await open(log, 'w');
  const start = performance.now();
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', output.fd, output.fd] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  const taken = (performance.now() - start) / 1000;
  await output.close();
  if (code !== 0) {
    throw new Error(`${command.join(' ')} in ${cwd} ended with ${code}:\n${await readFile(log, 'utf8')}`);
  }
  return taken;
}

/** A command that runs a line of shell as often at once, with `NUMBER` counted from 1, and fails where one of them does. */
export function atOnce(times: number, line: string): readonly string[] {
  const all = Array.from(
    { length: times },
    (_, at) => `(${line.replaceAll('NUMBER', String(at + 1))}) & pids="$pids $!"; `,
  ).join('');
  return ['sh', '-c', `pids=; ${all} for pid in $pids; do wait "$pid" || exit 1; done`];
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? Number.NaN : (upper + lower) / 2;
}

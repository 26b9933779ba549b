/** How jobs end, and where what they print is. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type State, shard } from './state.ts';

/** How a job ended. */
export type JobOutcome =
  | { readonly outcome: 'success'; readonly milliseconds: number }
  | { readonly outcome: 'failed'; readonly reason: string }
  /** It failed, and `err_cmd` has seen to it. */
  | { readonly outcome: 'recovered'; readonly reason: string }
  | { readonly outcome: 'stopped' };

/** Where a job's output is written, whatever its datum. */
export function jobLog(state: Pick<State, 'logs'>, job: string): string {
  return `${shard(state.logs, job)}.log`;
}

/** A job that fails before its command starts; its log, which is named with the failure, tells no older story. */
export function notStarted(state: State, job: string, reason: string): JobOutcome {
  const log = jobLog(state, job);
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, `${reason}\n`);
  return { outcome: 'failed', reason };
}

/** The right to record, a claim like those of jobs: where it is, and what is said of one who has it for long. */
import { shellQuote } from '../../plan/shell.ts';
import { LEASE } from './claim-world.ts';
import type { HolderFacts, Observer } from './holder.ts';

/** Where in `record/` the claims of the record lock are. */
export const LOCK_FOLDER = 'lock';

/** The key of the claim. */
export const RECORD = 'record';

/** Why results wait to be recorded, and what helps, in a sentence. */
export function recordWaitText(recorder: HolderFacts | undefined, observer: Observer): string {
  if (recorder === undefined) return 'Results wait to be recorded: another process records just now.';
  const { pid, host, run } = recorder;
  const who = `process ${pid} on ${host}`;
  const release = `minipach release --all-of ${shellQuote(run)} --force`;
  if (observer.isStopped(recorder))
    return `Results wait to be recorded: ${who} was stopped by a signal while it records; let it go on with \`kill -CONT ${pid}\`, or give its work to others with \`${release}\`.`;
  if (observer.isNear(recorder)) return `Results wait to be recorded: ${who} records just now.`;
  return `Results wait to be recorded: ${who} records just now; its work is taken over once it has given no sign of life for ${LEASE / 1000} s, or by \`minipach release --all-of ${shellQuote(run)}\`.`;
}

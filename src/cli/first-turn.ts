/**
 * A courtesy among processes that begin at the same moment, as tasks of an array do on one machine: the first one gets to
 * its fetch before the others load what they need. All would load at once otherwise, and the fetch that they will all
 * wait for would begin when the last of them is done. Nothing rests on it: whoever waits too long goes on.
 */
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../run/state.ts';

/** Milliseconds for which the first one is let alone; one that was killed is in nobody's way after that. */
const COURTESY = 1000;

/** Milliseconds between two looks. */
const INTERVAL = 20;

/** Of one user on one machine, whatever the project: what they compete for is processors. */
function signPath(): string {
  return join(tmpdir(), `minipach-${process.getuid?.() ?? ''}-begins`);
}

/**
 * Waits while another one begins.
 * @param sign - The file that says that somebody begins.
 * @returns What to call when this one has begun; it can be called again.
 */
export async function firstTurn(sign = signPath()): Promise<() => void> {
  try {
    closeSync(openSync(sign, 'wx', 0o600));
    return () => rmSync(sign, { force: true });
  } catch (error) {
    // A full disk, a folder of somebody else's: it goes without.
    if (errorCode(error) !== 'EEXIST') return () => undefined;
  }
  for (let waited = 0; waited < COURTESY; waited += INTERVAL) {
    const seen = statSync(sign, { throwIfNoEntry: false });
    if (seen === undefined) return () => undefined;
    if (Math.abs(Date.now() - seen.mtimeMs) > COURTESY) break;
    await delay(INTERVAL);
  }
  rmSync(sign, { force: true });
  return () => undefined;
}

/** The processes that a test's commands have started. */
import { readFileSync } from 'node:fs';

/** Whether a process lives; a zombie that nobody has waited for yet does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

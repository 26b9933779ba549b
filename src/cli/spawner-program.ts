/** The program that starts the jobs of a run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SpawnerProgram } from '../project/spawner.ts';

/** It lies beside this one, as a bundle where this is one. */
export function spawnerProgram(): SpawnerProgram {
  const bundle = join(import.meta.dirname, 'start-jobs.cjs');
  return [existsSync(bundle) ? bundle : join(import.meta.dirname, 'start-jobs.ts')];
}

/** Reading a project's settings, as they are in the work tree: they say how jobs are run here, committed or not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileDiagnostic } from '../plan/report.ts';
import { type Config, parseConfig } from '../spec/config.ts';
import { CONFIG_PATH } from '../spec/config-path.ts';

/** Settings, all by default where there is no file; or what is wrong with them. */
export interface FoundConfig {
  readonly config: Config | undefined;
  readonly diagnostics: readonly FileDiagnostic[];
}

/** Reads the settings of the project at `root`. */
export function readConfig(root: string): FoundConfig {
  let text = '';
  try {
    text = readFileSync(join(root, CONFIG_PATH), 'utf8');
  } catch {
    // None, so all by default.
  }
  const { config, diagnostics } = parseConfig(text);
  return { config, diagnostics: diagnostics.map((diagnostic) => ({ ...diagnostic, file: CONFIG_PATH })) };
}

/** What hooks have started in a project, and waiting until all of it has ended. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './gated-project.ts';
import type { TestProject } from './project.ts';

function stateFolder(project: TestProject): string {
  return project.path('.git', 'minipach');
}

/** What the hooks of a project have done, as the log has it. */
export function hookLog(project: TestProject): string {
  try {
    return readFileSync(join(stateFolder(project), 'hooks', 'log'), 'utf8');
  } catch {
    return '';
  }
}

/** How often a hook has started a run. */
export function hookRuns(project: TestProject): number {
  return hookLog(project).match(/: run in /g)?.length ?? 0;
}

/** Waits until nobody answers hooks any more: a mark is removed by one who is a holder until the answer has ended. */
export async function answered(project: TestProject): Promise<void> {
  const folder = (name: string): string[] => {
    const path = join(stateFolder(project), name);
    return existsSync(path) ? readdirSync(path) : [];
  };
  await until('all hooks are answered', () => {
    const isWanted = folder('hooks').some((name) => name.startsWith('wanted'));
    return !isWanted && folder('holders').length === 0;
  });
}

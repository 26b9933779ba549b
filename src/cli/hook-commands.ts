/** The commands about git's hooks: putting them in and taking them out, and what they start. */
import { Argument, type Command } from 'commander';
import { positive } from './dataset-commands.ts';
import { executorOption } from './executor-option.ts';

/** Adds them to the command line. */
export function addHookCommands(minipach: Command, finish: (exit: number) => void): void {
  const directory = (): string => minipach.opts<{ directory: string }>().directory;
  minipach
    .command('hook')
    .description('have commits, pulls and pushes start runs, by git hooks that keep those that are there')
    .addArgument(
      new Argument('<action>', 'put the hooks in, or what was there before back').choices([
        'install',
        'remove',
      ]),
    )
    .option('--runner <clone>', 'for a repository without a work tree: the clone that runs what is pushed')
    .option('-j, --jobs <n>', 'jobs at once in each run; the number of cores by default', positive)
    .addOption(executorOption('where jobs of these runs go: this machine, or a Slurm cluster'))
    .option('--push <sibling>', 'have each run push what it records, content included')
    .option('--json', 'print one JSON document')
    .action(async (action: 'install' | 'remove', options) => {
      const { hookCommand } = await import('./hook.ts');
      finish(await hookCommand(directory(), action, options));
    });
  minipach
    .command('hook-run', { hidden: true })
    .argument('<hook>')
    .option('-j, --jobs <n>', '', positive)
    .addOption(executorOption(''))
    .option('--push <sibling>')
    .option('--pull <sibling>')
    .action(async (hook: string, options) => {
      const { hookRunCommand } = await import('./hook-run.ts');
      finish(await hookRunCommand(directory(), hook, options));
    });
}

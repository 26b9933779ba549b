/** The `minipach` command line: what commands there are, and what each is given. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addDatasetCommands, positive } from './dataset-commands.ts';
import type { DiagnosticFormat } from './diagnostics.ts';
import { executorOption } from './executor-option.ts';
import type { GraphFormat } from './graph.ts';
import { addHookCommands } from './hook-commands.ts';
import type { ExecutorName } from './run-options.ts';
import { complainOf, EXIT } from './terminal.ts';

/** What can be named; see `names.ts`. */
const NAMES = 'PIPELINE, PIPELINE/DATUM, or the path of a result';

/** Commands load what they need when they are called: `minipach --help` reads no YAML library. */
function program(finish: (exit: number) => void): Command {
  const minipach = new Command('minipach')
    .description('Dataset pipelines over git, git-annex and DataLad.')
    .version(manifest.version)
    .option('-C, --directory <path>', 'work as if started there', '.')
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(see minipach --help)')
    .exitOverride();
  const directory = (): string => minipach.opts<{ directory: string }>().directory;
  minipach
    .command('check')
    .description('validate specs as they are in the work tree')
    .argument('[paths...]', 'specs, or directories to look for them; all by default')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json', 'github']).default('text'),
    )
    .option('--off <rule>', 'say nothing of this rule; can be given several times', gather, [])
    .action(async (paths: string[], options: { format: DiagnosticFormat; off: readonly string[] }) => {
      const { checkCommand } = await import('./check.ts');
      finish(await checkCommand(directory(), paths, options));
    });
  minipach
    .command('plan')
    .description('show what would run, be copied, be skipped, and what must be fetched')
    .argument('[names...]', `${NAMES}; all by default`)
    .option('--json', 'print one JSON document')
    .addOption(executorOption('whose scripts are shown, too'))
    .action(async (names: string[], options: { json?: boolean; executor?: ExecutorName }) => {
      const { planCommand } = await import('./plan.ts');
      finish(await planCommand(directory(), names, options));
    });
  minipach
    .command('run')
    .description('run what is pending and record each result as a commit')
    .argument('[names...]', `${NAMES}; all by default`)
    .option('-j, --jobs <n>', 'jobs at once on this machine; the number of cores by default', positive)
    .addOption(executorOption('where jobs run: on this machine, or on a Slurm cluster'))
    .option('--retry-failed', 'try jobs again that failed before')
    .option('--fail-fast', 'start nothing more after the first failure')
    .option('--force', 'compute again what is done; an edited result only where its datum is named')
    .option('--push <sibling>', 'push what is recorded, content included')
    .option('--collect <sibling>', 'first take in the results that other machines have handed back to it')
    .option('--save', 'first commit changed specs, and the code and inputs that they name')
    .option('--detach', 'go on in the background')
    .option('--json', 'print one event a line')
    .action(async (names: string[], options) => {
      const { runCommand } = await import('./run.ts');
      finish(await runCommand(directory(), names, options));
    });
  minipach
    .command('status')
    .description('show datums by state')
    .argument('[names...]', `${NAMES}; all by default`)
    .option('--json', 'print one JSON document; with --watch one line a change')
    .option('--watch', 'go on showing changes')
    .option('--state <state>', 'only datums in this state')
    .option('--match <text>', 'only datums that have this text in their names')
    .option('--offset <n>', 'leave out this many datums of each pipeline', natural)
    .option('--limit <n>', 'show at most this many datums of each pipeline', natural)
    .action(async (names: string[], options) => {
      const { statusCommand } = await import('./status.ts');
      finish(await statusCommand(directory(), names, options));
    });
  minipach
    .command('graph')
    .description(
      'print a picture of pipelines, what they read and how they stand, for other programs to draw',
    )
    .argument('[names...]', `${NAMES}, with what it reads and who reads it; all by default`)
    .addOption(
      new Option(
        '--format <format>',
        'mermaid for Markdown, dot for Graphviz, svg for browsers, light or dark as they are',
      )
        .choices(['mermaid', 'dot', 'svg'])
        .default('mermaid'),
    )
    .action(async (names: string[], options: { format: GraphFormat }) => {
      const { graphCommand } = await import('./graph.ts');
      finish(await graphCommand(directory(), names, options));
    });
  minipach
    .command('why')
    .description('say which commit made a result, or what keeps it from being done and since when')
    .argument('<name>', `${NAMES}; of a pipeline, all that is not done`)
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: { json?: boolean }) => {
      const { whyCommand } = await import('./why.ts');
      finish(await whyCommand(directory(), name, options));
    });
  minipach
    .command('prefetch')
    .description('fetch images, each once, before jobs need them; pin docker references')
    .argument('[images...]', 'as specs name them, or pipelines; all by default')
    .option('--json', 'print one event a line')
    .action(async (names: string[], options: { json?: boolean }) => {
      const { prefetchCommand } = await import('./prefetch.ts');
      finish(await prefetchCommand(directory(), names, options));
    });
  addDatasetCommands(minipach, finish);
  addHookCommands(minipach, finish);
  minipach
    .command('logs')
    .description('print what a job printed')
    .argument('<name>', 'PIPELINE/DATUM, or the path of a result')
    .option('-f, --follow', 'go on while the job runs')
    .option('--path', 'only print where the log is')
    .action(async (name: string, options) => {
      const { logsCommand } = await import('./logs.ts');
      finish(await logsCommand(directory(), name, options));
    });
  minipach
    .command('stop')
    .description('end live runs; what is finished is recorded')
    .argument('[run]', 'all live runs by default')
    .action(async (run: string | undefined) => {
      const { stopCommand } = await import('./stop.ts');
      finish(await stopCommand(directory(), run));
    });
  minipach
    .command('release')
    .description('show who holds claims; give those of a dead runner free by hand')
    .argument('[name]', "PIPELINE/DATUM, or the beginning of a job's key; its runner loses all that it holds")
    .option('--all-of <run>', 'everything that a run holds')
    .option('--force', 'also from a runner that is alive; it records nothing any more')
    .action(async (name: string | undefined, options) => {
      const { releaseCommand } = await import('./release.ts');
      finish(await releaseCommand(directory(), name, options));
    });
  minipach
    .command('gc')
    .description('show what nobody needs any more, and remove it with --yes')
    .option('--yes', 'remove it; orphaned results go by a commit')
    .option(
      '--scratch <folder>',
      'look instead at what tasks of Slurm have left in this folder of slurm.scratch',
    )
    .option(
      '--keep-days <n>',
      'keep logs, marks of failures and journals of runs that are younger',
      natural,
      14,
    )
    .option('--json', 'print one JSON document')
    .action(async (options) => {
      const { gcCommand } = await import('./gc.ts');
      finish(await gcCommand(directory(), options));
    });
  minipach
    .command('doctor')
    .description('say what is installed, what is missing and what it is for, and how the project is')
    .option('--slurm', 'ask a node of the cluster as well, by a job of a few seconds')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: boolean; slurm?: boolean }) => {
      const { doctorCommand } = await import('./doctor.ts');
      finish(await doctorCommand(directory(), options));
    });
  minipach
    .command('completion')
    .description('print the script by which a shell completes commands and names')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionCommand } = await import('./completion.ts');
      completionCommand(shell);
    });
  minipach
    .command('complete', { hidden: true })
    .argument('<shell>')
    .argument('<line>')
    .action(async (shell: string, line: string) => {
      const { completeCommand } = await import('./complete.ts');
      await completeCommand(minipach, shell, line);
    });
  minipach
    .command('slurm-task', { hidden: true })
    .argument('<folder>')
    .action(async (folder: string) => {
      const { slurmTaskCommand } = await import('./slurm-task.ts');
      finish(await slurmTaskCommand(directory(), folder));
    });
  minipach
    .command('slurm-record', { hidden: true })
    .argument('<run>')
    .action(async (run: string) => {
      const { slurmRecordCommand } = await import('./slurm-record.ts');
      finish(await slurmRecordCommand(directory(), run));
    });
  minipach
    .command('run-detached', { hidden: true })
    .argument('[jobs...]')
    .requiredOption('--scratch <folder>')
    .requiredOption('--source <source>', '', gather, [])
    .requiredOption('--commit <id>')
    .requiredOption('--branch <ref>')
    .requiredOption('--run <name>')
    .option('--subdataset <path>', '', gather, [])
    .option('--bind <bind>', '', gather, [])
    .option('--again <name>', '', gather, [])
    .option('--again-all')
    .option('--tidy')
    .option('-j, --jobs <n>', '', positive)
    .option('--json')
    .action(async (jobs: string[], options) => {
      const { runDetachedCommand } = await import('./run-detached.ts');
      finish(await runDetachedCommand(jobs, options));
    });
  minipach
    .command('demo')
    .description('make a small real project in a temporary folder and run it')
    .argument('[directory]', 'where instead; must be absent or empty')
    .option('--no-annex', 'keep everything in git')
    .action(async (path: string | undefined, options: { annex: boolean }) => {
      const { demoCommand } = await import('./demo.ts');
      finish(await demoCommand(path, options));
    });
  return minipach;
}

function natural(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0 up.');
  return Number(text);
}

function gather(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

async function main(): Promise<void> {
  let exit: number = EXIT.ok;
  // A reader that has seen enough, such as `head`, goes away; that is no reason to fail or to stop a run.
  process.stdout.on('error', () => undefined);
  try {
    await program((code) => {
      exit = code;
    }).parseAsync();
  } catch (error) {
    // Commander has printed its own message; help and version end through here, too, with code 0.
    if (error instanceof Error && 'exitCode' in error) exit = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    else {
      // A bug, or a file system that failed in a way nobody foresaw: say it whole, once.
      complainOf(error instanceof Error ? (error.stack ?? error.message) : String(error));
      exit = EXIT.environment;
    }
  }
  process.exitCode = exit;
}

void main();

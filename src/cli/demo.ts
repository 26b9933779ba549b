/** `minipach demo`: makes a small real project in a temporary folder, runs it, and shows what to try next. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { shellQuote } from '../plan/shell.ts';
import { git } from '../project/git.ts';
import { runCommand as runProcess } from '../project/process.ts';
import { makeDemoProject } from './demo-project.ts';
import { runCommand } from './run.ts';
import { complainOf, EXIT, faint, say, strong } from './terminal.ts';

/** What can be chosen. */
export interface DemoOptions {
  /** Keep everything in git even where git-annex is installed. */
  readonly annex: boolean;
}

/** Runs the command and returns its exit code. */
export async function demoCommand(path: string | undefined, options: DemoOptions): Promise<number> {
  const directory = path === undefined ? mkdtempSync(join(tmpdir(), 'minipach-demo-')) : resolve(path);
  const made = await makeDemoProject(directory, {
    run: (file, args, where) => runProcess(file, args, where),
    annex: options.annex ? 'when-installed' : 'never',
  });
  if (!made.ok) {
    complainOf(made.message);
    return EXIT.environment;
  }
  const store = made.annexed ? 'git-annex keeps the pictures' : 'git keeps everything';
  say(`${strong('A project')} with ${made.samples} samples is in ${directory} (${store}).`);
  say('Three pipelines: edges and stats read images, montage reads the results of edges.');
  say();
  const exit = await runCommand(directory, [], {});
  say();
  say(strong('The commits:'));
  const log = await git(directory, ['log', '--oneline', '--no-decorate']);
  process.stdout.write(
    log.stdout.toString('utf8').replaceAll('[DATALAD RUNCMD] ', '').replaceAll(/^/gm, '  ').trimEnd(),
  );
  say();
  say();
  say(strong('Try next:'));
  // With the Node that runs this: the one on the user's PATH may be too old.
  const program = [process.execPath, process.argv[1] ?? ''].map(shellQuote).join(' ');
  const tries: readonly (readonly [string, string])[] = [
    [`cd ${shellQuote(directory)}`, 'look around; montage/ has the sheet of all samples'],
    [`alias minipach=${shellQuote(program)}`, 'unless it is on your PATH'],
    ['minipach status', 'every datum is done'],
    ['git show', 'a record, which `datalad rerun` replays without Minipach'],
    ['git rm -rq images/sample-06 && git commit -qm "Drop a sample"', 'then: minipach plan'],
    ['minipach run', 'only the montage is made again'],
  ];
  const width = Math.max(...tries.slice(2).map(([command]) => command.length));
  for (const [command, what] of tries) say(`  ${command.padEnd(width)}  ${faint(`# ${what}`)}`);
  return exit;
}

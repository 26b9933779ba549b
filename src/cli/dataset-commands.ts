/** The commands about datasets: where they come from, how they stand, and what of them is here. */
import { type Command, InvalidArgumentError } from 'commander';

/** Adds them to the command line. */
export function addDatasetCommands(minipach: Command, finish: (exit: number) => void): void {
  const directory = (): string => minipach.opts<{ directory: string }>().directory;
  minipach
    .command('clone')
    .description('clone a dataset, as datalad does, with its subdatasets from wherever they can be had')
    .argument(
      '<source>',
      'a path, a URL, host:path, or a dataset of a RIA store, such as ria+file:///store#ID',
    )
    .argument('[path]', "where the clone goes; the source's name by default")
    .option('-r, --recursive', 'its subdatasets as well, at any depth')
    .option('-J, --jobs <n>', 'subdatasets at once; the number of cores by default', positive)
    .option('--get <paths...>', 'bring the content of files and directories of the dataset; . for all')
    .option('--store <folder>', 'with --get: where content is that clones on this machine share')
    .option('--private', 'its annex tells nobody of itself: for clones that are thrown away')
    .option('--json', 'print one JSON document')
    .action(async (source: string, path: string | undefined, options) => {
      const { cloneCommand } = await import('./clone.ts');
      finish(await cloneCommand(directory(), source, path, options));
    });
  minipach
    .command('candidates')
    .description('show where subdatasets can be cloned from, in the order in which that is tried')
    .argument('[path]', 'a subdataset, or a directory that holds some; all of the project by default')
    .option('--add <url>', 'write a source of subdatasets into .datalad/config; {id} stands for their id')
    .option('--cost <n>', 'with --add: from 0 to 999, less is tried first; 700 by default', cost)
    .option('--name <name>', 'with --add: what the source is called')
    .option('--json', 'print one JSON document')
    .action(async (path: string | undefined, options) => {
      const { candidatesCommand } = await import('./candidates.ts');
      finish(await candidatesCommand(directory(), path, options));
    });
  minipach
    .command('datasets')
    .description('show the project and its subdatasets: what is changed, and how much content is here')
    .option('--json', 'print one JSON document')
    .action(async (options) => {
      const { datasetsCommand } = await import('./datasets.ts');
      finish(await datasetsCommand(directory(), options));
    });
  minipach
    .command('get')
    .description('install subdatasets, from wherever they can be had, and fetch the content of files')
    .argument('[paths...]', 'files, directories and subdatasets; where it is called by default')
    .option('-n, --no-data', 'only install subdatasets')
    .option('-r, --recursive', 'the subdatasets in directories as well, at any depth')
    .option('-J, --jobs <n>', 'subdatasets at once; the number of cores by default', positive)
    .option('--json', 'print one event a line')
    .action(async (paths: string[], options) => {
      const { getCommand } = await import('./get.ts');
      finish(await getCommand(directory(), paths, options));
    });
}

/** Reads a whole number from 1 up. */
export function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return Number(text);
}

function cost(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0 to 999.');
  return Number(text);
}

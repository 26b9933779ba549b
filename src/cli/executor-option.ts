/** The option that says where jobs are run. */
import { Option } from 'commander';

/** The option with what it is for. */
export function executorOption(what: string): Option {
  return new Option('--executor <executor>', what).choices(['local', 'slurm']);
}

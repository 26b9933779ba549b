/** How the nodes of a cluster start Minipach: by the same paths as this machine, so that every node runs the same. */
import { realpathSync } from 'node:fs';
import type { TaskProgram } from '../../plan/slurm-script.ts';

/** The Node and the program of this very process. */
export function programOfThisMachine(root: string): TaskProgram {
  const program = process.argv[1] ?? '';
  // A link in somebody's `bin` may be this machine's alone.
  return { node: realpathSync(process.execPath), program: program === '' ? '' : realpathSync(program), root };
}
